/**
 * The token of seed 002's server, a Fernet token: URL-safe base64 with padding of the version byte 0x80, the seconds of its
 * making (8 bytes), an IV (16 bytes), the AES-128-CBC ciphertext and an HMAC-SHA-256 over all before it. Later versions of
 * that server put `v1:` before it.
 */
import type { Bytes } from '../../assert.ts'
import { concat } from '../../bytes/concat.ts'
import { encodeUint64 } from '../../bytes/frame.ts'
import { LockstitchError } from '../../errors.ts'
import { BLOCK_BYTES } from '../primitives/aes-cbc.ts'
import { decodeBase64urlPadded, encodeBase64urlPadded } from '../shared/base64.ts'

const VERSION = 0x80
const PREFIX = 'v1:'
const OTHER_PREFIX = /^v[0-9]+:/
const IV_START = 1 + 8
const CIPHERTEXT_START = IV_START + BLOCK_BYTES
const MAC_BYTES = 32

/** Bytes of each half of a Fernet key: first that of the MAC, then that of the cipher. */
export const HALF_BYTES = 16

/** A parsed token. */
export interface FernetToken {
  /** Everything that the MAC is over. */
  readonly signed: Bytes
  readonly iv: Bytes
  /** Of any length: whether it is whole blocks is looked at after the MAC. */
  readonly ciphertext: Bytes
  readonly mac: Bytes
}

/**
 * Reads a token, with or without the prefix.
 *
 * @throws LockstitchError `ERR_FORMAT_VERSION` for another prefix or version byte, `ERR_FORMAT_INVALID` for anything else
 * that is too short or not canonical base64.
 */
export function parseFernet(text: string): FernetToken {
  const token = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text
  if (OTHER_PREFIX.test(token)) throw new LockstitchError('ERR_FORMAT_VERSION')
  const bytes = decodeBase64urlPadded(token)
  const macStart = bytes.length - MAC_BYTES
  if (macStart < CIPHERTEXT_START) throw new LockstitchError('ERR_FORMAT_INVALID')
  if (bytes[0] !== VERSION) throw new LockstitchError('ERR_FORMAT_VERSION')
  return {
    signed: bytes.subarray(0, macStart),
    iv: bytes.subarray(IV_START, CIPHERTEXT_START),
    ciphertext: bytes.subarray(CIPHERTEXT_START, macStart),
    mac: bytes.subarray(macStart),
  }
}

/** The part of a token that is signed. The time stands in it for everybody to read. */
export function signedPart(seconds: number, iv: Bytes, ciphertext: Bytes): Bytes {
  return concat(Uint8Array.of(VERSION), encodeUint64(seconds), iv, ciphertext)
}

/** Writes a token. */
export function serializeFernet(form: 'token' | 'v1-token', signed: Bytes, mac: Bytes): string {
  return (form === 'token' ? '' : PREFIX) + encodeBase64urlPadded(concat(signed, mac))
}
