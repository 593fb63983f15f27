/**
 * AES-GCM does not commit to its key: whoever knows two keys can make one nonce, ciphertext and tag that open under both.
 * This makes one where both openings are a legal value of type `bytes`. (Dodis, Grubbs, Ristenpart, Woodage, CRYPTO 2018.)
 */
import { createCipheriv } from 'node:crypto'

const R = 0xe1n << 120n
const BLOCK = 16

/** Everything that one opening depends on. */
export interface View {
  readonly key: Uint8Array
  readonly aad: Uint8Array
}

/** One sealed value (nonce, three blocks, tag) that opens under both views to type byte 6, something, and the marker. */
export function salamander(first: View, second: View): Uint8Array<ArrayBuffer> {
  const hashKeys = [first, second].map(({ key }) => toBigint(encryptBlock(key, new Uint8Array(BLOCK)))) as [
    bigint,
    bigint,
  ]
  for (let attempt = 0; attempt < 2 ** 24; attempt++) {
    const nonce = new Uint8Array(12)
    new DataView(nonce.buffer).setUint32(8, attempt)
    const [a, b] = [keystream(first.key, nonce), keystream(second.key, nonce)]
    // The type byte must be right in both, and so must the marker at the end.
    if (a[BLOCK] !== b[BLOCK] || a[4 * BLOCK - 1] !== b[4 * BLOCK - 1]) continue
    const ciphertext = new Uint8Array(3 * BLOCK)
    ciphertext[0] = 6 ^ (a[BLOCK] as number)
    ciphertext[3 * BLOCK - 1] = 0x80 ^ (a[4 * BLOCK - 1] as number)
    // The middle block is free: it is chosen so that both tags are one. GHASH is linear in it, with the factor H^3.
    const rest = ghash(hashKeys[0], first.aad, ciphertext) ^ ghash(hashKeys[1], second.aad, ciphertext)
    const difference = rest ^ toBigint(a.subarray(0, BLOCK)) ^ toBigint(b.subarray(0, BLOCK))
    const factor = power(hashKeys[0], 3n) ^ power(hashKeys[1], 3n)
    ciphertext.set(toBytes(multiply(difference, inverse(factor))), BLOCK)
    const tag = toBytes(ghash(hashKeys[0], first.aad, ciphertext) ^ toBigint(a.subarray(0, BLOCK)))
    return new Uint8Array([...nonce, ...ciphertext, ...tag])
  }
  throw new Error('no nonce was found')
}

/** E(J0) and the three blocks of key stream behind it. */
function keystream(key: Uint8Array, nonce: Uint8Array): Uint8Array {
  const counters = new Uint8Array(4 * BLOCK)
  for (let i = 0; i < 4; i++) {
    counters.set(nonce, i * BLOCK)
    counters[i * BLOCK + 15] = i + 1
  }
  return encryptBlock(key, counters)
}

function encryptBlock(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  return Uint8Array.from(cipher.update(blocks))
}

function ghash(hashKey: bigint, aad: Uint8Array, ciphertext: Uint8Array): bigint {
  const lengths = (BigInt(aad.length * 8) << 64n) | BigInt(ciphertext.length * 8)
  let state = 0n
  for (const data of [aad, ciphertext]) {
    for (let i = 0; i < data.length; i += BLOCK) {
      const block = new Uint8Array(BLOCK)
      block.set(data.subarray(i, i + BLOCK))
      state = multiply(state ^ toBigint(block), hashKey)
    }
  }
  return multiply(state ^ lengths, hashKey)
}

function multiply(x: bigint, y: bigint): bigint {
  let [product, factor] = [0n, y]
  for (let bit = 127n; bit >= 0n; bit--) {
    if (((x >> bit) & 1n) === 1n) product ^= factor
    factor = (factor & 1n) === 1n ? (factor >> 1n) ^ R : factor >> 1n
  }
  return product
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n << 127n, base]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = multiply(result, square)
    square = multiply(square, square)
  }
  return result
}

const inverse = (x: bigint): bigint => power(x, (1n << 128n) - 2n)
const toBigint = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
const toBytes = (value: bigint): Uint8Array => Uint8Array.from(Buffer.from(value.toString(16).padStart(32, '0'), 'hex'))
