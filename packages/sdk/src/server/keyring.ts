import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { type JsonValue, parseJson, stringifyJson } from '../bytes/json.ts'
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts'
import { wipe } from '../bytes/wipe.ts'
import { LockstitchError } from '../errors.ts'
import { KEY_BYTES } from '../format/constants.ts'
import type { Bytes } from '../assert.ts'
import type { Kms, KmsContext } from './kms.ts'
import { importSecretKey, openBytes, randomBytes, sealBytes, type SecretKey } from './primitives.ts'

/** One at-rest key of an account, as it is stored. */
export interface AtRestKey {
  /** 16 random bytes in base64url. */
  readonly id: string
  /** The key, wrapped by the KMS, in base64url. */
  readonly wrapped: string
  /** Milliseconds since 1970; the newest seals. */
  readonly created: number
}

/** Where the wrapped keys lie: beside the data, since without the KMS they open nothing. */
export interface AtRestKeyStore {
  list(account: string): Promise<readonly AtRestKey[]>
  add(account: string, key: AtRestKey): Promise<void>
}

/** Where a value stands. All of it is authenticated with the value, so that it opens nowhere else. */
export interface AtRestPlace {
  readonly model: string
  /** Record id. */
  readonly id: string
  /** Names and array indexes joined by dots. */
  readonly path: string
}

/** Seals and opens the values of one account that the server may read. */
export interface AtRestCipher {
  /** `lsr1.<key id>.<base64url(nonce | ciphertext | tag)>`. */
  seal(place: AtRestPlace, value: JsonValue): string
  /** @throws LockstitchError `ERR_OPEN_FAILED` for anything that was not sealed for this account and this place. */
  open(place: AtRestPlace, token: unknown): JsonValue
}

/** The at-rest keys of every account. */
export interface Keyring {
  /**
   * A new key for an account, not stored: for a server that stores it in one transaction with the account itself.
   * Without it, the first {@link Keyring.cipher} of an account makes and stores one.
   */
  generateKey(account: string): Promise<AtRestKey>
  /** The cipher of an account. Rejects with what the KMS or the store rejects with. */
  cipher(account: string): Promise<AtRestCipher>
}

/** Options of {@link createKeyring}. */
export interface KeyringOptions {
  readonly kms: Kms
  readonly store: AtRestKeyStore
  /** Milliseconds for which an unwrapped key is used before the KMS is asked again: 5 minutes unless given. */
  readonly cacheMs?: number
  /** Accounts whose keys are kept unwrapped at once: 1000 unless given. */
  readonly cacheSize?: number
  readonly now?: () => number
}

const PREFIX = 'lsr1'
const VALUE_LABEL = 'lockstitch/at-rest/value'
const ID_BYTES = 16
const FIVE_MINUTES = 300_000

/**
 * Sealing at rest for the fields whose audience is `server`: AES-256-GCM under a random key for each account, which the
 * KMS wraps. A thief of the database or of a backup reads none of them without the KMS; the server itself reads them all.
 *
 * @example
 * ```ts
 * import { type AtRestKey, createKeyring, type Kms } from '@lockstitch/sdk/server'
 *
 * export async function roundTrip(kms: Kms): Promise<boolean> {
 *   const rows = new Map<string, AtRestKey[]>()
 *   const keyring = createKeyring({
 *     kms,
 *     store: {
 *       list: async (account) => rows.get(account) ?? [],
 *       add: async (account, key) => void rows.set(account, [...(rows.get(account) ?? []), key]),
 *     },
 *   })
 *   const cipher = await keyring.cipher('01975c2f-0000-7000-8000-000000000000')
 *   const place = { model: 'intake', id: 'r1', path: 'insurer' }
 *   return cipher.open(place, cipher.seal(place, 'Acme Health')) === 'Acme Health'
 * }
 * ```
 */
export function createKeyring(options: KeyringOptions): Keyring {
  const { kms, store, cacheMs = FIVE_MINUTES, cacheSize = 1000, now = Date.now } = options
  const cache = new Map<string, { readonly until: number; readonly cipher: Promise<AtRestCipher> }>()

  async function generateKey(account: string): Promise<AtRestKey> {
    const bytes = randomBytes(KEY_BYTES)
    try {
      const id = encodeBase64url(randomBytes(ID_BYTES))
      return { id, wrapped: encodeBase64url(await kms.wrap(bytes, kmsContext(account, id))), created: now() }
    } finally {
      wipe(bytes)
    }
  }

  async function unwrapKey(account: string, { id, wrapped }: AtRestKey): Promise<[string, SecretKey]> {
    const bytes = await kms.unwrap(decodeBase64url(wrapped), kmsContext(account, id))
    if (bytes.length !== KEY_BYTES) throw new LockstitchError('ERR_KEY_INVALID')
    const key = importSecretKey(bytes)
    wipe(bytes)
    return [id, key]
  }

  async function load(account: string): Promise<AtRestCipher> {
    if ((await store.list(account)).length === 0) await store.add(account, await generateKey(account))
    const stored = [...(await store.list(account))].sort((a, b) => b.created - a.created)
    const [newest] = stored
    if (newest === undefined) throw new LockstitchError('ERR_KEY_UNKNOWN')
    return createCipher(account, newest.id, new Map(await Promise.all(stored.map((key) => unwrapKey(account, key)))))
  }

  return {
    generateKey,
    async cipher(account) {
      const known = cache.get(account)
      if (known !== undefined && known.until > now()) return known.cipher
      const cipher = load(account)
      cache.delete(account)
      cache.set(account, { until: now() + cacheMs, cipher })
      for (const oldest of cache.keys()) if (cache.size > cacheSize) cache.delete(oldest)
      // A failure is not remembered: the next call asks again.
      cipher.catch(() => cache.get(account)?.cipher === cipher && cache.delete(account))
      return cipher
    },
  }
}

function createCipher(account: string, newest: string, keys: ReadonlyMap<string, SecretKey>): AtRestCipher {
  const aad = (key: string, { model, id, path }: AtRestPlace): Bytes =>
    encodeFrame([VALUE_LABEL, PREFIX, account, model, id, path, key])
  return {
    seal(place, value) {
      const key = keys.get(newest) as SecretKey
      const sealed = sealBytes(key, aad(newest, place), encodeUtf8(stringifyJson(value)))
      return `${PREFIX}.${newest}.${encodeBase64url(sealed)}`
    },
    open(place, token) {
      try {
        const [prefix, id = '', body = '', ...rest] = String(token).split('.')
        const sealed = decodeBase64url(body)
        const key = keys.get(id)
        if (typeof token === 'string' && prefix === PREFIX && key !== undefined && rest.length === 0) {
          return parseJson(decodeUtf8(openBytes(key, aad(id, place), sealed)))
        }
      } catch {
        // One answer for every reason.
      }
      throw new LockstitchError('ERR_OPEN_FAILED')
    },
  }
}

function kmsContext(account: string, id: string): KmsContext {
  return { purpose: 'lockstitch/at-rest', account, key: id }
}
