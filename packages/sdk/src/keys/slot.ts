import type { Bytes } from '../assert.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { canonicalJson } from '../bytes/json.ts'
import { LockstitchError } from '../errors.ts'
import type { Slot } from '../format/account-state.ts'
import { SALT_BYTES } from '../format/constants.ts'
import type { KdfParams } from '../format/kdf-params.ts'
import { LABELS } from '../format/labels.ts'
import { randomBytes } from '../crypto/random.ts'
import { unwrapDerivationKey, wrapBytes } from '../crypto/wrap.ts'
import type { Credential } from './credential.ts'

/** A new slot: the account key wrapped under the key of a credential. */
export async function wrapSlot(credential: Credential, account: string, accountKey: Bytes, now: number): Promise<Slot> {
  const id = encodeBase64url(randomBytes(SALT_BYTES))
  const kdf = credential.kind === 'password' ? credential.kdf : null
  const wrapped = await wrapBytes(credential.slotKey, slotAad(account, id, credential.kind, kdf), accountKey)
  const base = { id, wrapped: encodeBase64url(wrapped), created: now, confirmed: null }
  return credential.kind === 'password'
    ? { ...base, kind: 'password', kdf: credential.kdf }
    : { ...base, kind: 'recovery' }
}

/**
 * The account key inside the first slot that the credential opens, non-extractable.
 *
 * @throws LockstitchError `ERR_UNLOCK_FAILED` when there is none, whatever the reason.
 */
export async function unwrapSlot(
  slots: readonly Slot[],
  credential: Credential,
  account: string,
): Promise<{ slot: Slot; accountKey: CryptoKey }> {
  for (const slot of slots) {
    if (slot.kind !== credential.kind) continue
    const aad = slotAad(account, slot.id, slot.kind, slot.kind === 'password' ? slot.kdf : null)
    try {
      return { slot, accountKey: await unwrapDerivationKey(credential.slotKey, aad, decodeBase64url(slot.wrapped)) }
    } catch {
      // Another slot of the kind may be the one; which failed, and why, is nobody's business.
    }
  }
  throw new LockstitchError('ERR_UNLOCK_FAILED')
}

function slotAad(account: string, id: string, kind: Slot['kind'], kdf: KdfParams | null): Bytes {
  return encodeFrame([LABELS.slotAad, account, id, kind, canonicalJson(kdf)])
}
