/**
 * A second writer of the format, on `node:crypto` and straight from the documents: it shares no code with the SDK, so that
 * what the server accepts is what the documents say. It seals random bytes: the server holds no key and must not care.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto'
import { factsOf } from '@lockstitch/sdk/format'

export const b64u = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
export const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
export const NO_PREVIOUS = b64u(Buffer.alloc(32))

/** For each part its length as 4 bytes big-endian, then its bytes. */
export function frame(...parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}

/** JSON with sorted members and without white space. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical((value as Json)[name])}`).join(',')}}`
}

export type Json = Record<string, unknown>
export type State = ReturnType<typeof firstState>

interface Key {
  readonly kid: string
  readonly commitment: string
}

/** An account as its owner's device knows it. */
export interface Account {
  readonly id: string
  readonly privateKey: KeyObject
  readonly signing: Buffer
  readonly keys: Readonly<Record<'account' | 'phi' | 'pii' | 'old', Key>>
  readonly handle: string
  readonly passwordSecret: string
  readonly recoverySecret: string
  readonly locator: string
}

function makeKey(): Key {
  const commitment = randomBytes(32)
  return { kid: b64u(commitment.subarray(0, 8)), commitment: b64u(commitment) }
}

/** A new account that no server knows. */
export function makeAccount(handle = `user-${randomBytes(6).toString('hex')}@example.org`): Account {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    id: randomUUID(),
    privateKey,
    signing: Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url'),
    keys: { account: makeKey(), phi: makeKey(), pii: makeKey(), old: makeKey() },
    handle,
    passwordSecret: b64u(randomBytes(32)),
    recoverySecret: b64u(randomBytes(32)),
    locator: b64u(randomBytes(16)),
  }
}

export const KDF = { hash: 'SHA-256', iterations: 600_000, salt: b64u(Buffer.alloc(16, 7)) }
const wrapped = b64u(Buffer.alloc(60, 3))

/** Ids of the two slots of every account here. */
export const PASSWORD_SLOT = b64u(Buffer.alloc(16, 1))
export const RECOVERY_SLOT = b64u(Buffer.alloc(16, 2))

/** The first state of an account: its recovery slot waits to be confirmed. */
export function firstState({ id, signing, keys }: Account) {
  const entry = (classification: string, version: number, state: string, key: Key) => {
    return { classification, version, state, created: 1000, wrapped, ...key }
  }
  return {
    format: 'ls1',
    account: id,
    revision: 1,
    previous: NO_PREVIOUS,
    created: 1000,
    accountKey: keys.account,
    identity: {
      signing: b64u(signing),
      receiving: b64u(Buffer.alloc(32, 9)),
      wrappedSigning: b64u(Buffer.alloc(76, 4)),
      wrappedReceiving: b64u(Buffer.alloc(76, 5)),
    },
    slots: [
      {
        kind: 'password',
        id: PASSWORD_SLOT,
        wrapped,
        created: 1000,
        confirmed: 1000 as number | null,
        kdf: KDF,
      },
      { kind: 'recovery', id: RECOVERY_SLOT, wrapped, created: 1000, confirmed: null as number | null },
    ],
    keyring: [
      entry('phi', 1, 'decrypt-only', keys.old),
      entry('phi', 2, 'active', keys.phi),
      entry('pii', 1, 'active', keys.pii),
    ],
    policy: { minIterations: 600_000, minSuite: 1 },
  }
}

/** What an account says of a change of its state, signed by it (or by somebody else). */
export function statementText(
  account: Account,
  from: object | null,
  to: { revision: number },
  changes: object = {},
  privateKey: KeyObject = account.privateKey,
): string {
  const facts = factsOf(from as never, to as never)
  const { revision } = to
  const said = { format: 'ls1', account: account.id, revision, state: stateHash(to), time: 5000, facts, ...changes }
  const payload = Buffer.from(canonical(said))
  const signature = sign(null, frame('lockstitch/ls1/audit-signature', payload), privateKey)
  return `ls1l.${b64u(payload)}.${b64u(signature)}`
}

