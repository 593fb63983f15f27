import { createMessage, decrypt, encrypt, enums, readMessage } from 'openpgp'
import { type Peer, randomKey, toBytes, toText } from './peer.ts'

/** openpgp: a message for each field under a session key, so that nothing is stretched or wrapped. */
export async function openOpenpgp(): Promise<Peer> {
  const sessionKey = { data: randomKey(), algorithm: 'aes256' as const, aeadAlgorithm: 'gcm' as const }
  const config = { preferredCompressionAlgorithm: enums.compression.uncompressed }
  return {
    name: 'openpgp',
    fields: 100,
    async seal(text) {
      const message = await createMessage({ text })
      return toText((await encrypt({ message, sessionKey, format: 'binary', config })) as Uint8Array)
    },
    async open(sealed) {
      const message = await readMessage({ binaryMessage: toBytes(sealed) })
      return (await decrypt({ message, sessionKeys: [sessionKey], config })).data
    },
  }
}
