/**
 * Where the attacks take place: the real server, people who are enrolled at it, their devices, and the adversary between.
 *
 * Everything that any device sends, prints or keeps is scanned at the end for everybody's secrets.
 */
import 'fake-indexeddb/auto'
import { afterAll, afterEach, expect, vi } from 'vitest'
import type { Transport } from '@lockstitch/sdk'
import { createVault, type Vault } from '@lockstitch/sdk/vault'
import { type Backend, createBackend } from '../../support/backend.ts'
import { evil, type EvilTransport } from '../../support/evil.ts'
import { createLeakScan, scanValue, type Secrets } from '../../support/leak-scan.ts'
import { readDatabase } from './database.ts'

/** An enrolled account and its secrets. */
export interface Person {
  readonly handle: string
  readonly password: string
  readonly recoveryCode: string
  readonly account: string
}

/** A vault on a database of its own, and the adversary on its line. */
export interface Device {
  readonly vault: Vault
  readonly net: EvilTransport
  /** Name of the local database and of the cookie jar. */
  readonly database: string
}

/** The setting of one file of tests. */
export interface World {
  readonly backend: Backend
  /** A new device, or one more vault on the database of a known one: a second tab, or the same one after a reload. */
  device(database?: string): Device
  /** An account that accepts records, unlocked on a device. */
  enrol(name?: string): Promise<{ person: Person; device: Device }>
  /** A device on which the account is unlocked by its recovery code, which costs no stretching. */
  unlocked(person: Person, database?: string): Promise<Device>
}

/** Values that must be seen nowhere. They stand in the records of the tests. */
export const CANARIES = {
  name: 'Kanarie Vogelsang-Żółw',
  ssn: '219-09-9141',
  birthDate: '1971-02-23',
  phone: '+1 (555) 013-7724',
  note: 'sings only at 03:17 in the cellar',
} as const

/** Sets up a world for a file of tests; ends with a scan of everything that was sent and printed. */
export async function createWorld(): Promise<World> {
  const backend = await createBackend()
  const scope = `evil-${crypto.randomUUID().slice(0, 8)}`
  const devices: Device[] = []
  const secrets: Record<string, string> = { ...CANARIES }
  const printed = watchConsole()
  let count = 0

  const device: World['device'] = (database = `${scope}-${++count}`) => {
    const honest: Transport = { send: (request) => backend.send(database, request) }
    const net = evil(honest)
    const made = { vault: createVault({ transport: net, database }), net, database }
    devices.push(made)
    return made
  }
  const world: World = {
    backend,
    device,
    async enrol(name = 'person') {
      const seat = device()
      const handle = `${name}-${++count}-${scope}@example.org`
      const password = `Pass-${count} wörd ${name} staple`
      secrets[`password of ${handle}`] = password
      const { recoveryKit } = await seat.vault.enrol({ handle, password })
      const { recoveryCode, account } = recoveryKit
      secrets[`recovery code of ${handle}`] = recoveryCode
      secrets[`bare recovery code of ${handle}`] = recoveryCode.replaceAll('-', '')
      await seat.vault.confirmRecovery(recoveryCode)
      return { person: { handle, password, recoveryCode, account }, device: seat }
    },
    async unlocked({ recoveryCode }, database) {
      const seat = device(database)
      await seat.vault.unlock({ recoveryCode })
      return seat
    },
  }

  afterEach(() => {
    for (const { net } of devices) {
      net.mutator = {}
      net.offline = false
    }
  })
  afterAll(async () => {
    expectNoLeak(
      secrets,
      'the requests',
      devices.map(({ net }) => net.log),
    )
    expectNoLeak(secrets, 'the console', printed())
    await Promise.all(devices.map(({ vault }) => vault.lock()))
    for (const database of new Set(devices.map((one) => one.database))) {
      expectNoLeak(secrets, 'the databases', await readDatabase(database))
    }
    await backend.close()
  })
  return world
}

/** Fails when one of the secrets can be reached from the value, in any form. */
export function expectNoLeak(secrets: Secrets, where: string, value: unknown): void {
  expect(scanValue(createLeakScan(secrets), where, value)).toEqual([])
}

/** Collects what is printed to the console. */
function watchConsole(): () => unknown[] {
  const spies = (['debug', 'error', 'info', 'log', 'trace', 'warn'] as const).map((method) => vi.spyOn(console, method))
  return () => spies.flatMap((spy) => spy.mock.calls)
}
