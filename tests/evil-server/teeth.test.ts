/**
 * The teeth of this suite: each check of the vault is taken away, alone, and the attack that it stops must then succeed.
 * With the check in its place the same attack fails. So what stops it is our check, and not an accident of the test.
 */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { isLockstitchError } from '@lockstitch/sdk'
import type * as RealKdfParams from '../../packages/sdk/src/format/kdf-params.ts'
import type * as RealMac from '../../packages/sdk/src/crypto/mac.ts'
import type * as RealSign from '../../packages/sdk/src/crypto/sign.ts'
import type * as RealEqual from '../../packages/sdk/src/bytes/equal.ts'
import type * as RealContext from '../../packages/sdk/src/format/context.ts'
import type * as RealAccountState from '../../packages/sdk/src/keys/account-state.ts'
import type * as RealStorage from '../../packages/sdk/src/storage/storage.ts'
import type * as RealServerApi from '../../packages/sdk/src/vault/server-api.ts'
import type { RawRecord } from './support/records.ts'
import { prepareAttacks, type Weakening } from './support/teeth-attacks.ts'
import { createWorld } from './support/world.ts'

const weak = vi.hoisted(() => ({ is: '' }))
const without = (weakening: Weakening): void => {
  weak.is = weakening
}
const isWeak = (weakening: Weakening): boolean => weak.is === weakening

vi.mock('../../packages/sdk/src/format/kdf-params.ts', async (load) => {
  const real = await load<typeof RealKdfParams>()
  return {
    ...real,
    parseKdfParams: (value: never) => (isWeak('kdf params are not checked') ? value : real.parseKdfParams(value)),
  }
})

vi.mock('../../packages/sdk/src/crypto/mac.ts', async (load) => {
  const real = await load<typeof RealMac>()
  return {
    ...real,
    verifyMac: async (...args: Parameters<typeof real.verifyMac>) =>
      isWeak('macs are not verified') || real.verifyMac(...args),
  }
})

vi.mock('../../packages/sdk/src/crypto/sign.ts', async (load) => {
  const real = await load<typeof RealSign>()
  return {
    ...real,
    verifySignature: async (...args: Parameters<typeof real.verifySignature>) =>
      isWeak('signatures are not verified') || real.verifySignature(...args),
  }
})

vi.mock('../../packages/sdk/src/bytes/equal.ts', async (load) => {
  const real = await load<typeof RealEqual>()
  return {
    ...real,
    equalBytes: (a: Uint8Array, b: Uint8Array) => isWeak('digests are not compared') || real.equalBytes(a, b),
  }
})

vi.mock('../../packages/sdk/src/format/context.ts', async (load) => {
  const real = await load<typeof RealContext>()
  return {
    ...real,
    fieldAadsOf: (context: Parameters<typeof real.fieldAadsOf>[0]) =>
      isWeak('fields are not bound to their place') ? () => new Uint8Array(1) : real.fieldAadsOf(context),
  }
})

vi.mock('../../packages/sdk/src/keys/account-state.ts', async (load) => {
  const real = await load<typeof RealAccountState>()
  return {
    ...real,
    checkTransition: (...args: Parameters<typeof real.checkTransition>) =>
      isWeak('states need not follow one another') ? undefined : real.checkTransition(...args),
  }
})

vi.mock('../../packages/sdk/src/storage/storage.ts', async (load) => {
  const real = await load<typeof RealStorage>()
  return {
    ...real,
    openStorage(name: string) {
      const storage = real.openStorage(name)
      return {
        ...storage,
        readHeads: async (...args: Parameters<typeof storage.readHeads>) =>
          isWeak('the device forgets what it has seen of records')
            ? args[2].map(() => undefined)
            : storage.readHeads(...args),
        listHeads: async (...args: Parameters<typeof storage.listHeads>) =>
          isWeak('the device forgets what it has seen of records') ? [] : storage.listHeads(...args),
        readAccount: async (account: string) =>
          isWeak('the device forgets what it has seen of accounts') ? undefined : storage.readAccount(account),
      }
    },
  }
})

vi.mock('../../packages/sdk/src/vault/server-api.ts', async (load) => {
  const real = await load<typeof RealServerApi>()
  const { hashOfManifest } = await import('./support/records.ts')
  return {
    ...real,
    createServerApi(...args: Parameters<typeof real.createServerApi>) {
      const api = real.createServerApi(...args)
      return {
        ...api,
        async putRecords(...call: Parameters<typeof api.putRecords>) {
          const acknowledged = await api.putRecords(...call)
          if (!isWeak('acknowledgements are believed')) return acknowledged
          const hashes = call[1].map(({ record }) => hashOfManifest((record as RawRecord).$seal))
          return Promise.all(
            acknowledged.map(async (one, index) => ({ ...one, hash: await (hashes[index] as Promise<string>) })),
          )
        },
      }
    },
  }
})

const world = await createWorld()
const ATTACKS = await prepareAttacks(world)

afterEach(() => {
  weak.is = ''
})

describe.each(ATTACKS)('%s', (weakening, attack, run) => {
  test(`${attack}: not with the check`, async () => {
    const outcome = await run().catch((error: unknown) => {
      if (!isLockstitchError(error)) throw error
      return false
    })
    expect(outcome).toBe(false)
  })

  test(`${attack}: without it`, async () => {
    without(weakening)
    expect(await run()).toBe(true)
  })
})
