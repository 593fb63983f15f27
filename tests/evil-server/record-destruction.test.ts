/** A19, A24, A61: the server lies while one record is destroyed, so that others are lost or the record is kept. */
import { expect, test } from 'vitest'
import { type Keys, managed } from '@lockstitch/sdk'
import { answer, editJson, type Mutator } from '../support/evil.ts'
import { Intake, Ledger } from '../support/models.ts'
import { isFor } from './support/forge.ts'
import { expectCode } from './support/oracles.ts'
import { createWorld, type Device, type Person } from './support/world.ts'

const world = await createWorld()
const keysOf = ({ vault }: Device): Keys => managed(async (...call) => vault.manage(...call)).keys
const orderOf = ({ recoveryCode }: Person, id = 'gone', models: readonly never[] = [Ledger, Intake] as never) =>
  ({ record: { model: 'ledger', id }, models, with: { recoveryCode } }) as const
const isWrite = (request: Parameters<typeof isFor>[0]): boolean => isFor(request, 'POST', '/v1/records')

async function enrolled(): Promise<{ person: Person; home: Device }> {
  const { person, device: home } = await world.enrol('shredder')
  await home.vault.saveMany(Ledger, [
    { id: 'gone', name: 'a', ssn: 'b' },
    { id: 'kept', name: 'x', ssn: 'y' },
  ])
  await home.vault.saveMany(Intake, [{ id: 'other', ssn: 'z' }])
  return { person, home }
}
const statesOf = async (device: Device): Promise<string[]> => (await keysOf(device).status()).map(({ state }) => state)
const sealedOf = async ({ net }: Device, id: string): Promise<never> => {
  const { body } = await net.send({ method: 'GET', path: `/v1/records/ledger/${id}`, headers: {} })
  return (JSON.parse(body) as { record: never }).record
}
async function expectOthers(device: Device): Promise<void> {
  expect(await device.vault.load(Ledger, 'kept')).toMatchObject({ ssn: 'y' })
  expect(await device.vault.load(Intake, 'other')).toMatchObject({ ssn: 'z' })
}

test('a server that hides what lies under the keys has nothing destroyed that this device knows', async () => {
  const { person, home } = await enrolled()
  // It says that there is nothing, and a model was not named.
  home.net.mutator = {
    response: (response, request) =>
      isFor(request, 'GET', '/v1/keys') ? editJson(response, () => ({ keys: [], models: [], files: [] })) : undefined,
  }
  await expectCode(keysOf(home).destroy(orderOf(person, 'gone', [Ledger] as never)), 'ERR_KEY_IN_USE')
  expect(await statesOf(home)).toEqual(['active', 'active'])
  expect(await home.vault.load(Ledger, 'gone')).toMatchObject({ ssn: 'b' })
  // It shows a record to nobody while the others are moved.
  const hiding: Mutator = {
    response(response, { path }) {
      if (path === '/v1/records/ledger/kept') return answer(404, { code: 'ERR_RECORD_NOT_FOUND' })
      if (!path.startsWith('/v1/records/ledger?')) return undefined
      return editJson(response, (page: { records: { id: string }[] }) => ({
        ...page,
        records: page.records.filter(({ id }) => id !== 'kept'),
      }))
    },
  }
  home.net.mutator = hiding
  await expectCode(keysOf(home).destroy(orderOf(person)), 'ERR_KEY_IN_USE')
  home.net.mutator = {}
  expect(await statesOf(home)).not.toContain('destroyed')
  await expectOthers(home)
  await keysOf(home).destroy(orderOf(person))
  await expectOthers(home)
})

test('nothing is destroyed under which something is left, as the server says at the end', async () => {
  const { person, home } = await enrolled()
  const [first] = await keysOf(home).status()
  const left = { kid: first?.kid, model: 'ledger', records: 1 }
  home.net.mutator = {
    response: (response, request) =>
      isFor(request, 'GET', '/v1/keys')
        ? editJson(response, (counts: { keys: object[] }) => ({ ...counts, keys: [...counts.keys, left] }))
        : undefined,
  }
  await expectCode(keysOf(home).destroy(orderOf(person)), 'ERR_KEY_IN_USE')
  home.net.mutator = {}
  expect(await statesOf(home)).not.toContain('destroyed')
  await expectOthers(home)
})

