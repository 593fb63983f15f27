/** Records that are destroyed: none of their revisions opens any more, and every other record does. */
import { expect, test } from 'vitest'
import { type Keys, managed } from '@lockstitch/sdk'
import { parseCertificate } from '@lockstitch/sdk/format'
import { answer } from '../support/evil.ts'
import { Intake, Ledger } from '../support/models.ts'
import { codeOf, only, type Seat, type Stage } from './stage.ts'

const MODELS = [Intake, Ledger]

/** The tests of this part. */
export function destroyRecord(stage: Stage): void {
  let count = 0
  const keysOf = ({ vault }: Seat): Keys => managed(async (...call) => vault.manage(...call)).keys

  async function enrolled() {
    const seat = await stage.sit()
    const handle = `shred-${stage.scope}-${++count}@example.org`
    const { recoveryKit } = await seat.vault.enrol({ handle, password: 'the first pass phrase' })
    const { recoveryCode } = recoveryKit
    await seat.vault.confirmRecovery(recoveryCode)
    await seat.vault.saveMany(Ledger, [
      { id: 'gone', name: 'Ada', ssn: 'secret' },
      { id: 'kept', name: 'Bob', ssn: 'x' },
    ])
    await seat.vault.saveMany(Intake, [{ id: 'other', ssn: 'y' }])
    const record = { model: 'ledger', id: 'gone' }
    return { seat, opening: { recoveryCode }, order: { record, models: MODELS, with: { recoveryCode } } as const }
  }
  const sealedOf = async ({ transport }: Seat, id: string): Promise<never> => {
    const { body } = await transport.send({ method: 'GET', path: `/v1/records/ledger/${id}`, headers: {} })
    return (JSON.parse(body) as { record: never }).record
  }
  async function expectOthers(seat: Seat): Promise<void> {
    expect(await seat.vault.load(Ledger, 'kept')).toMatchObject({ name: 'Bob', ssn: 'x' })
    expect(await seat.vault.load(Intake, 'other')).toMatchObject({ ssn: 'y' })
  }

  test('no revision of a destroyed record opens, on any device, and every other record does', async () => {
    const { seat, opening, order } = await enrolled()
    const away = await stage.sit()
    await away.vault.unlock(opening)
    expect(await away.vault.load(Ledger, 'gone')).toMatchObject({ ssn: 'secret' })
    const first = await sealedOf(seat, 'gone')
    // One revision under a key that a rotation has retired since, and one under the key of now.
    await keysOf(seat).rotate({ classification: 'phi', models: MODELS })
    const second = await sealedOf(seat, 'gone')
    const old = await keysOf(seat).status()
    const seen: number[] = []
    const report = await keysOf(seat).destroy(order, { onProgress: ({ done }) => void seen.push(done) })
    expect(report).toMatchObject({ record: order.record, classifications: ['phi', 'pii'], isHistoryErased: true })
    expect([...report.kids].sort()).toEqual(old.map(({ kid }) => kid).sort())
    expect(report.resealed).toBeGreaterThanOrEqual(2)
    expect(seen.length).toBeGreaterThan(0)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    const opened = report.proofs.filter((proof) => proof.record?.id === 'gone').map(({ kid }) => kid)
    const active = old.filter(({ state }) => state === 'active').map(({ kid }) => kid)
    expect(opened.sort()).toEqual(active.sort())
    const { document } = parseCertificate(report.certificate)
    expect(document).toMatchObject({ record: order.record, kids: report.kids })
    for (const one of [seat, away]) {
      expect(await codeOf(one.vault.load(Ledger, 'gone'))).toBe('ERR_RECORD_NOT_FOUND')
      for (const ciphertext of [first, second])
        expect(await codeOf(only(one.vault.openMany(Ledger, [ciphertext])))).toMatch(/^ERR_(KEY_UNKNOWN|ROLLBACK)$/)
      await expectOthers(one)
      expect(await codeOf(one.vault.load(Ledger, 'gone', { from: 'device' }))).toBe('ERR_RECORD_NOT_FOUND')
    }
    // A device that never saw anything of it is given the old ciphertext and the keys of now.
    const fresh = await stage.sit()
    await fresh.vault.unlock(opening)
    for (const ciphertext of [first, second])
      expect(await codeOf(only(fresh.vault.openMany(Ledger, [ciphertext])))).toBe('ERR_KEY_UNKNOWN')
    await expectOthers(fresh)
  })

  test('it is refused before anything is changed', async () => {
    const { seat, order } = await enrolled()
    const states = async () => (await keysOf(seat).status()).map(({ state }) => state)
    const { recoveryCode } = stage.patient
    const wrong = [
      ['ERR_UNLOCK_FAILED', { ...order, with: { recoveryCode } }],
      ['ERR_VALUE_INVALID', { ...order, models: [Intake] }],
      ['ERR_VALUE_INVALID', { ...order, record: 'gone' }],
      ['ERR_RECORD_ID', { ...order, record: { model: 'ledger', id: '../x' } }],
      ['ERR_RECORD_NOT_FOUND', { ...order, record: { model: 'ledger', id: 'never' } }],
      ['ERR_KEY_IN_USE', { ...order, models: [Ledger] }],
    ] as const
    for (const [code, one] of wrong) expect(await codeOf(keysOf(seat).destroy(one as never))).toBe(code)
    const file = await seat.files.upload(new Blob(['a scan']))
    expect(await codeOf(keysOf(seat).destroy(order))).toBe('ERR_KEY_IN_USE')
    expect(await seat.vault.load(Ledger, 'gone')).toMatchObject({ ssn: 'secret' })
    expect(await states()).toEqual(['active', 'active'])
    await seat.files.remove(file)
    expect(await keysOf(seat).destroy(order)).toMatchObject({ record: order.record })
    await expectOthers(seat)
  })

  test('its deletion must reach the server, and one that did is gone on with', async () => {
    const { seat, order } = await enrolled()
    seat.transport.mutator = {
      request: ({ method, path }) => (method === 'POST' && path === '/v1/records' ? answer(500, '{}') : undefined),
    }
    expect(await codeOf(keysOf(seat).destroy(order))).toBe('ERR_OFFLINE')
    expect((await keysOf(seat).status()).map(({ state }) => state)).toEqual(['active', 'active'])
    seat.transport.mutator = {}
    const report = await keysOf(seat).destroy(order)
    expect(report.proofs.map(({ record }) => record)).toEqual([null, null])
    expect(await codeOf(seat.vault.load(Ledger, 'gone'))).toBe('ERR_RECORD_NOT_FOUND')
    await expectOthers(seat)
  })

  test('it can be stopped, and a rotation that was under way is ended first', async () => {
    const { seat, order } = await enrolled()
    const stopping = new AbortController()
    const stop = (): void => stopping.abort()
    const rotation = keysOf(seat).rotate(
      { classification: 'phi', models: MODELS },
      { signal: stopping.signal, onProgress: stop },
    )
    expect(await codeOf(rotation)).toBe('ERR_ABORTED')
    // Sealed anew under the key that the rotation made, so that ending the rotation alone would not do.
    const late = await sealedOf(seat, 'gone')
    await seat.vault.saveMany(Ledger, [{ id: 'gone', name: 'Ada', ssn: 'newer' }])
    const newer = await sealedOf(seat, 'gone')
    const old = (await keysOf(seat).status()).map(({ kid }) => kid)
    const report = await keysOf(seat).destroy(order)
    expect([...report.kids].sort()).toEqual(old.sort())
    const fresh = await stage.sit()
    await fresh.vault.unlock(order.with)
    for (const ciphertext of [late, newer])
      expect(await codeOf(only(fresh.vault.openMany(Ledger, [ciphertext])))).toBe('ERR_KEY_UNKNOWN')
    await expectOthers(fresh)
  })
}
