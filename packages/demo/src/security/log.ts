/** The audit log in sentences. What the account says of one moment is one sentence or a few; pure functions. */
import type { AuditEntry, AuditFact } from '@lockstitch/sdk'
import { countOf, keyName, wayName } from './words.ts'

/** One line of the list. */
export interface LogLine {
  readonly seq: number
  readonly time: Date
  readonly says: string
  /** Signed by the account, or the server's word alone. */
  readonly by: AuditEntry['by']
  /** Somebody should look at it. */
  readonly isAlarm: boolean
  /** So many of the same followed each other. */
  readonly times: number
}

const NOISE: Readonly<Record<string, string>> = {
  'session.ended': 'The connection was closed.',
  'record.written': 'Records were saved.',
  'record.read': 'Records were read.',
  'file.stored': 'A file was stored.',
  'file.read': 'A file was read.',
  'file.removed': 'A file was removed.',
}
const SERVER: Readonly<Record<string, string>> = {
  'account.destroyed': 'Your account was deleted.',
  'escrow.requested': 'Somebody asked your helpers to open your account.',
  'escrow.approved': 'One of your helpers said yes to opening your account.',
  'escrow.cancelled': 'The request to open your account was stopped.',
  'escrow.released': 'Your account was handed out to who had asked your helpers.',
}
const ALARMS = ['session.refused', 'device.pin-wrong', 'escrow.requested', 'escrow.approved', 'escrow.released']

/**
 * The log as lines, newest first; what repeats itself is counted.
 *
 * @param withAll Also what is written down with everything that is read or saved.
 */
export function linesOf(entries: readonly AuditEntry[], withAll: boolean): readonly LogLine[] {
  const signed = signedLogins(entries)
  const kinds = slotKinds(entries)
  const lines: LogLine[] = []
  for (const entry of entries) {
    if (signed.has(entry.seq) || (!withAll && Object.hasOwn(NOISE, entry.event))) continue
    for (const line of sentences(entry, kinds)) {
      const last = lines.at(-1)
      if (last?.says === line.says && last.by === line.by) lines[lines.length - 1] = { ...line, times: last.times + 1 }
      else lines.push(line)
    }
  }
  return lines.toReversed()
}

type SlotKinds = ReadonlyMap<unknown, string | undefined>

/** What kind a way in is or was, as the account itself said when it was made: the server only names its id. */
function slotKinds(entries: readonly AuditEntry[]): SlotKinds {
  const facts = entries.flatMap((entry) => entry.facts ?? [])
  return new Map(facts.filter(({ event }) => event.startsWith('slot.')).map(({ id, kind }) => [id, kind]))
}

/**
 * Logins that the account itself speaks of: its signed word stands for both. It does so afterwards, or right before, when the
 * device that has changed the password signs in with the new one. Others stay, as the server's word.
 */
function signedLogins(entries: readonly AuditEntry[]): ReadonlySet<number> {
  const open = new Map<unknown, number>()
  const signed = new Set<number>()
  let justAdded: readonly unknown[] = []
  for (const { seq, event, by, facts, details } of entries) {
    if (by === 'server' && event === 'session.started') {
      const { slot } = detailsOf(details)
      if (justAdded.includes(slot)) signed.add(seq)
      else open.set(slot, seq)
    }
    justAdded = (facts ?? []).filter((fact) => fact.event === 'slot.added').map(({ id }) => id)
    const unlocked = facts?.find((fact) => fact.event === 'account.unlocked')
    const login = unlocked && open.get(unlocked.id)
    if (login !== undefined) signed.add(login)
  }
  return signed
}

function sentences(entry: AuditEntry, kinds: SlotKinds): readonly LogLine[] {
  const { seq, time, by, event, facts = [] } = entry
  const says = by === 'account' ? accountSays(facts) : [serverSays(entry, kinds)]
  const rest = { seq, by, isAlarm: by === 'server' && ALARMS.includes(event) }
  return says.map((text) => ({ ...rest, says: text, time: entry.signedAt ?? time, times: 1 }))
}

function serverSays({ event, details }: AuditEntry, kinds: SlotKinds): string {
  const { slot, triesLeft } = detailsOf(details)
  const kind = kinds.get(slot)
  const way = wayName(kind)
  if (event === 'session.started') return `Somebody signed in with ${way}.`
  if (event === 'session.refused') return refusedWith(kind, way)
  if (event === 'device.pin-wrong')
    return `Somebody typed a wrong PIN on a remembered device. ${leftOf(Number(triesLeft))}`
  return SERVER[event] ?? NOISE[event] ?? 'Something happened that this app does not know.'
}