test('a server that only says that it stored the deletion keeps noise', async () => {
  const { person, home } = await enrolled()
  const kept = await sealedOf(home, 'gone')
  const showing: Mutator = {
    request({ path, method }) {
      return method === 'GET' && path === '/v1/records/ledger/gone' ? answer(200, { record: kept }) : undefined
    },
  }
  const report = await keysOf(home).destroy(orderOf(person))
  expect(report.proofs.map(({ record }) => record?.id)).toEqual(['gone', 'gone'])
  home.net.mutator = showing
  await expectCode(home.vault.load(Ledger, 'gone'), 'ERR_ROLLBACK')
  const fresh = await world.unlocked(person)
  fresh.net.mutator = showing
  await expectCode(fresh.vault.load(Ledger, 'gone'), 'ERR_KEY_UNKNOWN')
  fresh.net.mutator = {}
  await expectOthers(fresh)
})

test('a deletion that is refused, or that another device was faster than, destroys nothing', async () => {
  const { person, home } = await enrolled()
  home.net.mutator = { request: (request) => (isWrite(request) ? answer(403, { code: 'ERR_FORBIDDEN' }) : undefined) }
  await expectCode(keysOf(home).destroy(orderOf(person)), 'ERR_REJECTED_BY_SERVER')
  const away = await world.unlocked(person)
  await away.vault.load(Ledger, 'gone')
  let isSaved = false
  home.net.mutator = {
    async request(request) {
      if (!isWrite(request) || isSaved) return undefined
      isSaved = true
      await away.vault.saveMany(Ledger, [{ id: 'gone', name: 'a', ssn: 'changed elsewhere' }])
      return undefined
    },
  }
  await expectCode(keysOf(home).destroy(orderOf(person)), 'ERR_CONFLICT')
  home.net.mutator = {}
  expect(await statesOf(home)).toEqual(['active', 'active'])
  expect(await home.vault.load(Ledger, 'gone')).toMatchObject({ ssn: 'changed elsewhere' })
  await expectOthers(home)
  await keysOf(home).destroy(orderOf(person))
  await expectOthers(home)
})

test('a write that was refused keeps the keys it is sealed under, unless it is of the record itself', async () => {
  const { person, home } = await enrolled()
  home.net.mutator = {
    request: (request) => (isWrite(request) ? answer(422, { code: 'ERR_DIGEST_MISMATCH' }) : undefined),
  }
  for (const id of ['kept', 'gone']) await home.vault.saveMany(Ledger, [{ id, name: 'mine', ssn: 'mine' }])
  home.net.mutator = {}
  expect((await home.vault.pending()).map(({ state }) => state)).toEqual(['refused', 'refused'])
  await expectCode(keysOf(home).destroy(orderOf(person)), 'ERR_KEY_WAITING')
  expect(await home.vault.load(Ledger, 'gone')).toMatchObject({ ssn: 'b' })
  await home.vault.discardPending('ledger', 'kept')
  await keysOf(home).destroy(orderOf(person))
  expect(await home.vault.pending()).toEqual([])
  await expectOthers(home)
})

test('two devices at once destroy a record each, and lose no other', async () => {
  const { person, home } = await enrolled()
  await home.vault.saveMany(Ledger, [{ id: 'second', name: 'c', ssn: 'd' }])
  const away = await world.unlocked(person)
  const old = await Promise.all(['gone', 'second'].map((id) => sealedOf(home, id)))
  const call = (device: Device, id: string): Promise<unknown> =>
    keysOf(device)
      .destroy(orderOf(person, id))
      .catch((error: unknown) => error)
  await Promise.all([call(home, 'gone'), call(away, 'second')])
  await expectOthers(home)
  // Whoever lost a race calls again.
  for (const [device, id] of [
    [home, 'gone'],
    [away, 'second'],
  ] as const)
    await keysOf(device).destroy(orderOf(person, id))
  const fresh = await world.unlocked(person)
  await expectOthers(fresh)
  for (const record of old) {
    const [result] = await fresh.vault.openMany(Ledger, [record])
    expect(result).toMatchObject({ ok: false, error: { code: 'ERR_KEY_UNKNOWN' } })
  }
})
