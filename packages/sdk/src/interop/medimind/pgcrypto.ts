/**
 * Seed 003's PostgreSQL: `pgp_sym_encrypt`. OpenPGP.js does the cryptography, because OpenPGP's own CFB mode and the old
 * ciphers exist in no browser; it is loaded when the first message is opened or written.
 */
import type * as openpgp from 'openpgp'
import type { Config, enums, Message } from 'openpgp'
import type { Bytes } from '../../assert.ts'
import { LockstitchError } from '../../errors.ts'
import { requireConsent } from '../shared/consent.ts'
import { bytesOf } from '../shared/input.ts'
import { encodePassphrase } from '../shared/keys.ts'
import type { ForeignCodec } from '../types.ts'
import type { ForeignWarning } from '../warnings.ts'
import { parsePgp, type PgpMessage } from './pgcrypto-layout.ts'

type OpenPgp = typeof openpgp

/** Compressed data could otherwise fill the memory: 1 MB of it can stand for 1 GB. */
const MAX_DECOMPRESSED_BYTES = 67_108_864
/**
 * The coded count of 1 MiB, four times what pgcrypto itself writes at most. PostgreSQL stretches the passphrase again for every
 * row it reads: 3 ms with this, 40 ms with 16 MiB.
 */
const S2K_COUNT = 160
/** Below this a passphrase is cheap to guess, whoever wrote the message. */
const STRETCHED_BYTES = 16_777_216

/** What is to be said of each cipher but AES-256. */
const CIPHER_WARNINGS: ReadonlyMap<enums.symmetricNames, ForeignWarning> = new Map([
  ['tripledes', 'WARN_CIPHER_LEGACY'],
  ['cast5', 'WARN_CIPHER_LEGACY'],
  ['blowfish', 'WARN_CIPHER_LEGACY'],
  ['aes128', 'WARN_KEY_SHORT'],
  ['aes192', 'WARN_KEY_SHORT'],
])

/** The code of the format `pgcrypto`. */
export const pgcrypto: ForeignCodec<'pgcrypto'> = {
  async open(input, { passphrase }, options) {
    const bytes = bytesOf(input)
    const outside = parsePgp(bytes)
    requirePassphrase(passphrase)
    if (!outside.hasDigest) requireConsent(options)
    const pgp = await load()
    const { message, cipher } = await decrypt(pgp, bytes, passphrase, outside.hasDigest)
    const literal = literalOf(pgp, message)
    // Without a digest a wrong passphrase gives noise, which is told from a fault of form by nobody.
    if (literal === null) throw new LockstitchError(outside.hasDigest ? 'ERR_FORMAT_INVALID' : 'ERR_OPEN_FAILED')
    const warnings = warningsOf(outside, cipher)
    return { bytes: new Uint8Array(literal), authenticated: outside.hasDigest, warnings }
  },

  async seal({ bytes, isText }, { passphrase }) {
    requirePassphrase(passphrase)
    const pgp = await load()
    const config: Partial<Config> = {
      aeadProtect: false,
      preferredSymmetricAlgorithm: pgp.enums.symmetric.aes256,
      preferredCompressionAlgorithm: pgp.enums.compression.uncompressed,
      s2kType: pgp.enums.s2k.iterated,
      s2kIterationCountByte: S2K_COUNT,
    }
    // As text OpenPGP.js would turn every line end into CRLF; given the bytes it leaves them alone.
    const message = await pgp.createMessage({ binary: bytes, format: isText ? 'utf8' : 'binary' })
    return new Uint8Array(await pgp.encrypt({ message, passwords: passphrase, format: 'binary', config }))
  },
}

/** In a page this is OpenPGP.js's smaller build, which loads the old ciphers when a message has one. */
async function load(): Promise<OpenPgp> {
  return import('#openpgp')
}

/** pgcrypto refuses an empty passphrase too. */
function requirePassphrase(passphrase: string): void {
  if (encodePassphrase(passphrase).length === 0) throw new LockstitchError('ERR_KEY_INVALID')
}

interface Decrypted {
  readonly message: Message<Uint8Array>
  readonly cipher: enums.symmetricNames
}

/** Whatever goes wrong inside, wrong passphrase and changed message alike, is one code. */
async function decrypt(pgp: OpenPgp, bytes: Bytes, passphrase: string, hasDigest: boolean): Promise<Decrypted> {
  const config: Config = {
    ...pgp.config,
    allowUnauthenticatedMessages: !hasDigest,
    maxDecompressedMessageSize: MAX_DECOMPRESSED_BYTES,
  }
  try {
    const sealed = await pgp.readMessage({ binaryMessage: bytes, config })
    const [sessionKey] = await pgp.decryptSessionKeys({ message: sealed, passwords: passphrase, config })
    const { data, algorithm } = sessionKey ?? { algorithm: null }
    if (data === undefined || algorithm === null) throw new LockstitchError('ERR_OPEN_FAILED')
    const message = await sealed.decrypt(undefined, undefined, [{ data, algorithm }], undefined, config)
    return { message: message as Message<Uint8Array>, cipher: algorithm }
  } catch {
    throw new LockstitchError('ERR_OPEN_FAILED')
  }
}

/** The data of a message that holds one literal packet, compressed or not, and nothing beside it. */
function literalOf({ LiteralDataPacket }: OpenPgp, message: Message<Uint8Array>): Uint8Array | null {
  const inside = message.unwrapCompressed().packets
  const isOnlyLiteral = message.packets.length === 1 && inside.length === 1 && inside[0] instanceof LiteralDataPacket
  return isOnlyLiteral ? message.getLiteralData() : null
}

function warningsOf({ hasDigest, hashedBytes }: PgpMessage, cipher: enums.symmetricNames): ForeignWarning[] {
  const ofCipher = CIPHER_WARNINGS.get(cipher)
  return [
    ...(hasDigest ? [] : (['WARN_UNAUTHENTICATED'] as const)),
    ...(hashedBytes < STRETCHED_BYTES ? (['WARN_KDF_WEAK'] as const) : []),
    ...(ofCipher === undefined ? [] : [ofCipher]),
  ]
}
