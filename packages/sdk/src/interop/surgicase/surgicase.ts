/** Seed 004: AES-256-GCM with no additional data under one data key a user, which the field does not name. */
import { concat } from '../../bytes/concat.ts'
import { randomBytes } from '../../crypto/random.ts'
import { NONCE_BYTES, TAG_BYTES } from '../../format/constants.ts'
import { openGcm, sealGcm } from '../primitives/aes-gcm.ts'
import { textOf } from '../shared/input.ts'
import { checkKey } from '../shared/keys.ts'
import type { ForeignCodec } from '../types.ts'
import { parseSurgicase, serializeSurgicase } from './layout.ts'

const LABEL = 'keys.dek'

/** The code of the format `surgicase`. */
export const surgicase: ForeignCodec<'surgicase'> = {
  textOnly: true,

  async open(input, { dek }, _, imported) {
    const { iv, tag, ciphertext } = parseSurgicase(textOf(input))
    const bytes = await openGcm({ key: checkKey(dek, LABEL), iv }, concat(ciphertext, tag), imported)
    return { bytes, authenticated: true }
  },

  async seal({ bytes }, { dek }) {
    const iv = randomBytes(NONCE_BYTES)
    const sealed = await sealGcm({ key: checkKey(dek, LABEL), iv }, bytes)
    const end = sealed.length - TAG_BYTES
    return serializeSurgicase({ iv, tag: sealed.subarray(end), ciphertext: sealed.subarray(0, end) })
  },
}
