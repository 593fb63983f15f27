/** Keys that are destroyed: nothing opens what was sealed under them, and everything else goes on. */
import { expect, test } from 'vitest'
import { type Keys, managed } from '@lockstitch/sdk'
import { parseAccountState, parseCertificate } from '@lockstitch/sdk/format'
import { Intake, Ledger } from '../support/models.ts'
import { codeOf, only, type Seat, type Stage } from './stage.ts'

const MODELS = [Intake, Ledger]

/** The tests of this part. */
export function destruction(stage: Stage): void {
  let count = 0
  const keysOf = ({ vault }: Seat): Keys => managed(async (...call) => vault.manage(...call)).keys

  async function enrolled(): Promise<{ seat: Seat; handle: string; opening: { recoveryCode: string } }> {
    const seat = await stage.sit()
    const handle = `destroy-${stage.scope}-${++count}@example.org`
    const { recoveryKit } = await seat.vault.enrol({ handle, password: 'the first pass phrase' })
    const { recoveryCode } = recoveryKit
    await seat.vault.confirmRecovery(recoveryCode)
    await seat.vault.saveMany(Intake, [{ id: 'phi', ssn: 'x' }])
    await seat.vault.saveMany(Ledger, [{ id: 'pii', name: 'Ada' }])
    return { seat, handle, opening: { recoveryCode } }
  }
  const order = (opening: { recoveryCode: string }) =>
    ({ classification: 'phi', models: MODELS, with: opening }) as const
  const textsOf = async ({ transport }: Seat): Promise<string[]> => {
    const { body } = await transport.send({ method: 'GET', path: '/v1/account/states?after=0', headers: {} })
    return (JSON.parse(body) as { states: string[] }).states
  }

  test('a destroyed classification opens nowhere, and the rest does', async () => {
    const { seat, opening } = await enrolled()
    const other = await stage.sit()
    await other.vault.unlock(opening)
    const kept = await only(seat.vault.sealMany(Intake, [{ id: 'copy', ssn: 'an old copy' }] as never))
    await keysOf(seat).rotate({ classification: 'phi', models: MODELS })
    const file = await seat.files.upload(new Blob(['a scan']))
    const before = (await keysOf(seat).status()).filter(({ classification }) => classification === 'phi')
    const kids = before.map(({ kid }) => kid)
    const report = await keysOf(seat).destroy(order(opening))
    expect(report).toMatchObject({ classification: 'phi', kids, records: 1, files: 1, isHistoryErased: true })
    expect(report.proofs).toEqual([
      { kid: kids[0], record: null },
      { kid: kids[1], record: { model: 'intake', id: 'phi' } },
    ])
    expect(Math.abs(report.destroyedAt.getTime() - Date.now())).toBeLessThan(60_000)
    for (const one of [seat, other]) {
      expect(await codeOf(one.vault.load(Intake, 'phi'))).toBe('ERR_KEY_UNKNOWN')
      expect(await codeOf(only(one.vault.openMany(Intake, [kept as never])))).toBe('ERR_KEY_UNKNOWN')
      expect(await one.vault.load(Ledger, 'pii')).toMatchObject({ name: 'Ada' })
    }
    expect(await codeOf(seat.vault.load(Intake, 'phi', { from: 'device' }))).toBe('ERR_RECORD_NOT_FOUND')
    expect(await codeOf(seat.files.download(file))).toBe('ERR_KEY_UNKNOWN')
    // No state that the server shows has a wrap of them, and the certificate names the one that took them away.
    const states = (await textsOf(seat)).map((text) => parseAccountState(text).state)
    expect(
      states.flatMap(({ keyring }) => keyring.filter((key) => kids.includes(key.kid) && key.wrapped !== null)),
    ).toEqual([])
    const { document } = parseCertificate(report.certificate)
    expect(document).toMatchObject({ kids, classification: 'phi', revision: states[0]?.revision })
    expect(states[0]?.erased?.kids).toEqual(kids)
    // What is new is sealed under a new key, on both devices.
    expect(await stage.save({ id: 'new', ssn: 'afterwards' }, other)).toMatchObject({ state: 'stored' })
    expect(await seat.vault.load(Intake, 'new')).toMatchObject({ ssn: 'afterwards' })
    const log = await managed(async (...call) => seat.vault.manage(...call)).audit.list()
    const facts = log.flatMap((entry) => entry.facts ?? []).filter(({ state }) => state === 'destroyed')
    expect(facts.map(({ id, event }) => [event, id])).toEqual(kids.map((kid) => ['key.changed', kid]))
  })

  test('it takes a credential of this account, and a key', async () => {
    const { seat, handle, opening } = await enrolled()
    const { recoveryCode } = stage.patient
    expect(await codeOf(keysOf(seat).destroy(order({ recoveryCode })))).toBe('ERR_UNLOCK_FAILED')
    expect(await codeOf(keysOf(seat).destroy({ ...order(opening), classification: 'internal' }))).toBe(
      'ERR_KEY_UNKNOWN',
    )
    expect(await seat.vault.load(Intake, 'phi')).toMatchObject({ ssn: 'x' })
    expect(await textsOf(seat)).toHaveLength(2)
    // One that another device took away does not count, although this one has not heard of it.
    const away = await stage.sit()
    await away.vault.unlock({ handle, password: 'the first pass phrase' })
    const { slots } = managed(async (...call) => seat.vault.manage(...call))
    const { recoveryKit } = await slots.add({ with: opening, slot: { kind: 'recovery' } })
    await seat.vault.confirmRecovery(recoveryKit?.recoveryCode as string)
    expect(await codeOf(keysOf(away).destroy(order(opening)))).toBe('ERR_UNLOCK_FAILED')
    expect(await seat.vault.load(Intake, 'phi')).toMatchObject({ ssn: 'x' })
  })

  test('what waits on this device keeps its key; what waits elsewhere is refused and stays', async () => {
    const { seat, opening } = await enrolled()
    const away = await stage.sit()
    await away.vault.unlock(opening)
    for (const one of [seat, away]) {
      one.transport.offline = true
      expect(await stage.save({ id: `waits-${one.name}`, ssn: 'y' }, one)).toMatchObject({ state: 'queued' })
      one.transport.offline = false
    }
    seat.transport.mutator = {
      request: ({ method, path }) =>
        method === 'POST' && path === '/v1/records' ? { status: 500, body: '{}' } : undefined,
    }
    expect(await codeOf(keysOf(seat).destroy(order(opening)))).toBe('ERR_KEY_WAITING')
    expect(await seat.vault.load(Intake, 'phi')).toMatchObject({ ssn: 'x' })
    seat.transport.mutator = {}
    await seat.vault.drain()
    await keysOf(seat).destroy(order(opening))
    expect(await away.vault.drain()).toEqual({ stored: 0, waiting: 0, refused: 1 })
    expect(await away.vault.pending()).toMatchObject([{ state: 'refused' }])
    expect(await away.vault.load(Ledger, 'pii')).toMatchObject({ name: 'Ada' })
  })

  test('a second classification can follow, and a device that was away goes over both', async () => {
    const { seat, opening } = await enrolled()
    const away = await stage.sit()
    await away.vault.unlock(opening)
    await away.vault.lock()
    const first = await keysOf(seat).destroy(order(opening))
    const again = await keysOf(seat).destroy(order(opening))
    expect(again).toMatchObject({ kids: first.kids, destroyedAt: first.destroyedAt, proofs: [] })
    expect(again.certificate).toBe(first.certificate)
    const second = await keysOf(seat).destroy({ ...order(opening), classification: 'pii' })
    expect(second).toMatchObject({ isHistoryErased: true, proofs: [{ record: { model: 'ledger', id: 'pii' } }] })
    expect(await textsOf(seat)).toHaveLength(1)
    await away.vault.unlock(opening)
    expect(await codeOf(away.vault.load(Ledger, 'pii'))).toBe('ERR_KEY_UNKNOWN')
    const { keys, slots } = managed(async (...call) => away.vault.manage(...call))
    expect((await keys.status()).map(({ state }) => state)).toEqual(['destroyed', 'destroyed'])
    expect(await slots.list()).toHaveLength(2)
  })
}
