import type { Bytes } from '../assert.ts'
import { allocateSecret } from './wipe.ts'

/** One array that holds the parts behind one another. They may be secret. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  const out = allocateSecret(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    out.set(part, offset)
    offset += part.length
  }
  return out
}
