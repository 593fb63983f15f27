/**
 * The audit log: what happened to an account's ways in and keys, without any secret or health value.
 *
 * An entry that the account itself makes is signed (`ls1l.`) and names the account state it belongs to. What it says of a
 * change is derived from the two states, so that nobody can write down anything else. The server puts every entry, and
 * those of its own, into one hash chain for each account.
 */
import type { Bytes } from '../assert.ts'
import { encodeFrame, encodeUint64 } from '../bytes/frame.ts'
import { canonicalJson, type JsonValue } from '../bytes/json.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import type { AccountState } from './account-state.ts'
import type { VERSION } from './constants.ts'
import { LABELS, MANAGE_LABELS } from './labels.ts'
import { serializeSigned } from './signed-text.ts'

/** What can be said of an account by itself. */
export type AuditEvent =
  | 'account.enrolled'
  | 'account.unlocked'
  | 'slot.added'
  | 'slot.changed'
  | 'slot.removed'
  | 'key.added'
  | 'key.changed'
  | 'policy.tightened'

/** One thing that happened: the event, and what it happened to. */
export interface AuditFact {
  readonly event: AuditEvent
  /** Id of a slot, or of a data key. */
  readonly id?: string
  /** Kind of the slot, or classification of the key. */
  readonly kind?: string
  /** Of a slot whether it is `confirmed` or `unconfirmed`; of a key its state. */
  readonly state?: string
  /** Version of a key. */
  readonly version?: number
}

/** What an account says of itself at one moment. */
export interface AuditStatement {
  readonly format: typeof VERSION
  readonly account: string
  /** Revision of the account state that it belongs to. */
  readonly revision: number
  /** Hash of that state, base64url. */
  readonly state: string
  /** Milliseconds since 1970, by the clock of the device. */
  readonly time: number
  readonly facts: readonly AuditFact[]
}

/** One entry of the server's chain. */
export interface AuditLink {
  readonly seq: number
  /** Milliseconds since 1970, by the server's clock. */
  readonly time: number
  readonly event: string
  /** Canonical JSON. */
  readonly details: string
  /** Hash of the entry before it, base64url; zeros before the first. */
  readonly previous: string
}

/** Event of an entry of the chain that holds what an account says of a change of its state. */
export const CHANGE_EVENT = 'account.changed'
/** Event of an entry of the chain that holds what an account says beside a change. */
export const NOTE_EVENT = 'account.noted'
/** Event of the entry that holds the certificate of a destroyed account, and its signing key: nothing else of it is left. */
export const DESTROYED_EVENT = 'account.destroyed'

/** What the text of a statement begins with. */
export const AUDIT_PREFIX = 'ls1l'

/** What a change of the account state did, in the order slots, keys, policy. */
export function factsOf(from: AccountState | null, to: AccountState): readonly AuditFact[] {
  const facts: AuditFact[] = from === null ? [{ event: 'account.enrolled' }] : []
  const slots = differences(from?.slots ?? [], to.slots, ({ id }) => id)
  for (const { id, kind } of slots.removed) facts.push({ event: 'slot.removed', id, kind })
  for (const [event, changed] of [
    ['slot.added', slots.added],
    ['slot.changed', slots.changed],
  ] as const) {
    for (const { id, kind, confirmed } of changed)
      facts.push({ event, id, kind, state: confirmed === null ? 'unconfirmed' : 'confirmed' })
  }
  const keys = differences(from?.keyring ?? [], to.keyring, ({ kid }) => kid)
  for (const [event, changed] of [
    ['key.added', keys.added],
    ['key.changed', keys.changed],
  ] as const) {
    for (const { kid, classification, state, version } of changed)
      facts.push({ event, id: kid, kind: classification, state, version })
  }
  if (from !== null && canonicalJson(from.policy) !== canonicalJson(to.policy))
    facts.push({ event: 'policy.tightened' })
  return facts
}

/** True for what may be said beside a change of the state. */
export function isNote(facts: readonly AuditFact[]): boolean {
  return facts.length > 0 && facts.every(({ event }) => event === 'account.unlocked')
}

/** What the signature of a statement is over. */
export function auditSignatureInput(payload: Bytes): Bytes {
  return encodeFrame([LABELS.auditSignature, payload])
}

/** The bytes of a statement that are signed: its canonical JSON. */
export function auditPayload(statement: AuditStatement): Bytes {
  return encodeUtf8(canonicalJson(statement))
}

/** The text of a statement and its signature. */
export function serializeAuditStatement(payload: Bytes, signature: Bytes): string {
  return serializeSigned(AUDIT_PREFIX, payload, signature)
}

/** What the hash of an entry of the chain is the SHA-256 of. */
export function auditHashInput(account: string, { seq, time, event, details, previous }: AuditLink): Bytes {
  return encodeFrame([
    MANAGE_LABELS.auditHash,
    account,
    encodeUint64(seq),
    encodeUint64(time),
    event,
    details,
    previous,
  ])
}

interface Differences<T> {
  readonly added: readonly T[]
  readonly changed: readonly T[]
  readonly removed: readonly T[]
}

function differences<T extends object>(
  from: readonly T[],
  to: readonly T[],
  idOf: (item: T) => string,
): Differences<T> {
  const before = new Map(from.map((item) => [idOf(item), item]))
  const after = new Set(to.map(idOf))
  const text = (item: T): string => canonicalJson(item as unknown as JsonValue)
  return {
    added: to.filter((item) => !before.has(idOf(item))),
    changed: to.filter((item) => {
      const was = before.get(idOf(item))
      return was !== undefined && text(was) !== text(item)
    }),
    removed: from.filter((item) => !after.has(idOf(item))),
  }
}
