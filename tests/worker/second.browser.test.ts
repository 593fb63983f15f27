/** What two threads do together: the same as one. */
import { expect, test } from 'vitest'
import fc from 'fast-check'
import type { ItemResult } from '@lockstitch/sdk'
import type { Vault } from '@lockstitch/sdk/vault'
import { generateExchangePair } from '../../packages/sdk/src/crypto/agree.ts'
import { agree, takeOver } from '../../packages/sdk/src/keys/hand-over.ts'
import type { SecondKeys } from '../../packages/sdk/src/vault/second-api.ts'
import { codeOf } from '../conformance/stage.ts'
import { Intake, Ledger, Signed } from '../support/models.ts'
import { enrolled, ledgers, makeVault, MANY, sealAll, seconds, valuesOf, warm } from './support/second.ts'

test('does a part of a large batch in the second thread, and gives results in order', async () => {
  const { vault } = await enrolled()
  const second = await warm(vault)
  const before = second.done
  const sealed = await sealAll(vault, ledgers(MANY))
  const between = second.done
  expect(between).toBeGreaterThan(before)
  const opened = valuesOf(await vault.openMany(Ledger, sealed))
  expect(second.done).toBeGreaterThan(between)
  expect(opened.map(({ name }) => name)).toEqual(ledgers(MANY).map(({ name }) => name))
  expect(second.asked).toBe(second.done)
})

test('keeps small batches in the first thread, and starts no second one for them', async () => {
  const { vault } = await enrolled()
  const sealed = await sealAll(vault, ledgers(63))
  await vault.openMany(Ledger, sealed)
  expect(seconds).toEqual([])
})

test('hands over no key and no secret that is not wrapped for this one thread', async () => {
  const { vault } = await enrolled()
  const second = await warm(vault)
  const found: unknown[] = []
  const look = (value: unknown): void => {
    if (value instanceof CryptoKey) found.push(value)
    else if (value instanceof Set || Array.isArray(value)) for (const one of value) look(one)
    else if (typeof value === 'object' && value !== null) look(Object.values(value))
  }
  look([second.handed, second.requests, second.answers])
  expect(found).toEqual([])
  const [{ handed, identity }] = second.handed as [SecondKeys]
  // Two data keys and the key of manifests: nothing that unwraps others, none of the device's, none that signs or receives.
  expect(Object.keys(handed).toSorted()).toEqual(['held', 'manifest'])
  expect(handed.held).toHaveLength(2)
  expect(Object.keys(identity).toSorted()).toEqual(['signingPublic', 'writer'])
  const sizes = [handed.manifest, ...handed.held.map(({ wrapped }) => wrapped)].map(({ length }) => length)
  expect(sizes).toEqual([60, 60, 60])
  const [ready] = second.handed as [SecondKeys]
  const stranger = await agree(await generateExchangePair(), ready.publicKey, 'unwrapKey')
  expect(await codeOf(takeOver(stranger, handed))).toBe('ERR_OPEN_FAILED')
})

test('the second thread opens signed records and signs none', async () => {
  const { vault } = await enrolled()
  const second = await warm(vault)
  const { asked } = second
  const sealed = await sealAll(
    vault,
    Array.from({ length: MANY }, () => ({ finding: 'x' })),
    Signed,
  )
  expect(second.asked).toBe(asked)
  const before = second.done
  expect(valuesOf(await vault.openMany(Signed, sealed))).toHaveLength(MANY)
  expect(second.done).toBeGreaterThan(before)
})

