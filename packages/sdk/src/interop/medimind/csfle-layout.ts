/**
 * Seed 003's MongoDB values, the payload of a BSON binary of subtype 6: how it was encrypted (1 deterministic, 2 random), the
 * UUID of the data key (16 bytes), the BSON type of the value, an IV (16 bytes), an AES-256-CBC ciphertext and the first 32
 * bytes of an HMAC-SHA-512. The first 18 bytes are the additional data.
 */
import type { Bytes } from '../../assert.ts'
import { concat } from '../../bytes/concat.ts'
import { encodeUint64 } from '../../bytes/frame.ts'
import { LockstitchError } from '../../errors.ts'
import { BLOCK_BYTES } from '../primitives/aes-cbc.ts'

/** How a value was encrypted, by its first byte. */
const ALGORITHMS = ['deterministic', 'random'] as const

/** `deterministic`: the IV follows from the value, so equal values look equal. */
export type CsfleAlgorithm = (typeof ALGORITHMS)[number]

const UUID_BYTES = 16
const HEADER_BYTES = 1 + UUID_BYTES + 1
const CIPHERTEXT_START = HEADER_BYTES + BLOCK_BYTES
/** Bytes that are kept of the MAC. */
export const MAC_BYTES = 32
const UUID_HEX = /^[0-9a-f]{32}$/

/** What stands before the IV. */
export interface CsfleHeader {
  readonly algorithm: CsfleAlgorithm
  /** 32 lower-case hex digits. */
  readonly keyId: string
  readonly bsonType: number
}

/** A parsed value. */
export interface CsfleValue extends CsfleHeader {
  /** The header as it stands: the additional data. */
  readonly aad: Bytes
  readonly iv: Bytes
  /** Of any length from one block on: whether it is whole blocks is looked at after the MAC. */
  readonly ciphertext: Bytes
  readonly mac: Bytes
}

/**
 * Reads a value.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` when it is too short or encrypted in a way that this system does not use. Two
 * such ways exist in MongoDB: 0 is a wish to encrypt, and from 3 on it is queryable encryption.
 */
export function parseCsfle(bytes: Bytes): CsfleValue {
  const macStart = bytes.length - MAC_BYTES
  const algorithm = ALGORITHMS[(bytes[0] ?? 0) - 1]
  if (algorithm === undefined || macStart < CIPHERTEXT_START + BLOCK_BYTES) {
    throw new LockstitchError('ERR_FORMAT_INVALID')
  }
  return {
    algorithm,
    keyId: toHex(bytes.subarray(1, 1 + UUID_BYTES)),
    bsonType: bytes[HEADER_BYTES - 1] as number,
    aad: bytes.subarray(0, HEADER_BYTES),
    iv: bytes.subarray(HEADER_BYTES, CIPHERTEXT_START),
    ciphertext: bytes.subarray(CIPHERTEXT_START, macStart),
    mac: bytes.subarray(macStart),
  }
}

/**
 * The bytes of a header.
 *
 * @throws LockstitchError `ERR_KEY_UNKNOWN` when the key id is not 32 lower-case hex digits: no value could name it.
 */
export function serializeHeader({ algorithm, keyId, bsonType }: CsfleHeader): Bytes {
  if (!UUID_HEX.test(keyId)) throw new LockstitchError('ERR_KEY_UNKNOWN')
  const uuid = Uint8Array.from({ length: UUID_BYTES }, (_, i) => Number.parseInt(keyId.slice(2 * i, 2 * i + 2), 16))
  return concat(Uint8Array.of(ALGORITHMS.indexOf(algorithm) + 1), uuid, Uint8Array.of(bsonType))
}

/** What the MAC is over; the IV of a deterministic value comes from the same without IV and with the plaintext. */
export function macInput(aad: Bytes, iv: Bytes, ciphertext: Bytes): Bytes {
  return concat(aad, iv, ciphertext, lengthOf(aad))
}

/** What the IV of a deterministic value is the MAC of. */
export function ivInput(aad: Bytes, plaintext: Bytes): Bytes {
  return concat(aad, lengthOf(aad), plaintext)
}

function lengthOf(aad: Bytes): Bytes {
  return encodeUint64(aad.length * 8)
}

function toHex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
