import { gcm } from '@noble/ciphers/aes.js'
import { decoder, encoder, join, type Peer, randomKey, toBytes, toText } from './peer.ts'

/** @noble/ciphers: AES-256-GCM in JavaScript. */
export async function openNoble(): Promise<Peer> {
  const key = randomKey()
  return {
    name: '@noble/ciphers gcm',
    fields: 1000,
    seal(text) {
      const nonce = crypto.getRandomValues(new Uint8Array(12))
      return toText(join(nonce, gcm(key, nonce).encrypt(encoder.encode(text))))
    },
    open(sealed) {
      const bytes = toBytes(sealed)
      return decoder.decode(gcm(key, bytes.subarray(0, 12)).decrypt(bytes.subarray(12)))
    },
  }
}
