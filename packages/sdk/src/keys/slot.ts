import type { Bytes } from '../assert.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { canonicalJson } from '../bytes/json.ts'
import { LockstitchError } from '../errors.ts'
import { SALT_BYTES } from '../format/constants.ts'
import { LABELS } from '../format/labels.ts'
import {
  type DeviceSlot,
  type EscrowSlot,
  type PasskeySlot,
  type PasswordSlot,
  type Slot,
  type SlotParams,
  slotParams,
} from '../format/slot.ts'
import { randomBytes } from '../crypto/random.ts'
import { rewrapKey, unwrapDerivationKey, wrapBytes } from '../crypto/wrap.ts'
import type { Credential, Opener } from './credential.ts'

/** A new slot: the account key wrapped under the key of a credential. */
export async function wrapSlot(credential: Credential, account: string, accountKey: Bytes, now: number): Promise<Slot> {
  return makeSlot(credential, account, now, (aad) => wrapBytes(credential.slotKey, aad, accountKey))
}

/**
 * A new slot for the account key that stands in the slot a credential opens.
 *
 * @throws LockstitchError `ERR_UNLOCK_FAILED` when it opens none, whatever the reason.
 */
export async function rewrapSlot(
  slots: readonly Slot[],
  opening: Opener,
  credential: Credential,
  account: string,
  now: number,
): Promise<Slot> {
  return openSlot(slots, opening, account, (slot, aad) => {
    const from = { key: opening.slotKey, aad, wrapped: decodeBase64url(slot.wrapped) }
    return makeSlot(credential, account, now, (newAad) => rewrapKey(from, { key: credential.slotKey, aad: newAad }))
  })
}

/**
 * The account key inside the first slot that the credential opens, non-extractable.
 *
 * @throws LockstitchError `ERR_UNLOCK_FAILED` when there is none, whatever the reason.
 */
export async function unwrapSlot(
  slots: readonly Slot[],
  credential: Opener,
  account: string,
): Promise<{ slot: Slot; accountKey: CryptoKey }> {
  return openSlot(slots, credential, account, async (slot, aad) => ({
    slot,
    accountKey: await unwrapDerivationKey(credential.slotKey, aad, decodeBase64url(slot.wrapped)),
  }))
}

async function openSlot<T>(
  slots: readonly Slot[],
  { kind }: Opener,
  account: string,
  open: (slot: Slot, aad: Bytes) => Promise<T>,
): Promise<T> {
  for (const slot of slots) {
    if (slot.kind !== kind) continue
    try {
      return await open(slot, slotAad(account, slot))
    } catch {
      // Another slot of the kind may be the one; which failed, and why, is nobody's business.
    }
  }
  throw new LockstitchError('ERR_UNLOCK_FAILED')
}

async function makeSlot(
  credential: Credential,
  account: string,
  now: number,
  wrap: (aad: Bytes) => Promise<Bytes>,
): Promise<Slot> {
  const id = credential.kind === 'device' ? credential.slot : encodeBase64url(randomBytes(SALT_BYTES))
  const kind = membersOf(credential)
  const wrapped = encodeBase64url(await wrap(slotAad(account, { id, ...kind })))
  return { id, wrapped, created: now, confirmed: null, ...kind }
}

/** What a slot of a kind has beside what all slots have. */
function membersOf(credential: Credential): SlotMembers {
  const { kind } = credential
  if (kind === 'password') return { kind, kdf: credential.kdf }
  if (kind === 'passkey') return { kind, name: null }
  if (kind === 'escrow') return { kind, document: credential.document }
  if (kind !== 'device') return { kind }
  const { name, idle, until } = credential
  return { kind, name, idle, until }
}

type SlotMembers =
  | Pick<PasswordSlot, 'kind' | 'kdf'>
  | Pick<DeviceSlot, 'kind' | 'name' | 'idle' | 'until'>
  | Pick<PasskeySlot, 'kind' | 'name'>
  | Pick<EscrowSlot, 'kind' | 'document'>
  | Pick<Exclude<Slot, PasswordSlot | DeviceSlot | PasskeySlot | EscrowSlot>, 'kind'>

function slotAad(account: string, slot: SlotParams & { readonly id: string }): Bytes {
  return encodeFrame([LABELS.slotAad, account, slot.id, slot.kind, canonicalJson(slotParams(slot))])
}
