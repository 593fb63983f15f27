/** The audit log in sentences: whatever the account or the server can write down has one, and no two things share it. */
import { describe, expect, test } from 'vitest'
import type { AuditEntry, AuditEvent, AuditFact } from '@lockstitch/sdk'
import { linesOf } from '../../../packages/demo/src/security/log.ts'
import type { AuditEvent as WrittenEvent } from '../../../packages/server-stub/src/store/audit.ts'

type ServerEvent = Exclude<WrittenEvent, 'account.changed' | 'account.noted'>

const UNKNOWN = 'Something happened that this app does not know.'
const SLOT = { id: 'slot-1', kind: 'password' }
const KEY = { id: 'kid-1', kind: 'phi', version: 1 }

/** Every event of a server, with whether it is told without being asked for and whether somebody should look at it. */
const SERVER: Readonly<Record<ServerEvent, readonly ['told' | 'asked', 'calm' | 'alarm', string]>> = {
  'session.started': ['told', 'calm', 'Somebody signed in with your password.'],
  'session.refused': ['told', 'alarm', 'Somebody tried to sign in with a wrong password.'],
  'session.ended': ['asked', 'calm', 'The connection was closed.'],
  'device.pin-wrong': ['told', 'alarm', 'Somebody typed a wrong PIN on a remembered device. 2 tries are left.'],
  'record.written': ['asked', 'calm', 'Records were saved.'],
  'record.read': ['asked', 'calm', 'Records were read.'],
  'file.stored': ['asked', 'calm', 'A file was stored.'],
  'file.read': ['asked', 'calm', 'A file was read.'],
  'file.removed': ['asked', 'calm', 'A file was removed.'],
  'account.destroyed': ['told', 'calm', 'Your account was deleted.'],
  'escrow.requested': ['told', 'alarm', 'Somebody asked your helpers to open your account.'],
  'escrow.approved': ['told', 'alarm', 'One of your helpers said yes to opening your account.'],
  'escrow.cancelled': ['told', 'calm', 'The request to open your account was stopped.'],
  'escrow.released': ['told', 'alarm', 'Your account was handed out to who had asked your helpers.'],
}

/** Every event of an account. */
const ACCOUNT: Readonly<Record<AuditEvent, readonly [Omit<AuditFact, 'event'>, string]>> = {
  'account.enrolled': [{}, 'Your account was made, with a password and a recovery kit.'],
  'account.unlocked': [SLOT, 'Your records were opened with your password.'],
  'slot.added': [SLOT, 'A password was added.'],
  'slot.changed': [{ ...SLOT, kind: 'recovery' }, 'Your recovery kit was checked.'],
  'slot.removed': [SLOT, 'Your password was removed.'],
  'key.added': [KEY, 'A new key was made: Your health.'],
  'key.changed': [
    { ...KEY, state: 'retired' },
    'An old key was retired, and the renewal came to its end: Your health.',
  ],
  'policy.tightened': [{}, 'The rules of your account became stricter.'],
}

let seq = 0
function fromServer(event: ServerEvent, details: object = {}): AuditEntry {
  seq += 1
  return { seq, time: new Date(seq * 1000), by: 'server', event, details: JSON.stringify(details) }
}
function fromAccount(...facts: readonly AuditFact[]): AuditEntry {
  seq += 1
  return { seq, time: new Date(seq * 1000), by: 'account', event: 'account.changed', facts }
}
const fact = (event: AuditEvent, more: Omit<AuditFact, 'event'> = {}): AuditFact => ({ event, ...more })
const saysOf = (entries: readonly AuditEntry[], withAll = false): readonly string[] =>
  linesOf(entries, withAll).map(({ says }) => says)
const made = fromAccount(fact('account.enrolled'), fact('slot.added', SLOT))

