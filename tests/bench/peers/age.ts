import { Decrypter, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import { type Peer, toBytes, toText } from './peer.ts'

/** age: a file for each field, for one X25519 recipient. */
export async function openAge(): Promise<Peer> {
  const { encrypter, decrypter } = await oneRecipient()
  return {
    name: 'age',
    fields: 50,
    seal: async (text) => toText(await encrypter.encrypt(text)),
    open: (sealed) => decrypter.decrypt(toBytes(sealed), 'text'),
  }
}

/** Both sides of age, for one X25519 recipient. */
export async function oneRecipient(): Promise<{ readonly encrypter: Encrypter; readonly decrypter: Decrypter }> {
  const identity = await generateIdentity()
  const encrypter = new Encrypter()
  encrypter.addRecipient(await identityToRecipient(identity))
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  return { encrypter, decrypter }
}
