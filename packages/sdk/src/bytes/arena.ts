import type { Bytes } from '../assert.ts'

const BLOCK_BYTES = 65_536
const MAX_PIECE_BYTES = 4096
let block = new Uint8Array(BLOCK_BYTES)
let used = 0

/** Makes an array of zeros of a given length. */
export type Allocate = (length: number) => Bytes

/** An array of its own. */
export const allocate: Allocate = (length) => new Uint8Array(length)

/**
 * An array of zeros for the time of one call: a piece of a larger block, since making a small buffer costs as much as a
 * tenth of encrypting it. No piece is given out twice.
 *
 * It must not be kept, stored, sent in a message or given to the app: all of these take the whole block with it.
 */
export const allocateBriefly: Allocate = (length) => {
  if (length > MAX_PIECE_BYTES) return new Uint8Array(length)
  if (used + length > BLOCK_BYTES) {
    block = new Uint8Array(BLOCK_BYTES)
    used = 0
  }
  const piece = block.subarray(used, used + length)
  used += length
  return piece
}
