/**
 * Passkeys: secrets from an authenticator, by the `prf` extension of WebAuthn. Loaded when one is asked for.
 *
 * WebAuthn runs in pages only, so the secret passes through the page once, as a password does. It is overwritten here when
 * the call that needs it has ended. Nothing else of the ceremony is used: what opens the account is the secret alone.
 */
import type { Bytes } from '../assert.ts'
import { moveSecret, wipe } from '../bytes/wipe.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { PasskeyOrder, PasskeySupport } from './passkeys.ts'

/** SHA-256 of the frame of the label `passkey/salt`: docs/format.md, section 15. The page has no cryptography to make it. */
export const PASSKEY_SALT: Bytes = Uint8Array.of(
  0xe9,
  0x48,
  0x49,
  0x69,
  0xa4,
  0x57,
  0x3b,
  0x1a,
  0x91,
  0xce,
  0x17,
  0x7b,
  0x29,
  0xc1,
  0xd2,
  0x6f,
  0x09,
  0x46,
  0xc8,
  0x18,
  0x37,
  0xcb,
  0x24,
  0x8f,
  0xac,
  0xd4,
  0xf9,
  0x16,
  0xb7,
  0x03,
  0x59,
  0x76,
)

const SECRET_BYTES = 32
/** COSE numbers of what authenticators sign with: nobody checks these signatures, but one must be named. */
const SIGNATURES = [-8, -7, -257]

/** What the browser says, as `passkeySupport` gives it. */
export async function probePasskeys(): Promise<PasskeySupport> {
  const api = webAuthn()
  if (api === undefined) return { available: false, secrets: undefined, thisDevice: false }
  const [capabilities, thisDevice] = await Promise.all([
    api.getClientCapabilities?.().catch(() => undefined),
    api.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false),
  ])
  return { available: true, secrets: capabilities?.['extension:prf'], thisDevice }
}

/**
 * Asks for the passkeys of an order and calls with their secrets in it.
 *
 * @param check Fails when what opens the account does not: nobody is to make a passkey in vain.
 * @throws LockstitchError `ERR_PASSKEY_UNSUPPORTED`, `ERR_PASSKEY_CANCELLED`, `ERR_PASSKEY_NO_SECRET`, `ERR_ABORTED`, and the
 * codes of the call.
 */
export async function askForPasskeys<T>(
  order: PasskeyOrder,
  signal: AbortSignal | undefined,
  check: (opening: unknown) => Promise<unknown>,
  call: (ready: PasskeyOrder) => Promise<T>,
): Promise<T> {
  const secrets: Bytes[] = []
  const keep = (secret: Bytes): Bytes => {
    secrets.push(secret)
    return secret
  }
  try {
    if (order.passkey === true) return await call({ ...order, passkey: keep(await usePasskey(signal)) })
    const opening = order.with?.passkey === true ? { passkey: keep(await usePasskey(signal)) } : order.with
    if (order.slot?.kind !== 'passkey' || order.slot.secret !== undefined)
      return await call({ ...order, ...(opening === undefined ? {} : { with: opening }) })
    await check(opening)
    const { displayName, ...slot } = order.slot
    const made = await makePasskey(displayName, signal)
    try {
      const secret = keep(await made.secret())
      return await call({ ...order, ...(opening === undefined ? {} : { with: opening }), slot: { ...slot, secret } })
    } catch (error) {
      await made.forget()
      throw error
    }
  } finally {
    wipe(...secrets)
  }
}

/** Asks for a passkey of this site, whichever the user chooses. */
async function usePasskey(signal: AbortSignal | undefined, id?: BufferSource): Promise<Bytes> {
  const credential = await ceremony(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: challenge(),
        userVerification: 'required',
        extensions: { prf: { eval: { first: PASSKEY_SALT } } },
        ...(id === undefined ? {} : { allowCredentials: [{ type: 'public-key', id }] }),
      },
      ...(signal === undefined ? {} : { signal }),
    }),
  )
  const secret = secretOf(credential)
  if (secret === undefined) throw new LockstitchError('ERR_PASSKEY_NO_SECRET')
  return secret
}

interface MadePasskey {
  secret(): Promise<Bytes>
  /** Asks the authenticator to forget it again, where browsers can do that. */
  forget(): Promise<void>
}

/** Has the user make a passkey. What is shown in the list of passkeys is `displayName`, or the name of the host. */
async function makePasskey(displayName: string = location.hostname, signal?: AbortSignal): Promise<MadePasskey> {
  const credential = await ceremony(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: challenge(),
        rp: { name: location.hostname },
        // Random, so that it says nothing of the account, and no passkey takes the place of another.
        user: { id: challenge(), name: displayName, displayName },
        pubKeyCredParams: SIGNATURES.map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
        extensions: { prf: { eval: { first: PASSKEY_SALT } } },
      },
      ...(signal === undefined ? {} : { signal }),
    }),
  )
  return {
    async secret() {
      const { prf } = credential.getClientExtensionResults()
      // Firefox says only that there will be one; it is asked for then.
      return secretOf(credential) ?? (prf?.enabled === true ? usePasskey(signal, credential.rawId) : noSecret())
    },
    async forget() {
      await webAuthn()
        ?.signalUnknownCredential?.({ rpId: location.hostname, credentialId: credential.id })
        .catch(() => undefined)
    },
  }
}

function noSecret(): never {
  throw new LockstitchError('ERR_PASSKEY_NO_SECRET')
}

/** The secret that came with an answer, copied out of it, and what it was copied from overwritten. */
function secretOf(credential: PublicKeyCredential): Bytes | undefined {
  const first = credential.getClientExtensionResults().prf?.results?.first
  if (first === undefined) return undefined
  const bytes = ArrayBuffer.isView(first)
    ? new Uint8Array(first.buffer as ArrayBuffer, first.byteOffset, first.byteLength)
    : new Uint8Array(first)
  const secret = moveSecret(bytes)
  return secret.length === SECRET_BYTES ? secret : undefined
}

/** What the browser answers, or one code for each reason that it tells apart. */
async function ceremony(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (webAuthn() === undefined) throw new LockstitchError('ERR_PASSKEY_UNSUPPORTED')
  try {
    const credential = await ask()
    if (credential === null) throw new LockstitchError('ERR_PASSKEY_CANCELLED')
    return credential as PublicKeyCredential
  } catch (error) {
    if (isLockstitchError(error)) throw error
    const { name } = (error ?? {}) as { name?: unknown }
    if (name === 'AbortError') throw new LockstitchError('ERR_ABORTED')
    // The platform is to say the same to a page whether the user refused or there was nothing to choose from.
    if (name === 'NotAllowedError') throw new LockstitchError('ERR_PASSKEY_CANCELLED')
    throw new LockstitchError('ERR_PASSKEY_UNSUPPORTED')
  }
}

/** What the newest browsers have beside what the types of the platform know. */
type WebAuthn = typeof PublicKeyCredential & {
  getClientCapabilities?(): Promise<Record<string, boolean>>
  signalUnknownCredential?(options: { rpId: string; credentialId: string }): Promise<void>
}

function webAuthn(): WebAuthn | undefined {
  return globalThis.isSecureContext ? (globalThis.PublicKeyCredential as WebAuthn | undefined) : undefined
}

/** Random bytes that nobody checks: there is no server that would. */
function challenge(): Bytes {
  return crypto.getRandomValues(new Uint8Array(32))
}
