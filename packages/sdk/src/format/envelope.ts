import type { Bytes } from '../assert.ts'
import { allocateBriefly } from '../bytes/arena.ts'
import { checkBase64urlEnd, decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
import { KID_CHARS, MAX_ENVELOPE_CHARS, NONCE_BYTES, TAG_BYTES, VERSION } from './constants.ts'
import { type Kid, KID_FORM } from './kid.ts'

/** One sealed value as printable text: `ls1.<kid>.<base64url(nonce | ciphertext | tag)>`. */
export type EnvelopeText = string & { readonly __envelope: never }

/** A parsed field envelope. */
export interface Envelope {
  readonly kid: Kid
  /** Nonce (12 bytes), ciphertext (at least 1 byte), tag (16 bytes). */
  readonly sealed: Bytes
}

/** An envelope that was read. */
export interface ParsedEnvelope extends Envelope {
  /** The nonce, base64url. */
  readonly nonce: string
}

const KID_START = VERSION.length + 1
const KID_END = KID_START + KID_CHARS
const BODY_START = KID_END + 1
const MIN_ENVELOPE_CHARS = BODY_START + Math.ceil(((NONCE_BYTES + 1 + TAG_BYTES) * 4) / 3)
/** One pattern for all of it: the platform goes through a text with it faster than a loop does, and a second one costs half as much again. */
const FORM = new RegExp(`^${VERSION}\\.${KID_FORM}\\.[\\w-]*$`)
const OTHER_VERSION = /^ls(?!1\.)[0-9]{1,3}\./

/**
 * Reads a field envelope. Strict, total and free of cryptography: the same text is the only encoding of its bytes.
 *
 * @throws LockstitchError `ERR_FORMAT_VERSION` when the text begins with another version, `ERR_FORMAT_LIMIT` when it is
 * too long, `ERR_FORMAT_INVALID` for everything else that is not an envelope.
 *
 * @example
 * ```ts
 * import { parseEnvelope, serializeEnvelope } from '@lockstitch/sdk/format'
 *
 * const text = 'ls1.AAAAAAAAAAA.' + 'A'.repeat(54)
 * const envelope = parseEnvelope(text)
 * console.log(envelope.kid, envelope.sealed.length, serializeEnvelope(envelope) === text) // AAAAAAAAAAA 40 true
 * ```
 */
export function parseEnvelope(text: unknown): ParsedEnvelope {
  if (typeof text !== 'string') throw new LockstitchError('ERR_FORMAT_INVALID')
  if (text.length > MAX_ENVELOPE_CHARS) throw new LockstitchError('ERR_FORMAT_LIMIT')
  if (!FORM.test(text))
    throw new LockstitchError(OTHER_VERSION.test(text) ? 'ERR_FORMAT_VERSION' : 'ERR_FORMAT_INVALID')
  if (text.length < MIN_ENVELOPE_CHARS) throw new LockstitchError('ERR_FORMAT_INVALID')
  checkBase64urlEnd(text, BODY_START, text.length)
  return new ReadEnvelope(text)
}

/** A class for the sake of its getters: a server reads every envelope and decodes none. */
class ReadEnvelope implements ParsedEnvelope {
  /** When no instance is left, V8's next full collection throws away the code that was compiled for the class. */
  static readonly kept: ParsedEnvelope = new ReadEnvelope('')
  readonly kid: Kid
  readonly #text: string

  constructor(text: string) {
    this.kid = text.slice(KID_START, KID_END) as Kid
    this.#text = text
  }

  get nonce(): string {
    // 12 bytes are 16 characters, with no bit left over.
    return this.#text.slice(BODY_START, BODY_START + (NONCE_BYTES * 4) / 3)
  }

  get sealed(): Bytes {
    return decodeBase64url(this.#text, BODY_START)
  }
}

/** The bytes that an envelope which was parsed holds sealed, for the time of one call. */
export function sealedBriefly(text: EnvelopeText): Bytes {
  return decodeBase64url(text, BODY_START, text.length, allocateBriefly)
}

/** Writes a field envelope; the inverse of {@link parseEnvelope}. */
export function serializeEnvelope({ kid, sealed }: Envelope): EnvelopeText {
  return `${VERSION}.${kid}.${encodeBase64url(sealed)}` as EnvelopeText
}
