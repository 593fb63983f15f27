import sjcl from 'sjcl'
import { type Peer, randomKey } from './peer.ts'

/** sjcl: its own JSON, AES-CCM, with a key and not a passphrase, which it would stretch for each field. */
export async function openSjcl(): Promise<Peer> {
  const key = sjcl.codec.base64.toBits(btoa(String.fromCharCode(...randomKey())))
  return {
    name: 'sjcl',
    fields: 1000,
    seal: (text) => sjcl.encrypt(key, text) as unknown as string,
    open: (sealed) => sjcl.decrypt(key, sealed as unknown as sjcl.SjclCipherEncrypted),
  }
}
