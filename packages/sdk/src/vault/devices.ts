/** Devices that an account remembers: added, listed, renamed, revoked. */
import { encodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
import { KEY_BYTES, MAX_DEVICE_MS, MIN_DEVICE_MS, SALT_BYTES } from '../format/constants.ts'
import type { DeviceSlot, Slot } from '../format/slot.ts'
import { randomBytes } from '../crypto/random.ts'
import type { DeviceCredential, Opener } from '../keys/credential.ts'
import { deriveDeviceProof } from '../keys/device.ts'
import { openNote, sealNote } from '../keys/note.ts'
import { rewrapSlot, unwrapSlot } from '../keys/slot.ts'
import type { DeviceRow } from '../storage/database.ts'
import { throwIfAborted } from './abort.ts'
import { refreshAccount } from './account.ts'
import { changeAccount } from './change-account.ts'
import { requireSession, type VaultContext } from './context.ts'
import { type DeviceUse, deviceUses } from './device-calls.ts'
import { sortedDevices } from './device-unlock.ts'
import type { AddDeviceRequest, DeviceInfo, NewDevice, RememberedDevice } from './devices-api.ts'
import { MAX_TRIES } from './server-answer.ts'
import type { Session } from './session.ts'
import { deriveOpening } from './slots.ts'

const DAY_MS = 86_400_000
const NAME = 'name'

/**
 * Remembers this device.
 *
 * @throws LockstitchError as {@link rememberDevice}, and `ERR_UNLOCK_FAILED` when `with` opens no slot of this account.
 */
export async function addDevice(
  context: VaultContext,
  { with: opening, ...device }: AddDeviceRequest,
  signal?: AbortSignal,
): Promise<{ slot: string }> {
  const { account } = requireSession(context)
  return rememberDevice(context, await deriveOpening(context, account.state, opening), device, signal)
}

/**
 * Makes a slot for this device from the one that `opener` opens, in the place of an earlier one of this device. Links that
 * are under way end with it.
 *
 * @throws LockstitchError `ERR_PIN_INVALID`, `ERR_NAME_INVALID`, `ERR_VALUE_INVALID`, `ERR_DEVICE_SHARED`, `ERR_UNLOCK_FAILED` when `opener`
 * opens nothing, and the codes of {@link changeAccount}.
 */
export async function rememberDevice(
  context: VaultContext,
  opener: Opener,
  device: NewDevice,
  signal?: AbortSignal,
): Promise<{ slot: string }> {
  const { storage } = context
  const session = requireSession(context)
  const { account, slots } = session.account.state
  await unwrapSlot(slots, opener, account)
  const share = randomBytes(KEY_BYTES)
  const { row, credential } = await makeDevice(context, session, device, share)
  throwIfAborted(signal)
  const before = (await storage.listDevices()).find((one) => one.account === account)
  // Remembered before it is sent: a slot whose secret is nowhere would be a slot for nothing.
  await storage.writeDevice(row)
  try {
    await changeAccount(context, async ({ account: { state }, slotId }) => {
      const slot = await rewrapSlot(state.slots, opener, credential, account, row.created)
      // It opens what it was made from, which is known before anything depends on it.
      await unwrapSlot([slot], credential, account)
      const kept = state.slots.filter(({ id, kind }) => id !== before?.slot && kind !== 'link')
      const isCurrentGone = !kept.some(({ id }) => id === slotId)
      return {
        state: { slots: [...kept, { ...slot, confirmed: row.created }] },
        logins: [{ slot: slot.id, login: { ...credential.login, share: encodeBase64url(share) } }],
        ...(isCurrentGone ? { session: { login: credential.login, slotId: slot.id } } : {}),
      }
    })
  } catch (error) {
    await (before === undefined ? storage.forgetDevice(row.slot) : storage.writeDevice(before)).catch(() => undefined)
    throw error
  }
  return { slot: row.slot }
}

/** Every device of the account, oldest first. */
export async function listDevices(context: VaultContext): Promise<DeviceInfo[]> {
  const session = await refreshAccount(context, requireSession(context))
  const devices = session.account.state.slots.filter((slot) => slot.kind === 'device')
  const uses = new Map((await deviceUses(context)).map((use) => [use.slot, use]))
  return Promise.all(
    devices.map(async (slot) => {
      const { account } = session.account.state
      const place = { account, slot: slot.id, purpose: NAME }
      // One name that is damaged hides no device.
      const name = await openNote(session.accountKeys.notes, place, slot.name).catch(() => null)
      return { name, isCurrent: slot.id === session.slotId, ...describe(slot, uses.get(slot.id), context.server.now()) }
    }),
  )
}

/** What this device remembers. */
export async function rememberedDevices(context: VaultContext): Promise<RememberedDevice[]> {
  const rows = await sortedDevices(context)
  return rows.map(({ account, slot, used, triesLeft }) => ({ account, slot, lastUsed: new Date(used), triesLeft }))
}

/**
 * Gives a device another name.
 *
 * @throws LockstitchError `ERR_SLOT_UNKNOWN`, `ERR_NAME_INVALID`, and the codes of {@link changeAccount}.
 */
export async function renameDevice(context: VaultContext, id: string, name: string): Promise<void> {
  const { account, accountKeys } = requireSession(context)
  const note = await sealNote(accountKeys.notes, { account: account.state.account, slot: id, purpose: NAME }, name)
  await changeAccount(context, async ({ account: { state } }) => {
    checkDevice(state.slots, id)
    return { state: { slots: state.slots.map((slot) => (slot.id === id ? { ...slot, name: note } : slot)) } }
  })
}

/**
 * Revokes a device, and with it whatever link is under way.
 *
 * @throws LockstitchError `ERR_SLOT_UNKNOWN`, and the codes of {@link changeAccount}: `ERR_SESSION` when it is this very device,
 * which then is locked.
 */
export async function revokeDevice(context: VaultContext, id: string): Promise<void> {
  await changeAccount(context, async ({ account: { state } }) => {
    checkDevice(state.slots, id)
    return { state: { slots: state.slots.filter((slot) => slot.id !== id && slot.kind !== 'link') } }
  })
  await context.storage.forgetDevice(id)
}

function checkDevice(slots: readonly Slot[], id: string): void {
  if (!slots.some((slot) => slot.id === id && slot.kind === 'device')) throw new LockstitchError('ERR_SLOT_UNKNOWN')
}

async function makeDevice(
  { server }: VaultContext,
  { account, accountKeys }: Session,
  { pin, name, idleMs = 14 * DAY_MS, lifeMs = 90 * DAY_MS }: NewDevice,
  share: Uint8Array<ArrayBuffer>,
): Promise<{ row: DeviceRow; credential: DeviceCredential }> {
  const isLimit = (ms: number): boolean => Number.isSafeInteger(ms) && ms >= MIN_DEVICE_MS && ms <= MAX_DEVICE_MS
  if (!isLimit(idleMs) || !isLimit(lifeMs)) throw new LockstitchError('ERR_VALUE_INVALID')
  const slot = encodeBase64url(randomBytes(SALT_BYTES))
  const place = { account: account.state.account, slot, purpose: NAME }
  const note = await sealNote(accountKeys.notes, place, name)
  const secret = randomBytes(KEY_BYTES)
  const proof = await deriveDeviceProof({ slot, secret }, pin)
  const slotKey = await proof.slotKey(share)
  proof.end()
  const now = Date.now()
  const limits = { name: note, idle: idleMs, until: server.now() + lifeMs }
  return {
    row: { account: place.account, slot, secret, created: now, used: now, idleMs, lifeMs, triesLeft: MAX_TRIES },
    credential: { kind: 'device', slot, ...limits, login: proof.login, slotKey },
  }
}

function describe(
  { id, created, idle, until }: DeviceSlot,
  use: DeviceUse | undefined,
  now: number,
): Omit<DeviceInfo, 'name' | 'isCurrent'> {
  const used = use?.used ?? created
  const expires = Math.min(until, used + idle)
  const isBlocked = use === undefined || use.triesLeft === 0
  const state = now > expires ? 'expired' : isBlocked ? 'blocked' : 'active'
  return { slot: id, created: new Date(created), lastUsed: new Date(used), expires: new Date(expires), state }
}
