import CryptoJS from 'crypto-js'
import { type Peer, randomKey, toText } from './peer.ts'

/** crypto-js as the client code of seed 002 uses it: a passphrase, so MD5 to a key for each field, and AES-CBC without a tag. */
export async function openCryptoJs(): Promise<Peer> {
  const passphrase = toText(randomKey())
  return {
    name: 'crypto-js',
    fields: 1000,
    seal: (text) => CryptoJS.AES.encrypt(text, passphrase).toString(),
    open: (sealed) => CryptoJS.AES.decrypt(sealed, passphrase).toString(CryptoJS.enc.Utf8),
  }
}
