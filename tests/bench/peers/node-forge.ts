import forge from 'node-forge'
import type { Peer } from './peer.ts'

/** node-forge: AES-256-GCM, the nonce, ciphertext and tag in base64. */
export async function openNodeForge(): Promise<Peer> {
  const key = forge.random.getBytesSync(32)
  return {
    name: 'node-forge',
    fields: 1000,
    seal(text) {
      const iv = forge.random.getBytesSync(12)
      const cipher = forge.cipher.createCipher('AES-GCM', key)
      cipher.start({ iv })
      cipher.update(forge.util.createBuffer(forge.util.encodeUtf8(text)))
      cipher.finish()
      return forge.util.encode64(iv + cipher.output.getBytes() + cipher.mode.tag.getBytes())
    },
    open(sealed) {
      const bytes = forge.util.decode64(sealed)
      const decipher = forge.cipher.createDecipher('AES-GCM', key)
      decipher.start({ iv: bytes.slice(0, 12), tag: forge.util.createBuffer(bytes.slice(-16)) })
      decipher.update(forge.util.createBuffer(bytes.slice(12, -16)))
      if (!decipher.finish()) throw new Error('node-forge: the tag is wrong')
      return forge.util.decodeUtf8(decipher.output.getBytes())
    },
  }
}
