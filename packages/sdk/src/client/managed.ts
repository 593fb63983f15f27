/** The calls that manage an account, as an app sees them: every one is a name and arguments for `Vault.manage`. */
import type { LongCallOptions } from '../vault/api.ts'
import type { Devices } from '../vault/devices-api.ts'
import type { Slots } from '../vault/slots-api.ts'

/** What manages an account. */
export interface Managed {
  /** Ways into the account. */
  readonly slots: Slots
  /** Devices that are remembered, behind a PIN. */
  readonly devices: Devices
}

/** Every call with the number of its arguments before the options, so that options always arrive in their place. */
export const MANAGED_CALLS: { readonly [A in keyof Managed]: Readonly<Record<keyof Managed[A], number>> } = {
  slots: { list: 0, add: 1, remove: 1, test: 1 },
  devices: { add: 1, list: 0, remembered: 0, rename: 2, revoke: 1 },
}

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
