import { buildDecrypt } from '@aws-crypto/decrypt-browser'
import { buildEncrypt } from '@aws-crypto/encrypt-browser'
import { RawAesKeyringWebCrypto } from '@aws-crypto/raw-aes-keyring-browser'
import { decoder, encoder, type Peer, randomKey, toBytes, toText } from './peer.ts'

const WRAPPING_SUITE = 120 // AES256_GCM_IV12_TAG16_NO_PADDING; its enum is `const`, so there is none at run time

/** AES-256-GCM with HKDF and key commitment, without the signature that would double its time. */
const SUITE = 0x0478

/** The AWS Encryption SDK: a message for each field, with a data key of its own under a raw AES key. */
export async function openAwsCrypto(): Promise<Peer> {
  const { encrypt } = buildEncrypt()
  const { decrypt } = buildDecrypt()
  const masterKey = await RawAesKeyringWebCrypto.importCryptoKey(randomKey(), WRAPPING_SUITE as never)
  const keyring = new RawAesKeyringWebCrypto({
    keyName: 'bench',
    keyNamespace: 'lockstitch',
    masterKey,
    wrappingSuite: WRAPPING_SUITE as never,
  })
  return {
    name: '@aws-crypto',
    fields: 50,
    seal: async (text) => toText((await encrypt(keyring, encoder.encode(text), { suiteId: SUITE as never })).result),
    open: async (sealed) => decoder.decode((await decrypt(keyring, toBytes(sealed))).plaintext),
  }
}
