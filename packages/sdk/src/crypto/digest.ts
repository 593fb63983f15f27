import type { Bytes } from '../assert.ts'
import { encodeFrame, type FramePart } from '../bytes/frame.ts'
import { allocateSecret, wipe } from '../bytes/wipe.ts'
import { LS1 } from '../format/suites.ts'
import { subtle } from './subtle.ts'

/** SHA-256 (FIPS 180-4). */
export async function digest(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle().digest(LS1.hash, bytes))
}

/** The digest of a frame with a secret in it; the frame is overwritten. */
export async function digestSecret(parts: readonly FramePart[]): Promise<Bytes> {
  const input = encodeFrame(parts, allocateSecret)
  try {
    return await digest(input)
  } finally {
    wipe(input)
  }
}
