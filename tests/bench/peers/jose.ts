import { CompactEncrypt, compactDecrypt } from 'jose'
import { decoder, encoder, type Peer, randomKey } from './peer.ts'

/** jose: a compact JWE for each field, `dir` and `A256GCM`, with a CryptoKey so that none is imported for each. */
export async function openJose(): Promise<Peer> {
  const key = await crypto.subtle.importKey('raw', randomKey(), 'AES-GCM', false, ['encrypt', 'decrypt'])
  return {
    name: 'jose',
    fields: 1000,
    seal: (text) =>
      new CompactEncrypt(encoder.encode(text)).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key),
    open: async (sealed) => decoder.decode((await compactDecrypt(sealed, key)).plaintext),
  }
}