function leftOf(tries: number): string {
  return tries === 0 ? 'It is blocked now.' : `${countOf(tries, 'try', 'tries')} ${tries === 1 ? 'is' : 'are'} left.`
}

function refusedWith(kind: unknown, way: string): string {
  return kind === 'password'
    ? 'Somebody tried to sign in with a wrong password.'
    : `Somebody tried to sign in with something wrong in place of ${way}.`
}

function detailsOf(details: string | undefined): Readonly<Record<string, unknown>> {
  return details === undefined ? {} : (JSON.parse(details) as Record<string, unknown>)
}

/** Facts of one moment: those that belong together are one sentence. */
function accountSays(facts: readonly AuditFact[]): readonly string[] {
  const has = (event: string, kind?: string): boolean =>
    facts.some((fact) => fact.event === event && (kind === undefined || fact.kind === kind))
  const enrolled = facts.find(({ event }) => event === 'account.enrolled')
  if (enrolled !== undefined) return [sentenceOf(enrolled, false)]
  const said = new Set<string>()
  for (const fact of facts) {
    const isSwap = fact.event === 'slot.removed' && has('slot.added', fact.kind)
    const isReplaced = fact.kind === 'recovery' && fact.event === 'slot.removed' && has('slot.changed', 'recovery')
    if (!isSwap && !isReplaced) said.add(sentenceOf(fact, isSwapped(fact, facts)))
  }
  return said.size === 0 ? ['Your account was changed.'] : [...said]
}

function isSwapped({ event, kind }: AuditFact, facts: readonly AuditFact[]): boolean {
  return event !== 'slot.removed' && facts.some((fact) => fact.event === 'slot.removed' && fact.kind === kind)
}

function sentenceOf({ event, kind, state }: AuditFact, isSwap: boolean): string {
  switch (event) {
    case 'account.unlocked':
      return `Your records were opened with ${wayName(kind)}.`
    case 'slot.added':
      return addedSentence(kind, isSwap)
    case 'slot.changed':
      return changedSentence(kind, isSwap)
    case 'slot.removed':
      return REMOVED[kind ?? ''] ?? 'A way in was removed.'
    case 'key.added':
      return `A new key was made: ${keyName(kind ?? '')}.`
    case 'key.changed':
      return `${KEY_STATES[state ?? ''] ?? 'A key was changed'}: ${keyName(kind ?? '')}.`
    case 'policy.tightened':
      return 'The rules of your account became stricter.'
    case 'account.enrolled':
      return 'Your account was made, with a password and a recovery kit.'
  }
}

function addedSentence(kind: string | undefined, isSwap: boolean): string {
  if (isSwap && kind === 'password') return 'Your password was changed.'
  if (isSwap && kind === 'device') return 'This device was remembered anew.'
  return ADDED[kind ?? ''] ?? 'A way in was added.'
}

function changedSentence(kind: string | undefined, isSwap: boolean): string {
  if (kind === 'recovery')
    return `Your ${isSwap ? 'new ' : ''}recovery kit was checked.${isSwap ? ' The old one stopped working.' : ''}`
  return kind === 'device' ? 'A device got another name.' : 'A way in was checked.'
}

const ADDED: Readonly<Record<string, string>> = {
  password: 'A password was added.',
  recovery: 'A new recovery kit was made.',
  passkey: 'A passkey was added.',
  device: 'A device was remembered, with a PIN.',
  link: 'A device began to be added from another one.',
  escrow: 'Helpers were chosen who can open your account together.',
}
const REMOVED: Readonly<Record<string, string>> = {
  password: 'Your password was removed.',
  recovery: 'A recovery kit was removed. It stopped working.',
  passkey: 'A passkey was removed.',
  device: 'A device was thrown out. Its PIN opens nothing any more.',
  link: 'Adding a device came to its end.',
  escrow: 'Your helpers can’t open your account any more.',
}
const KEY_STATES: Readonly<Record<string, string>> = {
  active: 'An earlier key is in use again',
  'decrypt-only': 'A renewal of a key began',
  retired: 'An old key was retired, and the renewal came to its end',
  revoked: 'A key was taken out of use, because somebody may know it',
  destroyed: 'A key was destroyed',
}
