/** Two devices with two tabs each: the tabs of a device share its database, its cookies and its locks. */
import { LockstitchError, managed, type Managed, type Transport } from '@lockstitch/sdk'
import { createVault, type Vault } from '@lockstitch/sdk/vault'
import { openStorage, type Storage } from '../../../packages/sdk/src/storage/storage.ts'
import * as manage from '../../../packages/sdk/src/vault/manage.ts'
import { loadPart } from '../../../packages/sdk/src/vault/parts.ts'
import { answer } from '../../support/evil.ts'
import type { Gates, Life } from './gates.ts'
import { lives } from './locks.ts'

/** What the tabs of a computer share. */
export interface Device {
  /** Name of its database and of its cookie jar. */
  readonly name: string
  isOffline: boolean
}

/** A tab; after its end the next one takes its place. */
export interface Tab {
  readonly name: string
  readonly device: Device
  life: Life
  vault: Vault
  managed: Managed
  /** Calls under way, by what they are. */
  readonly running: Set<string>
  /** How often it was locked, or somebody began to unlock it. */
  turns: number
  /** As far as its calls have shown. */
  isUnlocked: boolean
}

type Wire = (device: string) => Transport

/** Opens a tab, locked. */
export function openTab(gates: Gates, wire: Wire, name: string, device: Device): Tab {
  const tab = { name, device, running: new Set<string>(), turns: 0 } as unknown as Tab
  revive(gates, wire, tab)
  return tab
}

/** Another vault in the place of a tab's. */
export function revive(gates: Gates, wire: Wire, tab: Tab): void {
  const { device } = tab
  const life: Life = { tab: tab.name, isOver: false }
  const vault = createVault({
    transport: gatedTransport(gates, wire(device.name), device, life),
    storage: gatedStorage(gates, openStorage(device.name), life),
    database: device.name,
    parts: async (part) => (part === 'manage' ? (manage as never) : loadPart(part)),
  })
  tab.running.clear()
  Object.assign(tab, { life, vault, isUnlocked: false, managed: managed(async (...call) => vault.manage(...call)) })
}

/** Runs code as a tab's. */
export function asTab<T>({ life }: Tab, work: () => Promise<T>): Promise<T> {
  return lives.run(life, work)
}

function gatedTransport(gates: Gates, honest: Transport, device: Device, life: Life): Transport {
  return {
    async send(request) {
      const fault = await gates.enter(life, `${request.method} ${request.path}`, true)
      if (device.isOffline || fault === 'no answer, nothing done') throw new LockstitchError('ERR_OFFLINE')
      if (fault === '500, nothing done') return answer(500, { code: 'ERR_SERVER' })
      const response = await gates.busy(honest.send(request))
      if (fault === 'no answer, all done') throw new LockstitchError('ERR_OFFLINE')
      return fault === '500, all done' ? answer(500, { code: 'ERR_SERVER' }) : response
    },
  }
}

/** Each method of a storage is one transaction. */
function gatedStorage(gates: Gates, storage: Storage, life: Life): Storage {
  const methods = Object.entries(storage) as [string, (...args: unknown[]) => Promise<unknown>][]
  const gated = methods.map(([name, method]) => [
    name,
    async (...args: unknown[]) => {
      if (name !== 'close') await gates.enter(life, `storage ${name}`, false)
      return gates.busy(method(...args))
    },
  ])
  return Object.fromEntries(gated) as Storage
}
