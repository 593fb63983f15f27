/** The page's side of passkeys that is always there: it sees when one is wanted, and loads what asks for it. */
import type * as passkey from './passkey.ts'
import type { CallOptions, Vault } from '../vault/api.ts'
import { loadPiece } from './load-piece.ts'

/** What a browser says about passkeys before anybody is asked for one. */
export interface PasskeySupport {
  /** False: there is no WebAuthn in this page, and every call with a passkey is `ERR_PASSKEY_UNSUPPORTED`. */
  readonly available: boolean
  /** Whether the browser can pass secrets on; `undefined`: it does not say. The authenticator must be able to as well. */
  readonly secrets: boolean | undefined
  /** Whether this very device can keep a passkey, so that no phone or security key is needed beside it. */
  readonly thisDevice: boolean
}

/** What this browser says about passkeys. It asks nobody and throws nothing. */
export async function passkeySupport(): Promise<PasskeySupport> {
  return (await loadPasskey()).probePasskeys()
}

/** Carries out a call once every passkey that its first argument wants has been asked for; their secrets end with it. */
export async function withPasskeys<T>(
  args: readonly unknown[],
  options: CallOptions | undefined,
  call: (args: readonly unknown[]) => Promise<T>,
  check: (opening: unknown) => Promise<unknown> = async () => undefined,
): Promise<T> {
  const [order, ...others] = args
  if (!isWanted(order)) return call(args)
  const { askForPasskeys } = await loadPasskey()
  return askForPasskeys(order, options?.signal, check, (ready) => call([ready, ...others]))
}

/**
 * The calls that manage an account, with passkeys asked for first: not while nothing is unlocked, and none is made with what
 * does not open the account.
 */
export function askingFirst(connected: () => Promise<unknown>, manage: Vault['manage']): Vault['manage'] {
  return async (name, args, options) => {
    await connected()
    const check = (opening: unknown): Promise<unknown> => manage('slots.test', [opening], options)
    return withPasskeys(args, options, (ready) => manage(name, ready, options), check)
  }
}

/** What {@link withPasskeys} looks for in the first argument of a call. */
export interface PasskeyOrder {
  readonly passkey?: unknown
  readonly with?: { readonly passkey?: unknown }
  readonly slot?: { readonly kind?: unknown; readonly secret?: unknown; readonly displayName?: string }
}

function isWanted(order: unknown): order is PasskeyOrder {
  const { passkey, with: opening, slot } = (order ?? {}) as PasskeyOrder
  return passkey === true || opening?.passkey === true || (slot?.kind === 'passkey' && slot.secret === undefined)
}

async function loadPasskey(): Promise<typeof passkey> {
  return loadPiece(import('./passkey.ts'))
}
