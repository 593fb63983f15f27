import { assertPlainObject } from '../assert.ts'
import { decodeUtf8 } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import type { ImportedKeys } from './primitives/aes-gcm.ts'
import { loadCodec } from './registry.ts'
import type {
  ForeignCodec,
  ForeignFormat,
  ForeignInput,
  ForeignKeys,
  Opened,
  OpenedForeign,
  OpenForeignOptions,
} from './types.ts'

/**
 * Opens one value of one of the five systems. It is stricter than the systems are: exact lengths, one spelling of every
 * value, keys looked up by the name that the value gives and never tried.
 *
 * @param format one of {@link FOREIGN_FORMATS}
 * @param input the value as it is stored
 * @param keys the keys of that format, see {@link ForeignKeys}
 * @returns the plaintext, whether it is proven to be unchanged, and what the format did not protect it from
 * @throws LockstitchError `ERR_FORMAT_INVALID` when the value is not of the format, `ERR_FORMAT_VERSION` when it is of a
 * version of it that the system never wrote, `ERR_KEY_UNKNOWN` when it names a key that is not there, `ERR_KEY_INVALID` when a
 * key has a length that the system does not use, `ERR_TEXT_INVALID` when a format that carries only text holds something
 * else, and `ERR_OPEN_FAILED` for everything else: a wrong key, a changed value, a value without any proof that nobody said
 * is acceptable.
 *
 * @example
 * ```ts
 * import { openForeign, sealForeign } from '@lockstitch/sdk/interop'
 *
 * const keys = { keys: { 'dev-key-1': crypto.getRandomValues(new Uint8Array(32)) } }
 * const envelope = await sealForeign('phase4', 'Type 2 diabetes', keys)
 * const opened = await openForeign('phase4', envelope, keys)
 * console.log(opened.text(), opened.keyId, opened.authenticated) // Type 2 diabetes dev-key-1 true
 * ```
 *
 * @example
 * A format without authentication opens only for a caller who says so.
 * ```ts
 * import { openForeign } from '@lockstitch/sdk/interop'
 *
 * const stored = 'U2FsdGVkX19MOOflvy1PzYMpxwLRubQgHsXBvstBY6s='
 * const keys = { passphrase: 'Tr0ub4dor&3-1aa5272e134a' }
 * const opened = await openForeign('novamind-cryptojs', stored, keys, { allowUnauthenticated: true })
 * console.log(opened.text(), opened.authenticated, opened.warnings[0]) // John Doe false WARN_UNAUTHENTICATED
 * ```
 */
export async function openForeign<F extends ForeignFormat>(
  format: F,
  input: ForeignInput,
  keys: ForeignKeys[F],
  options: OpenForeignOptions = {},
): Promise<OpenedForeign> {
  return createForeignOpener()(format, input, keys, options)
}

/** {@link openForeign}, with its options said. */
export type ForeignOpener = <F extends ForeignFormat>(
  format: F,
  input: ForeignInput,
  keys: ForeignKeys[F],
  options: OpenForeignOptions,
) => Promise<OpenedForeign>

/**
 * {@link openForeign} for many values: a key is imported once, and used as it was then for as long as the opener is.
 */
export function createForeignOpener(): ForeignOpener {
  const codecs = new Map<ForeignFormat, Promise<ForeignCodec<ForeignFormat>>>()
  const imported: ImportedKeys = new Map()
  return async (format, input, keys, options) => {
    const loading = codecs.get(format) ?? loadCodec<ForeignFormat>(format)
    codecs.set(format, loading)
    const codec = await loading
    assertPlainObject(keys, 'keys')
    assertPlainObject(options, 'options')
    const opened = await codec.open(input, keys as never, options, imported)
    const text = textReader(opened, codec.textOnly ?? opened.isText)
    const { isText: _, warnings = [], ...result } = opened
    return { ...result, warnings, text }
  }
}

/** Text that must be text is decoded at once, so that a value which is none never counts as opened. */
function textReader({ bytes }: Opened, isText: boolean | undefined): () => string {
  if (isText === undefined) return () => decodeUtf8(bytes)
  if (!isText) return () => fail()
  const text = decodeUtf8(bytes)
  return () => text
}

function fail(): never {
  throw new LockstitchError('ERR_TEXT_INVALID')
}
