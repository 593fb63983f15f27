/** Keys that callers hand in: looked up by exactly the name that a value gives, and never of another length. */
import { assertBytes, assertPlainObject, assertString, type Bytes } from '../../assert.ts'
import { encodeUtf8, isWellFormed } from '../../bytes/utf8.ts'
import { LockstitchError } from '../../errors.ts'
import { KEY_BYTES } from '../../format/constants.ts'

/**
 * The key bytes, once they have the length that the format asks for.
 *
 * @throws LockstitchError `ERR_KEY_INVALID` for another length: an AES-128 key is not used where the system says AES-256.
 */
export function checkKey(key: unknown, label: string, length: number = KEY_BYTES): Bytes {
  assertBytes(key, label)
  if (key.length !== length) throw new LockstitchError('ERR_KEY_INVALID')
  return key
}

/**
 * The key with this id.
 *
 * @throws LockstitchError `ERR_KEY_UNKNOWN` when there is none of its own, `ERR_KEY_INVALID` when it has another length.
 */
export function findKey(keys: unknown, id: string, label: string, length: number = KEY_BYTES): Bytes {
  assertPlainObject(keys, label)
  if (!Object.hasOwn(keys, id)) throw new LockstitchError('ERR_KEY_UNKNOWN')
  return checkKey(keys[id], `${label} member`, length)
}

/**
 * The id of the key to write under: the one that is asked for, or the only one there is.
 *
 * @throws LockstitchError `ERR_KEY_UNKNOWN` when neither is given.
 */
export function chooseKeyId(keys: unknown, wanted: string | undefined, label: string): string {
  assertPlainObject(keys, label)
  const [only, ...others] = Object.keys(keys)
  const id = wanted ?? (others.length === 0 ? only : undefined)
  if (id === undefined) throw new LockstitchError('ERR_KEY_UNKNOWN')
  return id
}

/**
 * A passphrase as the bytes that every one of the systems takes: UTF-8, not normalized.
 *
 * @throws LockstitchError `ERR_KEY_INVALID` when it has a lone surrogate.
 */
export function encodePassphrase(passphrase: unknown, label = 'keys.passphrase'): Bytes {
  assertString(passphrase, label)
  if (!isWellFormed(passphrase)) throw new LockstitchError('ERR_KEY_INVALID')
  return encodeUtf8(passphrase)
}
