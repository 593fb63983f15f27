/**
 * The outside of a `pgp_sym_encrypt` message (RFC 4880): a packet that says how the key comes from the passphrase (tag 3,
 * version 4), and one with the encrypted data, which either carries a SHA-1 of what is inside (tag 18, version 1) or, written
 * with `disable-mdc`, nothing (tag 9). Both header formats of OpenPGP are read, because gpg writes the old one.
 */
import type { Bytes } from '../../assert.ts'
import { concat } from '../../bytes/concat.ts'
import { LockstitchError } from '../../errors.ts'

const TAGS = { sessionKey: 3, encrypted: 9, encryptedWithDigest: 18, encryptedWithTag: 20 } as const
const SESSION_KEY_VERSION = 4
const DIGEST_VERSION = 1
/** 3DES, CAST5, Blowfish, AES-128, AES-192, AES-256: all that pgcrypto writes. */
const CIPHERS: ReadonlySet<number> = new Set([2, 3, 4, 7, 8, 9])
/** MD5, SHA-1, RIPEMD-160, SHA-256, SHA-384, SHA-512, SHA-224. */
const HASHES: ReadonlySet<number> = new Set([1, 2, 3, 8, 9, 10, 11])
/** Bytes of each way to derive a key: mode and hash; then a salt; then a count. */
const S2K_BYTES = new Map([
  [0, 2],
  [1, 10],
  [3, 11],
])
const COUNTED = 3
const MIN_SESSION_KEY = 17
const MAX_SESSION_KEY = 33

/** What the outside of a message says. */
export interface PgpMessage {
  /** True when the message can show that it is unchanged. */
  readonly hasDigest: boolean
  /** Bytes that are hashed to turn the passphrase into a key; 0 where it is hashed once. */
  readonly hashedBytes: number
}

/**
 * Reads the outside of a message.
 *
 * @throws LockstitchError `ERR_FORMAT_VERSION` for the authenticated encryption of newer OpenPGP versions, which pgcrypto
 * neither writes nor reads, `ERR_FORMAT_INVALID` for anything else that is not exactly such a message.
 */
export function parsePgp(bytes: Bytes): PgpMessage {
  const [sessionKey, encrypted, ...others] = readPackets(bytes)
  if (sessionKey?.tag !== TAGS.sessionKey || encrypted === undefined || others.length > 0) throw invalid()
  const hashedBytes = readSessionKey(sessionKey.body)
  if (encrypted.tag === TAGS.encryptedWithTag) throw new LockstitchError('ERR_FORMAT_VERSION')
  if (encrypted.tag === TAGS.encrypted) return { hasDigest: false, hashedBytes }
  if (encrypted.tag !== TAGS.encryptedWithDigest) throw invalid()
  if (encrypted.body[0] !== DIGEST_VERSION) throw new LockstitchError('ERR_FORMAT_VERSION')
  return { hasDigest: true, hashedBytes }
}

function readSessionKey(body: Bytes): number {
  const [version, cipher, mode, hash] = body
  if (version !== SESSION_KEY_VERSION) throw new LockstitchError('ERR_FORMAT_VERSION')
  const s2kBytes = S2K_BYTES.get(mode ?? -1)
  if (s2kBytes === undefined || !CIPHERS.has(cipher ?? -1) || !HASHES.has(hash ?? -1)) throw invalid()
  const end = 2 + s2kBytes
  const rest = body.length - end
  if (rest !== 0 && (rest < MIN_SESSION_KEY || rest > MAX_SESSION_KEY)) throw invalid()
  const count = body[end - 1] as number
  return mode === COUNTED ? (16 + (count & 15)) << ((count >> 4) + 6) : 0
}

interface Packet {
  readonly tag: number
  readonly body: Bytes
}

function readPackets(bytes: Bytes): Packet[] {
  const packets: Packet[] = []
  let rest = bytes
  while (rest.length > 0) {
    // No message has more than two; more of them are not worth reading.
    if (packets.length > 2) throw invalid()
    const { packet, length } = readPacket(rest)
    packets.push(packet)
    rest = rest.subarray(length)
  }
  return packets
}

/** RFC 4880 section 4.2. */
function readPacket(bytes: Bytes): { packet: Packet; length: number } {
  const first = bytes[0] as number
  if ((first & 0x80) === 0) throw invalid()
  if ((first & 0x40) === 0) return readOldPacket(first, bytes)
  const pieces: Bytes[] = []
  let offset = 1
  let isLast = false
  while (!isLast) {
    const size = readLength(bytes, offset)
    pieces.push(slice(bytes, size.start, size.length))
    offset = size.start + size.length
    isLast = !size.isPartial
  }
  return { packet: { tag: first & 0x3f, body: concat(...pieces) }, length: offset }
}

interface Size {
  readonly start: number
  readonly length: number
  readonly isPartial: boolean
}

function readLength(bytes: Bytes, offset: number): Size {
  const first = bytes[offset]
  if (first === undefined) throw invalid()
  if (first < 192) return { start: offset + 1, length: first, isPartial: false }
  if (first < 224) {
    const second = readNumber(bytes, offset + 1, 1)
    return { start: offset + 2, length: (first - 192) * 256 + second + 192, isPartial: false }
  }
  if (first < 255) return { start: offset + 1, length: 2 ** (first & 0x1f), isPartial: true }
  return { start: offset + 5, length: readNumber(bytes, offset + 1, 4), isPartial: false }
}

function readOldPacket(first: number, bytes: Bytes): { packet: Packet; length: number } {
  const lengthBytes = [1, 2, 4, 0][first & 3] as number
  const start = 1 + lengthBytes
  // Without a length the packet reaches to the end.
  const length = lengthBytes === 0 ? bytes.length - start : readNumber(bytes, 1, lengthBytes)
  return { packet: { tag: (first >> 2) & 15, body: slice(bytes, start, length) }, length: start + length }
}

function readNumber(bytes: Bytes, offset: number, length: number): number {
  return slice(bytes, offset, length).reduce((sum, byte) => sum * 256 + byte, 0)
}

function slice(bytes: Bytes, start: number, length: number): Bytes {
  if (start + length > bytes.length) throw invalid()
  return bytes.subarray(start, start + length)
}

function invalid(): LockstitchError {
  return new LockstitchError('ERR_FORMAT_INVALID')
}
