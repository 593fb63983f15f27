/**
 * Seed 002's page: `CryptoJS.AES.encrypt(text, passphrase)`, which is what `openssl enc -aes-256-cbc -md md5 -a` writes. There
 * is no authentication of any kind, and CryptoJS itself reports most failures as an empty string.
 */
import { decryptCbc } from '../primitives/aes-cbc.ts'
import { evpBytesToKey } from '../primitives/evp-bytes-to-key.ts'
import { decodeBase64 } from '../shared/base64.ts'
import { requireConsent } from '../shared/consent.ts'
import { textOf } from '../shared/input.ts'
import { encodePassphrase } from '../shared/keys.ts'
import { KEY_AND_IV_BYTES, parseSalted, splitKeyAndIv } from '../shared/salted.ts'
import type { ForeignCodec } from '../types.ts'

/** The code of the format `novamind-cryptojs`. */
export const cryptojs: ForeignCodec<'novamind-cryptojs'> = {
  textOnly: true,

  async open(input, { passphrase }, options) {
    const { salt, ciphertext } = parseSalted(decodeBase64(textOf(input)))
    const secret = encodePassphrase(passphrase)
    requireConsent(options)
    const { key, iv } = splitKeyAndIv(await evpBytesToKey('md5', secret, salt, KEY_AND_IV_BYTES))
    const bytes = await decryptCbc(key, iv, ciphertext)
    return { bytes, authenticated: false, warnings: ['WARN_UNAUTHENTICATED', 'WARN_KDF_WEAK'] }
  },
}
