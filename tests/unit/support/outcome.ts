/** What calls come to, in the tests of one module. */
export { outcome } from '../../vectors/support/vectors.ts'
export { fromHex, toHex } from '../../vectors/support/hex.ts'

/** The bytes with one bit of one byte flipped, for every byte. */
export function flips(bytes: Uint8Array): Uint8Array<ArrayBuffer>[] {
  return Array.from(bytes, (byte, index) => {
    const changed = Uint8Array.from(bytes)
    changed[index] = byte ^ (1 << (index % 8))
    return changed
  })
}