test('comes to the same as one thread, whatever the records are', async () => {
  const { vault, account } = await enrolled()
  const alone = makeVault(account.device, 1)
  await alone.unlock(account)
  const second = await warm(vault)
  const [good, other] = await sealAll(vault, ledgers(2))
  const signed = await sealAll(vault, [{ finding: 'x' }], Signed)
  const full = { ...(good as unknown as Record<string, unknown>) }
  const hostile: unknown[] = [
    good,
    other,
    ...signed,
    { ...full, name: (other as unknown as { name: string }).name },
    { ...full, id: 'another' },
    { ...full, $seal: `${String(full['$seal']).slice(0, -1)}_` },
    { id: full['id'] },
    { ...full, extra: 1 },
    null,
    7,
    'text',
    [],
    {},
  ]
  const plain: unknown[] = [
    { name: 'Ada' },
    { name: 'Ada', id: 'twice' },
    { name: '\uD800' },
    { name: 7 },
    { nickname: 'x' },
    { id: '../x' },
    { name: 'Ada', $revision: '1.aaaaaaaaaaaaaaaaaaaaaa' },
    { $revision: 1 },
    null,
    7,
    {},
  ]
  const outcome = (items: readonly ItemResult<unknown>[]): unknown[] =>
    items.map((item) => (item.ok ? 'ok' : item.error.code))
  const before = second.asked
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(), { minLength: 150, maxLength: 256, size: 'max' }),
      fc.boolean(),
      async (picks, isSealing) => {
        const pool = isSealing ? plain : hostile
        const records = picks.map((pick) => pool[pick % pool.length]) as never[]
        const run = async (one: Vault): Promise<readonly ItemResult<unknown>[]> =>
          isSealing ? one.sealMany(Ledger, records) : one.openMany(Ledger, records)
        const [two, one] = [await run(vault), await run(alone)]
        expect(outcome(two)).toEqual(outcome(one))
        // What is sealed is never the same twice; what is opened is.
        const sealed = isSealing ? two.flatMap((item) => (item.ok ? [item.value] : [])) : []
        expect(isSealing ? outcome(await alone.openMany(Ledger, sealed as never[])) : two).toEqual(
          isSealing ? sealed.map(() => 'ok') : one,
        )
      },
    ),
    { seed: 20_261_122, numRuns: 8 },
  )
  expect(second.asked).toBeGreaterThan(before)
})

test('A19: what the second thread opened is held against what this device has seen', async () => {
  const { vault } = await enrolled()
  const second = await warm(vault)
  const first = await sealAll(vault, ledgers(MANY))
  const named = first.map(({ id }, at) => ({ id, name: `newer ${at}` }))
  await vault.openMany(Ledger, first)
  const newer = await sealAll(vault, named)
  valuesOf(await vault.openMany(Ledger, newer))
  const before = second.done
  const old = await vault.openMany(Ledger, first)
  expect(second.done).toBeGreaterThan(before)
  expect(new Set(old.map((item) => (item.ok ? 'opened' : item.error.code)))).toEqual(new Set(['ERR_ROLLBACK']))
})

test('seals revisions of one record in their order', async () => {
  const { vault } = await enrolled()
  await warm(vault)
  const sealed = await sealAll(
    vault,
    Array.from({ length: MANY }, (_, at) => ({ id: 'one', name: `v${at}` })),
  )
  const opened = valuesOf(await vault.openMany(Ledger, sealed))
  expect(opened.map((record) => Number.parseInt(String((record as { $revision?: string }).$revision), 10))).toEqual(
    Array.from({ length: MANY }, (_, at) => at + 1),
  )
})

test('keys that are added or changed after the start reach the second thread', async () => {
  const { vault } = await enrolled()
  const second = await warm(vault)
  const failed = (): number => second.asked - second.done
  // The first secret of this classification makes its key.
  await vault.sealMany(Intake, [{ secretForUs: 'first' }])
  const added = await sealAll(
    vault,
    Array.from({ length: MANY }, () => ({ secretForUs: 'x', name: 'y' })),
    Intake,
  )
  await vault.manage('keys.rotate', [{ classification: 'phi', models: [Ledger] }])
  const before = second.done
  const rotated = await sealAll(vault, ledgers(MANY))
  expect(second.done).toBeGreaterThan(before)
  expect(failed()).toBe(0)
  const kids = new Set(rotated.map(({ ssn }) => String(ssn).slice(0, 15)))
  expect(kids.size).toBe(1)
  valuesOf(await vault.openMany(Intake, added))
  expect(failed()).toBe(0)
  expect(seconds).toHaveLength(1)
})
