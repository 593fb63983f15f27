import type { Bytes } from '../assert.ts'
import { allocateSecret } from '../bytes/wipe.ts'

/** getRandomValues gives at most 65,536 bytes; a pool of 4 KiB makes a nonce cost a copy instead of a call. */
const POOL_BYTES = 4096
const pool = new Uint8Array(POOL_BYTES)
let used = POOL_BYTES

/** Fresh random bytes: the single source of them. Bytes are handed out once and wiped from the pool; the caller can wipe them. */
export function randomBytes(length: number): Bytes {
  return fillRandom(allocateSecret(length))
}

/** Fills an array with fresh random bytes and gives it back. */
export function fillRandom(target: Bytes): Bytes {
  const { length } = target
  if (length > POOL_BYTES) throw new RangeError('at most 4096 random bytes at once')
  if (used + length > POOL_BYTES) {
    crypto.getRandomValues(pool)
    used = 0
  }
  target.set(pool.subarray(used, used + length))
  pool.fill(0, used, used + length)
  used += length
  return target
}
