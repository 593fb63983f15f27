import type { Bytes } from '../assert.ts'
import { LS1 } from '../format/suites.ts'
import { subtle } from './subtle.ts'

/** SHA-256 (FIPS 180-4). */
export async function digest(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle().digest(LS1.hash, bytes))
}
