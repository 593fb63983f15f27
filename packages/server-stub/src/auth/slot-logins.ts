/** How the slots of an account log in: what a client sends for a slot becomes what the server keeps. */
import { encodeBase64url, type Slot } from '@lockstitch/sdk/format'
import type { Deps } from '../deps.ts'
import { bytes, exactly, handle, type Reader, string } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { addCredential, type Credential } from '../store/accounts.ts'
import { addDevice, type NewDevice } from '../store/devices.ts'
import { LINK_MS } from '../store/link-messages.ts'
import type { Scope } from '../store/tables.ts'
import { sealShare } from './device-login.ts'

/** What proves that somebody may have an account's state: a name to find it by, and a secret. */
export interface Login {
  readonly kind: Credential['kind'] | 'device'
  readonly name: string
  readonly secret: Uint8Array
}

/** The login of a new slot. */
export interface SlotLogin {
  readonly slot: string
  readonly login: Login & { readonly share?: Uint8Array }
}

/** What the server keeps of the logins of new slots. */
export interface NewLogins {
  readonly credentials: readonly Credential[]
  readonly devices: readonly NewDevice[]
}

const SLOT_BYTES = 16
const secret = bytes(32)
const readHandleLogin = exactly<{ handle: string; secret: Uint8Array }>({ handle, secret })
const readLocatorLogin = exactly<{ locator: Uint8Array; secret: Uint8Array }>({ locator: bytes(16), secret })
const device = bytes(SLOT_BYTES)
const readDeviceLogin = exactly<{ device: Uint8Array; secret: Uint8Array }>({ device, secret })
const readNewDeviceLogin = exactly<{ device: Uint8Array; secret: Uint8Array; share: Uint8Array }>({
  device,
  secret,
  share: bytes(32),
})

/** Reads a login: `{ handle, secret }`, `{ locator, secret }` or `{ device, secret }`. */
export const readLogin: Reader<Login> = (body) => {
  if (has(body, 'device')) {
    const login = readDeviceLogin(body)
    return { kind: 'device', name: encodeBase64url(login.device), secret: login.secret }
  }
  if (has(body, 'locator')) {
    const login = readLocatorLogin(body)
    return { kind: 'locator', name: encodeBase64url(login.locator), secret: login.secret }
  }
  const login = readHandleLogin(body)
  return { kind: 'password', name: login.handle, secret: login.secret }
}

/** Reads the login of a slot; that of a device comes with the share that the server keeps. */
export const readSlotLogin: Reader<SlotLogin> = exactly<SlotLogin>({
  slot: string,
  login: (body) => {
    if (!has(body, 'share')) return readLogin(body)
    const { device: name, ...login } = readNewDeviceLogin(body)
    return { kind: 'device', name: encodeBase64url(name), ...login }
  },
})

/**
 * What is kept for slots that are new: exactly one login for each, of its kind.
 *
 * @throws Problem `400 ERR_FORMAT_INVALID` when the logins are not those of the slots.
 */
export async function newLogins(
  deps: Deps,
  account: string,
  slots: readonly Slot[],
  logins: readonly SlotLogin[],
): Promise<NewLogins> {
  if (logins.length !== slots.length) throw new Problem(400, 'ERR_FORMAT_INVALID')
  const credentials: Credential[] = []
  const devices: NewDevice[] = []
  // One after the other: scrypt takes 32 MiB each.
  for (const slot of slots) {
    const login = loginOf(slot, logins)
    const verifier = await deps.loginSecrets.verifierOf(login.secret)
    if (slot.kind === 'device') {
      const share = await sealShare(deps, account, slot.id, login.share as Uint8Array)
      devices.push({ slot: slot.id, verifier, share, idle: slot.idle, until: slot.until })
      continue
    }
    const kind = slot.kind === 'password' ? 'password' : 'locator'
    credentials.push({
      kind,
      lookup: deps.serverSecret.lookup(kind, login.name),
      slot: slot.id,
      verifier,
      kdf: slot.kind === 'password' ? JSON.stringify(slot.kdf) : null,
      expires: slot.kind === 'link' ? deps.now() + LINK_MS : null,
    })
  }
  return { credentials, devices }
}

/**
 * Stores the logins of new slots.
 *
 * @throws Problem `409 ERR_HANDLE_TAKEN`, or `409 ERR_CONFLICT` for a locator that is taken.
 */
export async function storeLogins(
  scope: Scope,
  account: string,
  { credentials, devices }: NewLogins,
  now: number,
): Promise<void> {
  for (const credential of credentials) {
    const code = credential.kind === 'password' ? 'ERR_HANDLE_TAKEN' : 'ERR_CONFLICT'
    if (!(await addCredential(scope, account, credential))) throw new Problem(409, code)
  }
  for (const one of devices) await addDevice(scope, account, one, now)
}

const KINDS: Readonly<Partial<Record<Slot['kind'], Login['kind']>>> = { password: 'password', device: 'device' }

function loginOf(slot: Slot, logins: readonly SlotLogin[]): SlotLogin['login'] {
  const login = logins.find((one) => one.slot === slot.id)?.login
  if (login?.kind !== (KINDS[slot.kind] ?? 'locator')) throw new Problem(400, 'ERR_FORMAT_INVALID')
  const isDevice = slot.kind === 'device'
  if (isDevice !== (login.share !== undefined) || (isDevice && login.name !== slot.id))
    throw new Problem(400, 'ERR_FORMAT_INVALID')
  return login
}

function has(body: unknown, member: string): boolean {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, member)
}