describe('one event', () => {
  test.each(Object.entries(SERVER))('of the server: %s', (event, [told, calm, sentence]) => {
    // Not right after the slot was made: that login is part of making it.
    const between = fromAccount(fact('policy.tightened'))
    const entries = [made, between, fromServer(event as ServerEvent, { slot: SLOT.id, triesLeft: 2 })]
    const [line] = linesOf(entries, true)
    expect(line).toMatchObject({ says: sentence, by: 'server', isAlarm: calm === 'alarm', times: 1 })
    expect(saysOf(entries).includes(sentence)).toBe(told === 'told')
  })

  test.each(Object.entries(ACCOUNT))('of the account: %s', (event, [more, sentence]) => {
    const [line, ...rest] = linesOf([fromAccount(fact(event as AuditEvent, more))], false)
    expect(line).toMatchObject({ says: sentence, by: 'account', isAlarm: false })
    expect(rest).toEqual([])
  })

  test('that no release knows yet is shown all the same', () => {
    expect(saysOf([fromServer('record.shared' as ServerEvent)])).toEqual([UNKNOWN])
  })

  test('no two share a sentence', () => {
    const all = [...Object.values(SERVER), ...Object.values(ACCOUNT)].map((row) => row.at(-1))
    expect(new Set(all).size).toBe(all.length)
    expect(all).not.toContain(UNKNOWN)
  })
})

describe('what belongs together is one sentence', () => {
  const both = (kind: string): readonly AuditFact[] => [
    fact('slot.removed', { id: 'old', kind }),
    fact('slot.added', { id: 'new', kind }),
  ]
  test('a password, a PIN and a kit that take the place of another', () => {
    expect(saysOf([fromAccount(...both('password'))])).toEqual(['Your password was changed.'])
    expect(saysOf([fromAccount(...both('device'))])).toEqual(['This device was remembered anew.'])
    const kit = [
      fact('slot.removed', { id: 'old', kind: 'recovery' }),
      fact('slot.changed', { id: 'new', kind: 'recovery' }),
    ]
    expect(saysOf([fromAccount(...kit)])).toEqual(['Your new recovery kit was checked. The old one stopped working.'])
  })

  test('a login that the account speaks of is told once, one that it does not speak of by the server alone', () => {
    const login = fromServer('session.started', { slot: SLOT.id })
    const signed = fromAccount(fact('account.unlocked', SLOT))
    expect(saysOf([made, login, signed]).slice(0, 1)).toEqual([ACCOUNT['account.unlocked'][1]])
    expect(saysOf([made, login, signed])).not.toContain(SERVER['session.started'][2])
    expect(saysOf([made, login, signed, fromServer('session.started', { slot: SLOT.id })])[0]).toBe(
      SERVER['session.started'][2],
    )
  })

  test('the login of who has just changed the password is part of that, the next one is not', () => {
    const changed = fromAccount(...both('password'))
    const login = (): AuditEntry => fromServer('session.started', { slot: 'new' })
    expect(saysOf([changed, login()])).toEqual(['Your password was changed.'])
    expect(saysOf([changed, login(), login()])[0]).toBe(SERVER['session.started'][2])
    expect(saysOf([changed, fromServer('record.read'), login()])[0]).toBe(SERVER['session.started'][2])
  })

  test('what repeats itself is counted, and the newest stands first', () => {
    const wrong = (): AuditEntry => fromServer('session.refused', { slot: SLOT.id })
    const [first, second] = linesOf([made, wrong(), wrong(), wrong()], false)
    expect(first).toMatchObject({ says: SERVER['session.refused'][2], times: 3, time: new Date(seq * 1000) })
    expect(second?.says).toBe(ACCOUNT['account.enrolled'][1])
  })
})

test.each([
  [2, '2 tries are left.'],
  [1, '1 try is left.'],
  [0, 'It is blocked now.'],
])('with %i tries left it says so in whole sentences', (triesLeft, sentence) => {
  expect(saysOf([fromServer('device.pin-wrong', { triesLeft })])).toEqual([
    `Somebody typed a wrong PIN on a remembered device. ${sentence}`,
  ])
})
