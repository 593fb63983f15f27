/** How the slots of an account log in: what a client sends for a slot becomes a credential. */
import { encodeBase64url, type Slot } from '@lockstitch/sdk/format'
import type { Deps } from '../deps.ts'
import { bytes, exactly, handle, type Reader, string } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import type { Credential } from '../store/accounts.ts'

/** What proves that somebody may have an account's state: a name to find it by, and a secret. */
export interface Login {
  readonly kind: Credential['kind']
  readonly name: string
  readonly secret: Uint8Array
}

/** The login of a new slot. */
export interface SlotLogin {
  readonly slot: string
  readonly login: Login
}

const readHandleLogin = exactly<{ handle: string; secret: Uint8Array }>({ handle, secret: bytes(32) })
const readLocatorLogin = exactly<{ locator: Uint8Array; secret: Uint8Array }>({
  locator: bytes(16),
  secret: bytes(32),
})

/** Reads a login: `{ handle, secret }` or `{ locator, secret }`. */
export const readLogin: Reader<Login> = (body) => {
  if (typeof body === 'object' && body !== null && Object.hasOwn(body, 'locator')) {
    const { locator, secret } = readLocatorLogin(body)
    return { kind: 'locator', name: encodeBase64url(locator), secret }
  }
  const { handle: name, secret } = readHandleLogin(body)
  return { kind: 'password', name, secret }
}

/** Reads the login of a slot. */
export const readSlotLogin: Reader<SlotLogin> = exactly<SlotLogin>({ slot: string, login: readLogin })

/**
 * The credentials of slots that are new: exactly one for each, of its kind.
 *
 * @throws Problem `400 ERR_FORMAT_INVALID` when the logins are not those of the slots.
 */
export async function credentialsOf(
  { loginSecrets, serverSecret }: Deps,
  slots: readonly Slot[],
  logins: readonly SlotLogin[],
): Promise<readonly Credential[]> {
  if (logins.length !== slots.length) throw new Problem(400, 'ERR_FORMAT_INVALID')
  return Promise.all(
    slots.map(async (slot) => {
      const { kind, name, secret } = loginOf(slot, logins)
      return {
        kind,
        lookup: serverSecret.lookup(kind, name),
        slot: slot.id,
        verifier: await loginSecrets.verifierOf(secret),
        kdf: slot.kind === 'password' ? JSON.stringify(slot.kdf) : null,
      }
    }),
  )
}

function loginOf(slot: Slot, logins: readonly SlotLogin[]): Login {
  const login = logins.find((one) => one.slot === slot.id)?.login
  const kind: Credential['kind'] = slot.kind === 'password' ? 'password' : 'locator'
  if (login?.kind !== kind) throw new Problem(400, 'ERR_FORMAT_INVALID')
  return login
}
