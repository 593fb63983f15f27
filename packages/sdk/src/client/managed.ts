/** The calls that manage an account, as an app sees them: every one is a name and arguments for `Vault.manage`. */
import type { LongCallOptions } from '../vault/api.ts'
import type { Devices } from '../vault/devices-api.ts'
import type { EscrowCalls } from '../vault/escrow-api.ts'
import type { Keys } from '../vault/keys-api.ts'
import type { Audit } from '../vault/audit-api.ts'
import type { Slots } from '../vault/slots-api.ts'

/** What manages an account. */
export interface Managed {
  /** What happened to the account. */
  readonly audit: Audit
  /** Ways into the account. */
  readonly slots: Slots
  /** Devices that are remembered, behind a PIN. */
  readonly devices: Devices
  /** Custodians who can open the account together; off until it is configured. */
  readonly escrow: EscrowCalls
  /** Keys of the account. */
  readonly keys: Keys
}

/** Every call with the number of its arguments before the options, so that options always arrive in their place. */
export const MANAGED_CALLS: { readonly [A in keyof Managed]: Readonly<Record<keyof Managed[A], number>> } = {
  audit: { list: 0 },
  slots: { list: 0, add: 1, remove: 1, test: 1 },
  devices: {
    add: 1,
    list: 0,
    remembered: 0,
    rename: 2,
    revoke: 1,
    requestLink: 0,
    linkWords: 0,
    finishLink: 1,
    inspectLink: 1,
    link: 1,
  },
  keys: { status: 0, rotate: 1, rollback: 1, revoke: 1, destroy: 1 },
  escrow: {
    card: 0,
    inspect: 1,
    configure: 1,
    list: 0,
    approve: 1,
    cancel: 1,
    request: 1,
    follow: 1,
    recover: 1,
  },
}

/** Calls of somebody who has no way in: nobody's vault is needed for them. */
export const LOCKED_CALLS: readonly string[] = ['escrow.request', 'escrow.follow']

/** The call that unlocks an account. */
export const UNLOCKING_CALL = 'escrow.recover'

/** The calls over a function that carries them out by name. */
export function managed(
  run: (name: string, args: readonly unknown[], options?: LongCallOptions) => Promise<unknown>,
): Managed {
  const areas = Object.entries(MANAGED_CALLS).map(([area, calls]) => [
    area,
    Object.fromEntries(
      Object.entries(calls).map(([call, arity]) => [
        call,
        (...all: readonly unknown[]) =>
          run(`${area}.${call}`, all.slice(0, arity), all[arity] as LongCallOptions | undefined),
      ]),
    ),
  ])
  return Object.fromEntries(areas) as unknown as Managed
}
