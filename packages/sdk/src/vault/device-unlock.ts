/** Unlocking a remembered device: its secret and the PIN prove themselves to the server, which gives its share. */
import { decodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
import type { Opener } from '../keys/credential.ts'
import { deriveDeviceProof } from '../keys/device.ts'
import type { DeviceRow } from '../storage/database.ts'
import { throwIfAborted } from './abort.ts'
import type { DeviceCredentials } from './api.ts'
import type { VaultContext } from './context.ts'
import { hashHandle, normalizeHandle } from './handle.ts'
import { MAX_TRIES, triesLeftOf } from './server-answer.ts'

/**
 * Starts a session with a PIN.
 *
 * @throws LockstitchError `ERR_PIN_WRONG`; `ERR_DEVICE_REVOKED` when this device is not remembered, or not any more, by itself or by
 * the server; `ERR_PIN_INVALID`, `ERR_HANDLE_INVALID`, `ERR_ABORTED`, and the codes of the transport.
 */
export async function startDevice(
  context: VaultContext,
  { device, handle }: DeviceCredentials,
  signal: AbortSignal | undefined,
): Promise<{ state: string; credential: Opener }> {
  const { storage, server } = context
  const row = await findDevice(context, handle)
  if (row === undefined || isOver(row, Date.now())) throw new LockstitchError('ERR_DEVICE_REVOKED')
  const proof = await deriveDeviceProof(row, device?.pin)
  try {
    throwIfAborted(signal)
    const { state, share } = await server.startSession(proof.login)
    if (share === undefined) throw new LockstitchError('ERR_PROTOCOL')
    const slotKey = await proof.slotKey(decodeBase64url(share))
    await storage.writeDevice({ ...row, used: Date.now(), triesLeft: MAX_TRIES })
    return { state, credential: { kind: 'device', login: proof.login, slotKey } }
  } catch (error) {
    const triesLeft = triesLeftOf(error)
    if (triesLeft !== undefined) await storage.writeDevice({ ...row, triesLeft })
    throw error
  } finally {
    proof.end()
  }
}

/** What this device has of device slots, used last first. */
export async function sortedDevices({ storage }: VaultContext): Promise<DeviceRow[]> {
  return (await storage.listDevices()).toSorted((a, b) => b.used - a.used)
}

async function findDevice(context: VaultContext, handle: string | undefined): Promise<DeviceRow | undefined> {
  const rows = await sortedDevices(context)
  if (handle === undefined) return rows[0]
  const known = await context.storage.findAccount(await hashHandle(normalizeHandle(handle)))
  return rows.find(({ account }) => account === known?.account)
}

/** The server destroys its share by its own clock; by its own, this device does not even ask any more. */
function isOver({ created, used, idleMs, lifeMs }: DeviceRow, now: number): boolean {
  return now - used > idleMs || now - created > lifeMs
}
