/** HPKE against the document's vector, and against a second implementation with Node's own primitives. */
import { createDecipheriv, createHmac, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  deriveReceivingPair,
  openAuthFrom,
  openFrom,
  type ReceivingPair,
  sealAuthTo,
  sealTo,
} from '../../../packages/sdk/src/keys/hpke.ts'
import { generateExchangePair } from '../../../packages/sdk/src/crypto/agree.ts'
import vectors from '../../vectors/official/hpke.json' with { type: 'json' }
import { outcome } from '../support/outcome.ts'

const hex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'hex'))
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex')
const SPKI = Buffer.from('302a300506032b656e032100', 'hex')

interface How {
  readonly aad: Uint8Array
  readonly aead: { readonly id: number; readonly keyBytes: 16 | 32 }
  readonly sender?: Uint8Array
}

/** RFC 9180 by hand: one message, in base mode or, with a sender's public key, in mode auth. */
function openByHand(
  secretKey: Uint8Array,
  publicKey: Uint8Array,
  info: Uint8Array,
  enc: Uint8Array,
  ciphertext: Uint8Array,
  { aad, aead, sender = Buffer.alloc(0) }: How,
): Buffer {
  const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255])
  const kemId = Buffer.concat([Buffer.from('KEM'), u16(0x20)])
  const hpkeId = Buffer.concat([Buffer.from('HPKE'), u16(0x20), u16(1), u16(aead.id)])
  const hmac = (key: Uint8Array, data: Uint8Array): Buffer => createHmac('sha256', key).update(data).digest()
  const extract = (id: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array): Buffer =>
    hmac(salt, Buffer.concat([Buffer.from('HPKE-v1'), id, Buffer.from(label), ikm]))
  const expand = (id: Uint8Array, prk: Uint8Array, label: string, data: Uint8Array, length: number): Buffer =>
    hmac(
      prk,
      Buffer.concat([u16(length), Buffer.from('HPKE-v1'), id, Buffer.from(label), data, Buffer.from([1])]),
    ).subarray(0, length)
  const none = Buffer.alloc(0)
  const agree = (point: Uint8Array): Buffer =>
    diffieHellman({
      privateKey: createPrivateKey({ key: Buffer.concat([PKCS8, secretKey]), format: 'der', type: 'pkcs8' }),
      publicKey: createPublicKey({ key: Buffer.concat([SPKI, point]), format: 'der', type: 'spki' }),
    })
  const isAuth = sender.length > 0
  const dh = isAuth ? Buffer.concat([agree(enc), agree(sender)]) : agree(enc)
  const shared = expand(
    kemId,
    extract(kemId, none, 'eae_prk', dh),
    'shared_secret',
    Buffer.concat([enc, publicKey, sender]),
    32,
  )
  const context = Buffer.concat([
    Buffer.from([isAuth ? 2 : 0]),
    extract(hpkeId, none, 'psk_id_hash', none),
    extract(hpkeId, none, 'info_hash', info),
  ])
  const secret = extract(hpkeId, shared, 'secret', none)
  const key = expand(hpkeId, secret, 'key', context, aead.keyBytes)
  const nonce = expand(hpkeId, secret, 'base_nonce', context, 12)
  const open = createDecipheriv(aead.keyBytes === 16 ? 'aes-128-gcm' : 'aes-256-gcm', key, nonce)
  open.setAAD(aad)
  open.setAuthTag(ciphertext.subarray(-16))
  return Buffer.concat([open.update(ciphertext.subarray(0, -16)), open.final()])
}

async function pair(): Promise<{ readonly pair: ReceivingPair; readonly secret: Uint8Array }> {
  const made = (await crypto.subtle.generateKey('X25519', true, ['deriveBits'])) as CryptoKeyPair
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', made.privateKey))
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'X25519', false, ['deriveBits'])
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', made.publicKey))
  return { pair: { privateKey, publicKey }, secret: pkcs8.subarray(-32) }
}

