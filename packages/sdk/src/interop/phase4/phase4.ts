/** Seed 000: AES-256-GCM with a 16-byte IV and no additional data, one envelope a field. */
import { concat } from '../../bytes/concat.ts'
import { randomBytes } from '../../crypto/random.ts'
import { TAG_BYTES } from '../../format/constants.ts'
import { openGcm, sealGcm } from '../primitives/aes-gcm.ts'
import { chooseKeyId, findKey } from '../shared/keys.ts'
import type { ForeignCodec } from '../types.ts'
import { IV_BYTES, parsePhase4, serializePhase4 } from './layout.ts'

const LABEL = 'keys.keys'

/** The code of the format `phase4`. */
export const phase4: ForeignCodec<'phase4'> = {
  textOnly: true,

  async open(input, keys, _, imported) {
    const { keyId, iv, ciphertext, tag } = parsePhase4(input)
    const key = findKey(keys.keys, keyId, LABEL)
    const bytes = await openGcm({ key, iv }, concat(ciphertext, tag), imported)
    return { bytes, keyId, authenticated: true }
  },

  async seal({ bytes }, keys, options) {
    const keyId = chooseKeyId(keys.keys, options.keyId, LABEL)
    const key = findKey(keys.keys, keyId, LABEL)
    const iv = randomBytes(IV_BYTES)
    const sealed = await sealGcm({ key, iv }, bytes)
    const end = sealed.length - TAG_BYTES
    return serializePhase4({ keyId, iv, ciphertext: sealed.subarray(0, end), tag: sealed.subarray(end) })
  },
}
