import sodium from 'libsodium-wrappers'
import { join, type Peer } from './peer.ts'

/** libsodium in WebAssembly: secretbox, field by field. */
export async function openLibsodium(): Promise<Peer> {
  await sodium.ready
  const key = sodium.crypto_secretbox_keygen()
  const { crypto_secretbox_NONCEBYTES: nonceBytes } = sodium
  return {
    name: 'libsodium secretbox',
    fields: 2000,
    seal(text) {
      const nonce = sodium.randombytes_buf(nonceBytes)
      return sodium.to_base64(join(nonce, sodium.crypto_secretbox_easy(text, nonce, key)))
    },
    open(sealed) {
      const bytes = sodium.from_base64(sealed)
      return sodium.crypto_secretbox_open_easy(bytes.subarray(nonceBytes), bytes.subarray(0, nonceBytes), key, 'text')
    },
  }
}
