/**
 * Seed 003's backups: `openssl enc -aes-256-cbc`. The file says neither how its key was derived nor whether it is whole: a
 * flipped bit garbles one block and flips the same bit of the next, and nobody notices.
 */
import { assertBytes, type Bytes } from '../../assert.ts'
import { LockstitchError } from '../../errors.ts'
import { MAX_ITERATIONS } from '../../format/constants.ts'
import { BLOCK_BYTES, decryptCbc, isWholeBlocks } from '../primitives/aes-cbc.ts'
import { evpBytesToKey } from '../primitives/evp-bytes-to-key.ts'
import { stretch, warnOfCost } from '../primitives/pbkdf2.ts'
import { decodeBase64 } from '../shared/base64.ts'
import { requireConsent } from '../shared/consent.ts'
import { bytesOf } from '../shared/input.ts'
import { checkKey, encodePassphrase } from '../shared/keys.ts'
import { KEY_AND_IV_BYTES, parseSalted, type Salted, splitKeyAndIv } from '../shared/salted.ts'
import type { ForeignCodec, ForeignInput, ForeignKeys, OpensslDigest } from '../types.ts'
import type { ForeignWarning } from '../warnings.ts'

type Keys = ForeignKeys['openssl']
type PassphraseKeys = Extract<Keys, { readonly passphrase: string }>

/** What `-pbkdf2` means without `-iter`. */
const DEFAULT_ITERATIONS = 10_000
const DEFAULT_DIGEST = 'sha256'
const DIGESTS: readonly OpensslDigest[] = ['md5', 'sha1', 'sha256', 'sha384', 'sha512']
/** Columns of a line that `openssl enc -a` writes. */
const LINE = 64

interface Parsed extends Partial<Salted> {
  readonly ciphertext: Bytes
}

/** The code of the format `openssl`. */
export const openssl: ForeignCodec<'openssl'> = {
  async open(input, keys, options) {
    const parsed = parse(fileOf(input), keys)
    const derive = prepare(keys, parsed.salt)
    requireConsent(options)
    const { key, iv, warnings } = await derive()
    const bytes = await decryptCbc(key, iv, parsed.ciphertext)
    return { bytes, authenticated: false, warnings: ['WARN_UNAUTHENTICATED', ...warnings] }
  },
}

/** The file's bytes; of `openssl enc -a` its text, in lines of 64 columns or, with `-A`, in one. */
function fileOf(input: ForeignInput): Bytes {
  if (typeof input !== 'string' || !input.endsWith('\n')) return bytesOf(input)
  const lines = input.slice(0, -1).split('\n')
  if (lines.some((line, i) => line.length > LINE || (i < lines.length - 1 && line.length < LINE))) {
    throw new LockstitchError('ERR_FORMAT_INVALID')
  }
  return decodeBase64(lines.join(''))
}

/** A passphrase goes with a header, a key and an IV with none: `openssl enc -K` writes the bare ciphertext. */
function parse(file: Bytes, keys: Keys): Parsed {
  if ('passphrase' in keys) return parseSalted(file)
  if (!isWholeBlocks(file)) throw new LockstitchError('ERR_FORMAT_INVALID')
  return { ciphertext: file }
}

type Derived = Promise<{ key: Bytes; iv: Bytes; warnings: readonly ForeignWarning[] }>

/** Checks the keys; the work itself waits until it is wanted. */
function prepare(keys: Keys, salt: Bytes | undefined): () => Derived {
  if ('passphrase' in keys) return preparePassphrase(keys, salt ?? new Uint8Array(0))
  const key = checkKey(keys.key, 'keys.key')
  assertBytes(keys.iv, 'keys.iv')
  const { iv } = keys
  if (iv.length !== BLOCK_BYTES) throw new LockstitchError('ERR_KEY_INVALID')
  return async () => ({ key, iv, warnings: [] })
}

function preparePassphrase(keys: PassphraseKeys, salt: Bytes): () => Derived {
  if ('key' in keys || 'iv' in keys) throw new TypeError('keys takes a passphrase, or a key and its iv')
  const passphrase = encodePassphrase(keys.passphrase)
  const { derivation, digest = DEFAULT_DIGEST, iterations = DEFAULT_ITERATIONS } = keys
  if (!DIGESTS.includes(digest)) throw new TypeError('keys.digest is not one that is known')
  if (derivation === 'evp') {
    return async () => {
      const bytes = await evpBytesToKey(digest, passphrase, salt, KEY_AND_IV_BYTES)
      return { ...splitKeyAndIv(bytes), warnings: ['WARN_KDF_WEAK'] }
    }
  }
  if (derivation !== 'pbkdf2') throw new TypeError('keys.derivation must be pbkdf2 or evp')
  if (digest === 'md5') throw new TypeError('keys.digest md5 goes with the derivation evp only')
  if (!Number.isInteger(iterations) || iterations < 1 || iterations > MAX_ITERATIONS) {
    throw new LockstitchError('ERR_KEY_INVALID')
  }
  return async () => {
    const bytes = await stretch(passphrase, { digest, salt, iterations }, KEY_AND_IV_BYTES)
    return { ...splitKeyAndIv(bytes), warnings: warnOfCost(iterations) }
  }
}
