/** The nonce of every chunk, against c2sp.org/chunked-encryption done with Node's primitives. */
import { createCipheriv, createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createChunkCipher } from '../../../packages/sdk/src/crypto/chunked.ts'
import { MAX_CHUNKS } from '../../../packages/sdk/src/format/constants.ts'

const KEY = randomBytes(32)
const SALT = new Uint8Array(randomBytes(24))
const CONTEXT = new Uint8Array(randomBytes(9))
const inputKey = await crypto.subtle.importKey('raw', KEY, { name: 'HMAC', hash: 'SHA-512' }, false, ['sign'])

/** What a chunk is sealed to. */
function sealedByNode(index: number, chunk: Uint8Array): Buffer {
  const info = Buffer.concat([Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0'), SALT, CONTEXT])
  const first = createHmac('sha512', KEY).update(info).update(Uint8Array.of(1)).digest()
  const base = BigInt(`0x${first.subarray(32, 44).toString('hex')}`)
  const nonce = Buffer.from((base ^ BigInt(index)).toString(16).padStart(24, '0'), 'hex')
  const cipher = createCipheriv('aes-256-gcm', first.subarray(0, 32), nonce)
  return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()])
}

test('a chunk is sealed under the base nonce with its number in it, all at once and one by one', async () => {
  const cipher = await createChunkCipher(inputKey, SALT, CONTEXT)
  const indexes = [0, 1, 255, 256, 65_535, 65_536, 2 ** 24, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, MAX_CHUNKS - 1]
  const chunk = new Uint8Array(randomBytes(100))
  const together = await Promise.all(indexes.map((index) => cipher.seal(index, chunk)))
  for (const [at, index] of indexes.entries()) {
    const expected = sealedByNode(index, chunk)
    expect(expected.equals(together[at] as Uint8Array), `chunk ${index}`).toBe(true)
    expect(expected.equals(await cipher.seal(index, chunk)), `chunk ${index}`).toBe(true)
    expect(chunk).toEqual(await cipher.open(index, new Uint8Array(expected)))
  }
  await expect(cipher.seal(MAX_CHUNKS, chunk)).rejects.toMatchObject({ code: 'ERR_FORMAT_LIMIT' })
})