/** The body of a change of the state that adds no slot. */
export function changeOf(account: Account, from: object, state: unknown) {
  const [, payload] = typeof state === 'string' ? state.split('.') : []
  const to = (payload === undefined ? from : JSON.parse(Buffer.from(payload, 'base64url').toString())) as {
    revision: number
  }
  return { state, logins: [], statement: statementText(account, from, to) }
}

/** The text of a state, signed by the account (or by somebody else). */
export function stateText(account: Account, state: object, privateKey: KeyObject = account.privateKey): string {
  const payload = Buffer.from(canonical(state))
  const signature = sign(null, frame('lockstitch/ls1/account-state-signature', payload), privateKey)
  return `ls1a.${b64u(payload)}.${b64u(signature)}`
}

export function stateHash(state: object): string {
  return b64u(sha256(frame('lockstitch/ls1/account-state-hash', Buffer.from(canonical(state)))))
}

/** The state after another one, with some members changed. */
export function nextState<S extends { revision: number }>(
  state: S,
  changes: Partial<Record<keyof S, unknown>> = {},
): S {
  return { ...structuredClone(state), revision: state.revision + 1, previous: stateHash(state), ...changes }
}

/** The second state: both slots confirmed, so that the account takes records. */
export function confirmedState(state: State): State {
  return nextState(state, { slots: state.slots.map((slot) => ({ ...slot, confirmed: slot.confirmed ?? 2000 })) })
}

/** An envelope with a nonce (fresh unless given), some ciphertext and a tag. */
export function envelope(kid: string, nonce: Uint8Array = randomBytes(12), length = 24): string {
  return `ls1.${kid}.${b64u(Buffer.concat([nonce, randomBytes(length), randomBytes(16)]))}`
}

/** What stands in a sealed record, by path; the digest is over exactly these. */
export type Entry = readonly [path: string, kind: 'envelope' | 'clear' | 'empty', text: string]

/** What can be changed about a manifest. */
export interface SealOptions {
  readonly revision?: number
  readonly previous?: string
  readonly state?: 'live' | 'tombstone'
  readonly owner?: string
  readonly model?: string
  readonly id?: string
  readonly kid?: string
  readonly writer?: Uint8Array
  readonly digest?: Uint8Array
  readonly signature?: Uint8Array | 'right' | 'none'
}

/** The manifest token of a record, and its hash. */
export function manifest(
  account: Account,
  entries: readonly Entry[],
  options: SealOptions,
): { seal: string; hash: string } {
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1))
  const digest = options.digest ?? sha256(frame('lockstitch/ls1/record-digest', ...sorted.flat()))
  const revision = Buffer.alloc(8)
  revision.writeBigUInt64BE(BigInt(options.revision ?? 1))
  const payload = frame(
    options.owner ?? account.id,
    options.model ?? '',
    options.id ?? '',
    revision,
    Buffer.from(options.previous ?? NO_PREVIOUS, 'base64url'),
    Buffer.from(options.kid ?? account.keys.account.kid, 'base64url'),
    options.writer ?? sha256(frame('lockstitch/ls1/writer', account.signing)).subarray(0, 16),
    Buffer.of(options.state === 'tombstone' ? 1 : 0),
    digest,
  )
  const parts = [payload, randomBytes(32)]
  const { signature = 'none' } = options
  if (signature === 'right')
    parts.push(sign(null, frame('lockstitch/ls1/manifest-signature', payload), account.privateKey))
  else if (signature !== 'none') parts.push(Buffer.from(signature))
  return {
    seal: ['ls1m', ...parts.map(b64u)].join('.'),
    hash: b64u(sha256(frame('lockstitch/ls1/manifest-hash', payload))),
  }
}
