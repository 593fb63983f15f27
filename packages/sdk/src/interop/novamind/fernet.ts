/** Seed 002's server: Fernet, which is AES-128-CBC and HMAC-SHA-256 whatever the document says of AES-256. */
import type { Bytes } from '../../assert.ts'
import { randomBytes } from '../../crypto/random.ts'
import { LockstitchError } from '../../errors.ts'
import { BLOCK_BYTES, decryptCbc, encryptCbc, isWholeBlocks } from '../primitives/aes-cbc.ts'
import { computeHmac, verifyHmac } from '../primitives/mac.ts'
import { warnOfCost } from '../primitives/pbkdf2.ts'
import { textOf } from '../shared/input.ts'
import type { ForeignCodec, ForeignKeys } from '../types.ts'
import { deriveFernetKey, ITERATIONS, parseFernetKey } from './fernet-key.ts'
import { HALF_BYTES, parseFernet, serializeFernet, signedPart } from './fernet-layout.ts'

type Keys = ForeignKeys['novamind-fernet']

/** The code of the format `novamind-fernet`. */
export const fernet: ForeignCodec<'novamind-fernet'> = {
  textOnly: true,

  async open(input, keys) {
    const { signed, iv, ciphertext, mac } = parseFernet(textOf(input))
    const [macKey, cipherKey] = await halvesOf(keys)
    if (!(await verifyHmac('sha256', macKey, mac, signed))) throw new LockstitchError('ERR_OPEN_FAILED')
    // What follows was made by a holder of the key, so its faults are faults of form and tell an attacker nothing.
    if (!isWholeBlocks(ciphertext)) throw new LockstitchError('ERR_FORMAT_INVALID')
    const bytes = await decryptCbc(cipherKey, iv, ciphertext).catch(() => undefined)
    if (bytes === undefined) throw new LockstitchError('ERR_FORMAT_INVALID')
    const warnings = ['WARN_KEY_SHORT', ...('fernetKey' in keys ? [] : warnOfCost(ITERATIONS))] as const
    return { bytes, authenticated: true, warnings }
  },

  async seal({ bytes }, keys, { form = 'token' }) {
    if (form !== 'token' && form !== 'v1-token') throw new TypeError('options.form must be token or v1-token')
    const [macKey, cipherKey] = await halvesOf(keys)
    const iv = randomBytes(BLOCK_BYTES)
    const signed = signedPart(Math.floor(Date.now() / 1000), iv, await encryptCbc(cipherKey, iv, bytes))
    return serializeFernet(form, signed, await computeHmac('sha256', macKey, signed))
  },
}

async function halvesOf(keys: Keys): Promise<readonly [macKey: Bytes, cipherKey: Bytes]> {
  if ('fernetKey' in keys && 'masterKey' in keys) throw new TypeError('keys takes fernetKey, or masterKey and salt')
  const key = parseFernetKey('fernetKey' in keys ? keys.fernetKey : await deriveFernetKey(keys.masterKey, keys.salt))
  return [key.subarray(0, HALF_BYTES), key.subarray(HALF_BYTES)]
}
