import { decryptString, encryptString, generateKey, parseKey } from '@47ng/cloak'
import type { Peer } from './peer.ts'

/** @47ng/cloak: AES-256-GCM by WebCrypto, its own text. */
export async function openCloak(): Promise<Peer> {
  const text = generateKey()
  const [sealing, opening] = await Promise.all([parseKey(text, 'encrypt'), parseKey(text, 'decrypt')])
  return {
    name: '@47ng/cloak',
    fields: 1000,
    seal: (plain) => encryptString(plain, sealing),
    open: (sealed) => decryptString(sealed, opening),
  }
}
