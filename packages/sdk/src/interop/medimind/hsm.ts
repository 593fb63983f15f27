/**
 * Seed 003's HSM: keys wrapped with `CKM_AES_KEY_WRAP` (RFC 3394), and what `C_Encrypt` gives for `CKM_AES_GCM`, which is the
 * ciphertext with its tag behind it; the IV and the additional data are kept elsewhere.
 */
import { assertBytes, type Bytes } from '../../assert.ts'
import { LockstitchError } from '../../errors.ts'
import { KEY_BYTES, NONCE_BYTES, TAG_BYTES } from '../../format/constants.ts'
import { type Gcm, openGcm, sealGcm } from '../primitives/aes-gcm.ts'
import { GROUP_BYTES, unwrapKeyBytes, wrapKeyBytes } from '../primitives/aes-kw.ts'
import { bytesOf } from '../shared/input.ts'
import { checkKey } from '../shared/keys.ts'
import type { ForeignCodec, ForeignKeys, Opened, Plain } from '../types.ts'

type Keys = ForeignKeys['hsm']

/** The code of the format `hsm`. */
export const hsm: ForeignCodec<'hsm'> = {
  async open(input, keys) {
    const bytes = bytesOf(input)
    return 'kek' in keys ? unwrap(bytes, kekOf(keys)) : openCall(bytes, keys)
  },

  async seal(value, keys) {
    return 'kek' in keys ? wrap(value, kekOf(keys)) : sealGcm(gcmOf(keys), value.bytes)
  },
}

async function unwrap(wrapped: Bytes, kek: Bytes): Promise<Opened> {
  const isWrappedKey = wrapped.length >= 3 * GROUP_BYTES && wrapped.length % GROUP_BYTES === 0
  if (!isWrappedKey) throw new LockstitchError('ERR_FORMAT_INVALID')
  const bytes = await unwrapKeyBytes(kek, wrapped)
  const opened: Opened = { bytes, authenticated: true }
  return bytes.length < KEY_BYTES ? { ...opened, warnings: ['WARN_KEY_SHORT'] } : opened
}

async function wrap({ bytes, isText }: Plain, kek: Bytes): Promise<Bytes> {
  if (isText) throw new LockstitchError('ERR_VALUE_INVALID')
  if (bytes.length < KEY_BYTES || bytes.length % GROUP_BYTES !== 0) throw new LockstitchError('ERR_KEY_INVALID')
  return wrapKeyBytes(kek, bytes)
}

async function openCall(sealed: Bytes, keys: Exclude<Keys, { kek: Uint8Array }>): Promise<Opened> {
  if (sealed.length < TAG_BYTES) throw new LockstitchError('ERR_FORMAT_INVALID')
  const bytes = await openGcm(gcmOf(keys), sealed)
  return { bytes, authenticated: true }
}

function kekOf(keys: Extract<Keys, { kek: Uint8Array }>): Bytes {
  if ('key' in keys || 'iv' in keys) throw new TypeError('keys takes a kek, or a key and its iv')
  return checkKey(keys.kek, 'keys.kek')
}

/** The IV is part of what was stored, so a wrong length of it is a fault of form. */
function gcmOf({ key, iv, aad }: Exclude<Keys, { kek: Uint8Array }>): Gcm {
  assertBytes(iv, 'keys.iv')
  if (aad !== undefined) assertBytes(aad, 'keys.aad')
  if (iv.length !== NONCE_BYTES) throw new LockstitchError('ERR_FORMAT_INVALID')
  return { key: checkKey(key, 'keys.key'), iv, aad }
}
