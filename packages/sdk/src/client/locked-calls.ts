import type { Vault } from '../vault/api.ts'
import type { ConnectedVault } from './connect-vault.ts'
import { LOCKED_CALLS, UNLOCKING_CALL } from './managed.ts'
import type { UnlockOptions } from './types.ts'

type Manage = Vault['manage']
type Work<T> = (vault: ConnectedVault['vault']) => Promise<T>

/** How a client reaches a worker. */
export interface Reach {
  /** Whether there is a worker. */
  readonly isConnected: () => boolean
  /** Starts one more worker, which the caller ends. */
  readonly another: () => Promise<ConnectedVault>
  /** Work in a new worker, which stays; nothing is unlocked in it. */
  readonly anew: <T>(work: Work<T>) => Promise<T>
  /** Work that unlocks, in a new worker. */
  readonly fresh: <T>(work: Work<T>, options?: UnlockOptions) => Promise<T>
  /** Work that unlocks, in the worker that there is. */
  readonly unlocking: <T>(work: Work<T>) => Promise<T>
  /** Any other call: there must be a worker. */
  readonly manage: Manage
}

/** The calls that manage an account, with those that a device makes while nothing is unlocked on it. */
export function withLockedCalls({ isConnected, another, anew, fresh, unlocking, manage }: Reach): Manage {
  const aside: Manage = async (...call) => {
    const { vault, end } = await another()
    return vault.manage(...call).finally(() => end('ERR_LOCKED'))
  }
  const special: Readonly<Record<string, Manage>> = {
    // Whoever is unlocked stays so.
    ...Object.fromEntries(LOCKED_CALLS.map((name) => [name, aside])),
    [UNLOCKING_CALL]: (...call) => fresh((vault) => vault.manage(...call), call[2]),
    'devices.remembered': (...call) => (isConnected() ? manage(...call) : aside(...call)),
    'devices.requestLink': (...call) => anew((vault) => vault.manage(...call)),
    'devices.finishLink': (...call) => (isConnected() ? unlocking((vault) => vault.manage(...call)) : manage(...call)),
  }
  return (...call) => (special[call[0]] ?? manage)(...call)
}
