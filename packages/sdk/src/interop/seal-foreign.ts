import { assertPlainObject, type Bytes } from '../assert.ts'
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import { loadCodec } from './registry.ts'
import type { ForeignKeys, ForeignSealed, Plain, SealForeignOptions, WritableForeignFormat } from './types.ts'

/**
 * Seals one value so that one of the five systems can read it, for the time in which both run side by side. What the format
 * cannot protect from stays so: see {@link FOREIGN_FORMATS}.
 *
 * @param format one that is writable
 * @param value the text, or bytes; of `hsm` with a `kek` the bytes of the key to wrap. Bytes for a system that only reads text
 * must be UTF-8.
 * @param keys the keys of that format, see {@link ForeignKeys}. The `iv` of `hsm` must be fresh for every call.
 * @returns the value as that system stores it: text, or bytes where it keeps bytes
 * @throws LockstitchError `ERR_KEY_UNKNOWN` when no key is chosen, `ERR_KEY_INVALID` when the key has a length that the system
 * does not use, `ERR_TEXT_INVALID` when the text has a lone surrogate or the bytes are not UTF-8, `ERR_VALUE_INVALID` when the
 * value is neither: `null` and numbers are not sealed as their texts.
 *
 * @example
 * ```ts
 * import { openForeign, sealForeign } from '@lockstitch/sdk/interop'
 *
 * const key = crypto.getRandomValues(new Uint8Array(32))
 * const text = await sealForeign('pazpaz', 'John Doe', { keys: { v1: key, v2: key } }, { keyId: 'v1' })
 * const opened = await openForeign('pazpaz', text, { keys: { v1: key } })
 * console.log(opened.text(), opened.keyId, String(text).length) // John Doe v1 52
 * ```
 */
export async function sealForeign<F extends WritableForeignFormat>(
  format: F,
  value: string | Uint8Array,
  keys: ForeignKeys[F],
  options: SealForeignOptions = {},
): Promise<ForeignSealed[F]> {
  const { seal, textOnly = false } = await loadCodec(format)
  if (seal === undefined) throw new TypeError('format must be writable')
  assertPlainObject(keys, 'keys')
  assertPlainObject(options, 'options')
  const sealed = await seal(plainOf(value, textOnly), keys, options)
  return sealed as ForeignSealed[F]
}

function plainOf(value: unknown, textOnly: boolean): Plain {
  if (typeof value === 'string') return { bytes: encodeUtf8(value), isText: true }
  if (!(value instanceof Uint8Array)) throw new LockstitchError('ERR_VALUE_INVALID')
  if (textOnly) decodeUtf8(value)
  return { bytes: value as Bytes, isText: false }
}
