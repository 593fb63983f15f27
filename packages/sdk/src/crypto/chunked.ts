/**
 * c2sp.org/chunked-encryption with AES-256-GCM and SHA-512 (Cobblestone-256): a message of any length as chunks of 16 KiB, the last one always
 * shorter. A key, a base nonce and a commitment come from the input key, a salt and a context by HKDF-Expand; a chunk's nonce
 * is the base nonce with the chunk's number in it, so a chunk opens in its own place of its own message and nowhere else.
 */
import { assertBytes, type Bytes } from '../assert.ts'
import { allocateBriefly } from '../bytes/arena.ts'
import { concat } from '../bytes/concat.ts'
import { equalBytes } from '../bytes/equal.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { allocateSecret, wipe } from '../bytes/wipe.ts'
import { LockstitchError } from '../errors.ts'
import {
  CHUNK_BYTES,
  FILE_HEADER_BYTES,
  FILE_SALT_BYTES,
  HASH_BYTES,
  KEY_BYTES,
  MAX_CHUNKS,
  NONCE_BYTES,
  TAG_BYTES,
} from '../format/constants.ts'
import { LS1 } from '../format/suites.ts'
import { params } from './aead.ts'
import { computeMac } from './mac.ts'
import { subtle } from './subtle.ts'

/** Seals and opens the chunks of one message. */
export interface ChunkCipher {
  /** The first bytes of the message: salt and commitment. */
  readonly header: Bytes
  /**
   * The ciphertext and tag of a chunk. The same number must never seal two contents.
   *
   * @throws LockstitchError `ERR_FORMAT_LIMIT` past the last chunk that a message can have.
   */
  seal(index: number, chunk: Bytes): Promise<Bytes>
  /**
   * The content of a chunk.
   *
   * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
   */
  open(index: number, sealed: Bytes): Promise<Bytes>
}

const NO_AAD = new Uint8Array(0)
const INFO = encodeUtf8(`c2sp.org/chunked-encryption@v1+${LS1.chunked.aead}\0`)

/**
 * The cipher of a new message, or of one that is sealed again to the same bytes.
 *
 * @param inputKey HMAC-SHA-512 key of 32 random bytes.
 * @param salt 24 random bytes, never twice for two contents under one input key.
 * @throws LockstitchError `ERR_KEY_INVALID` for an input key of another kind or length.
 */
export async function createChunkCipher(inputKey: CryptoKey, salt: Bytes, context: Bytes): Promise<ChunkCipher> {
  assertBytes(salt, 'salt', FILE_SALT_BYTES)
  const { length, hash } = inputKey.algorithm as HmacKeyAlgorithm
  const { mac } = LS1.chunked
  if (length !== mac.length || hash.name !== mac.hash) throw new LockstitchError('ERR_KEY_INVALID')
  const secret = await expand(inputKey, concat(INFO, salt, context), KEY_BYTES + NONCE_BYTES + HASH_BYTES)
  const keyBytes = secret.subarray(0, KEY_BYTES)
  const baseNonce = secret.slice(KEY_BYTES, KEY_BYTES + NONCE_BYTES)
  const header = concat(salt, secret.subarray(KEY_BYTES + NONCE_BYTES))
  const key = await subtle()
    .importKey('raw', keyBytes, LS1.aead, false, ['encrypt', 'decrypt'])
    .finally(() => wipe(secret))
  return {
    header,
    async seal(index, chunk) {
      return new Uint8Array(await subtle().encrypt(params(chunkNonce(baseNonce, index), NO_AAD), key, chunk))
    },
    async open(index, sealed) {
      if (sealed.length < TAG_BYTES || sealed.length > CHUNK_BYTES + TAG_BYTES) throw refused()
      try {
        return new Uint8Array(await subtle().decrypt(params(chunkNonce(baseNonce, index), NO_AAD), key, sealed))
      } catch {
        throw refused()
      }
    },
  }
}

/**
 * The cipher of a sealed message, once its commitment says that key, salt and context are the ones it was sealed with.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED` when they are not, or the header is not whole.
 */
export async function openChunkCipher(inputKey: CryptoKey, header: Bytes, context: Bytes): Promise<ChunkCipher> {
  if (header.length !== FILE_HEADER_BYTES) throw refused()
  const cipher = await createChunkCipher(inputKey, header.slice(0, FILE_SALT_BYTES), context)
  if (!equalBytes(cipher.header, header)) throw refused()
  return cipher
}

/** HKDF-Expand (RFC 5869, 2.3), which WebCrypto has only together with Extract. */
async function expand(inputKey: CryptoKey, info: Bytes, length: number): Promise<Bytes> {
  const output = allocateSecret(length)
  let block: Bytes = NO_AAD
  for (let counter = 1, offset = 0; offset < length; counter++, offset += LS1.chunked.hashBytes) {
    const input = concat(block, info, Uint8Array.of(counter))
    wipe(block)
    block = await computeMac(inputKey, input)
    wipe(input)
    output.set(block.subarray(0, length - offset), offset)
  }
  wipe(block)
  return output
}

/** The base nonce XOR the chunk's number, big-endian, from the end. */
function chunkNonce(baseNonce: Bytes, index: number): Bytes {
  if (index >= MAX_CHUNKS) throw new LockstitchError('ERR_FORMAT_LIMIT')
  const nonce = allocateBriefly(NONCE_BYTES)
  nonce.set(baseNonce)
  for (let at = NONCE_BYTES - 1, rest = index; rest > 0; at--, rest = Math.floor(rest / 256)) {
    nonce[at] = (nonce[at] as number) ^ (rest % 256)
  }
  return nonce
}

function refused(): LockstitchError {
  return new LockstitchError('ERR_OPEN_FAILED')
}