test.each(vectors.cases)('RFC 9180 $id', async ({ in: given, out }) => {
  const derived = await deriveReceivingPair(hex(given.ikmR))
  expect(derived.publicKey).toEqual(hex(out.pkRm))
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', derived.privateKey))
  expect(pkcs8.subarray(-32)).toEqual(hex(out.skRm))
  const aead = { id: 1, keyBytes: 16 } as const
  const opened = openByHand(hex(out.skRm), hex(out.pkRm), hex(given.info), hex(given.enc), hex(given.ciphertext), {
    aad: hex(given.aad),
    aead,
  })
  expect(opened.toString('hex')).toBe(out.plaintext)
})

test('what is sealed is opened by a second implementation, with AES-256-GCM', async () => {
  const holder = await pair()
  const info = Uint8Array.of(1, 2, 3)
  const plaintext = crypto.getRandomValues(new Uint8Array(33))
  const sealed = await sealTo(holder.pair.publicKey, info, plaintext)
  expect(sealed).toHaveLength(81)
  const [enc, ciphertext] = [sealed.subarray(0, 32), sealed.subarray(32)]
  const how = { aad: new Uint8Array(0), aead: { id: 2, keyBytes: 32 } } as const
  const opened = openByHand(holder.secret, holder.pair.publicKey, info, enc, ciphertext, how)
  expect(new Uint8Array(opened)).toEqual(plaintext)
})

test('what is sealed in mode auth is opened by the second implementation, and by nobody as another sender’s', async () => {
  const [sender, holder, other] = [await generateExchangePair(), await pair(), await generateExchangePair()]
  expect(sender.privateKey.extractable).toBe(false)
  const info = Uint8Array.of(1, 2, 3)
  const plaintext = crypto.getRandomValues(new Uint8Array(32))
  const sealed = await sealAuthTo(sender, holder.pair.publicKey, info, plaintext)
  const [enc, ciphertext] = [sealed.subarray(0, 32), sealed.subarray(32)]
  const how = { aad: info, aead: { id: 2, keyBytes: 32 }, sender: sender.publicKey } as const
  const opened = openByHand(holder.secret, holder.pair.publicKey, info, enc, ciphertext, how)
  expect(new Uint8Array(opened)).toEqual(plaintext)
  expect(await openAuthFrom(holder.pair, sender.publicKey, info, sealed)).toEqual(plaintext)
  const base = await sealTo(holder.pair.publicKey, info, plaintext)
  for (const attempt of [
    () => openAuthFrom(holder.pair, other.publicKey, info, sealed),
    () => openAuthFrom(holder.pair, sender.publicKey, Uint8Array.of(1, 2), sealed),
    () => openAuthFrom(other, sender.publicKey, info, sealed),
    () => openAuthFrom(holder.pair, sender.publicKey, info, base),
    () => openFrom(holder.pair, info, sealed),
  ])
    expect(await outcome(attempt)).toBe('ERR_OPEN_FAILED')
})

test('a private key that is not extractable opens; another key, info or byte does not', async () => {
  const [holder, other] = [await pair(), await pair()]
  const info = Uint8Array.of(1, 2, 3)
  const plaintext = Uint8Array.of(4, 5, 6)
  const sealed = await sealTo(holder.pair.publicKey, info, plaintext)
  expect(holder.pair.privateKey.extractable).toBe(false)
  expect(await openFrom(holder.pair, info, sealed)).toEqual(plaintext)
  expect(await sealTo(holder.pair.publicKey, info, plaintext)).not.toEqual(sealed)
  expect(await outcome(() => openFrom(other.pair, info, sealed))).toBe('ERR_OPEN_FAILED')
  expect(await outcome(() => openFrom(holder.pair, Uint8Array.of(1, 2), sealed))).toBe('ERR_OPEN_FAILED')
  expect(await outcome(() => openFrom(holder.pair, info, sealed.subarray(0, 47)))).toBe('ERR_OPEN_FAILED')
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.map((byte, index) => (index === at ? byte ^ 1 : byte))
    expect([at, await outcome(() => openFrom(holder.pair, info, changed))]).toEqual([at, 'ERR_OPEN_FAILED'])
  }
})

test('nothing is sealed to what is no public key', async () => {
  const zero = new Uint8Array(32)
  const one = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 1 : 0))
  for (const key of [zero, one, zero.subarray(1)])
    expect(await outcome(() => sealTo(key, zero, zero))).toBe('ERR_KEY_INVALID')
})
