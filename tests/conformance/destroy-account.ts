/** Accounts that are destroyed: nothing of them opens anywhere, the server holds nothing but what says so, and the handle is free. */
import { expect, test } from 'vitest'
import { type Keys, managed } from '@lockstitch/sdk'
import { parseAccountState, parseCertificate } from '@lockstitch/sdk/format'
import { answer } from '../support/evil.ts'
import { Intake, Ledger } from '../support/models.ts'
import { codeOf, only, type Seat, type Stage } from './stage.ts'

/** The tests of this part. */
export function destroyAccount(stage: Stage): void {
  let count = 0
  const keysOf = ({ vault }: Seat): Keys => managed(async (...call) => vault.manage(...call)).keys

  async function enrolled() {
    const seat = await stage.sit()
    const person = { handle: `leave-${stage.scope}-${++count}@example.org`, password: 'the first pass phrase' }
    const { recoveryKit } = await seat.vault.enrol(person)
    const { recoveryCode, account } = recoveryKit
    await seat.vault.confirmRecovery(recoveryCode)
    await seat.vault.saveMany(Intake, [{ id: 'phi', ssn: 'x' }])
    await seat.vault.saveMany(Ledger, [{ id: 'pii', name: 'Ada' }])
    const order = { account: true, models: [Intake, Ledger], with: { recoveryCode } } as const
    return { seat, person, account, opening: { recoveryCode }, order }
  }

  test('nothing of a destroyed account opens, and its handle is another’s', async () => {
    const { seat, person, account, opening, order } = await enrolled()
    const away = await stage.sit()
    await away.vault.unlock(person)
    expect(await away.vault.load(Intake, 'phi')).toMatchObject({ ssn: 'x' })
    await seat.files.upload(new Blob(['a scan']))
    const copy = await only(seat.vault.sealMany(Intake, [{ id: 'copy', ssn: 'an old copy' }] as never))
    const kids = (await keysOf(seat).status()).map(({ kid }) => kid)
    const report = await keysOf(seat).destroy(order)
    expect(report).toMatchObject({ account, isDeleted: true, isForgotten: true })
    expect([...report.kids].sort()).toEqual([...kids].sort())
    expect(new Set(report.proofs.map(({ record }) => record?.id))).toEqual(new Set(['phi', 'pii']))
    expect(Math.abs(report.destroyedAt.getTime() - Date.now())).toBeLessThan(60_000)
    const { document } = parseCertificate(report.certificate)
    expect(document).toMatchObject({ account, whole: true, kids: report.kids })
    expect(document).not.toHaveProperty('classification')
    expect(await seat.vault.status()).toMatchObject({ state: 'locked' })
    // No session, no secret and no record is left on the server.
    expect(await codeOf(seat.vault.unlock(person))).toBe('ERR_UNLOCK_FAILED')
    expect(await codeOf(seat.vault.unlock(opening))).toBe('ERR_UNLOCK_FAILED')
    expect(await codeOf(away.vault.load(Intake, 'phi'))).toBe('ERR_SESSION')
    // The handle is free for a wholly new account, which opens nothing of the old one.
    const { recoveryKit } = await seat.vault.enrol({ ...person, password: 'the second pass phrase' })
    expect(recoveryKit.account).not.toBe(account)
    await seat.vault.confirmRecovery(recoveryKit.recoveryCode)
    expect(await codeOf(only(seat.vault.openMany(Intake, [copy as never])))).not.toBe('no error')
    expect(await codeOf(seat.vault.load(Intake, 'phi'))).toBe('ERR_RECORD_NOT_FOUND')
    // A device that remembers the old one is not silently served the new one.
    const second = { ...person, password: 'the second pass phrase' }
    const again = await stage.sit(away.name)
    expect(await codeOf(again.vault.unlock(second))).toBe('ERR_ACCOUNT_DESTROYED')
    expect(await codeOf(again.vault.unlock(second))).toBe('no error')
    expect(await codeOf(again.vault.load(Intake, 'phi'))).toBe('ERR_RECORD_NOT_FOUND')
    await again.dispose()
  })

  test('it takes a credential of this account', async () => {
    const { seat, order } = await enrolled()
    const asked = seat.transport.log.length
    const { recoveryCode } = stage.patient
    expect(await codeOf(keysOf(seat).destroy({ ...order, with: { recoveryCode } }))).toBe('ERR_UNLOCK_FAILED')
    expect(seat.transport.log.slice(asked).map(({ method }) => method)).not.toContain('DELETE')
    expect(await seat.vault.load(Intake, 'phi')).toMatchObject({ ssn: 'x' })
  })

  test('an order of another shape is one code everywhere', async () => {
    const { seat, order } = await enrolled()
    for (const wrong of [{ ...order, classification: 'phi' }, { ...order, account: 1 }, {}, null, 'account'])
      expect(await codeOf(keysOf(seat).destroy(wrong as never))).toBe('ERR_VALUE_INVALID')
    expect(await seat.vault.load(Intake, 'phi')).toMatchObject({ ssn: 'x' })
  })

  test('a server that does not delete is left with noise, and is asked again', async () => {
    const { seat, person, order } = await enrolled()
    seat.transport.mutator = {
      request: ({ method }) => (method === 'DELETE' ? answer(500, { code: 'ERR_SERVER' }) : undefined),
    }
    const report = await keysOf(seat).destroy(order)
    expect(report).toMatchObject({ isDeleted: false, isForgotten: false })
    expect(await seat.vault.status()).toMatchObject({ state: 'unlocked' })
    expect(await codeOf(seat.vault.load(Intake, 'phi'))).toBe('ERR_KEY_UNKNOWN')
    const { body } = await seat.transport.send({ method: 'GET', path: '/v1/account/states?after=0', headers: {} })
    const { states } = JSON.parse(body) as { states: string[] }
    const wraps = states.flatMap((text) => parseAccountState(text).state.keyring).map(({ wrapped }) => wrapped)
    expect(new Set(wraps)).toEqual(new Set([null]))
    seat.transport.mutator = {}
    const again = await keysOf(seat).destroy(order)
    expect(again).toMatchObject({ isDeleted: true, isForgotten: true, proofs: [] })
    expect(again.certificate).toBe(report.certificate)
    expect(await codeOf(seat.vault.unlock(person))).toBe('ERR_UNLOCK_FAILED')
  })

  test('what waits on this device goes with it, and other ways in and older destructions keep nothing', async () => {
    const { seat, person, opening, order } = await enrolled()
    const { slots } = managed(async (...call) => seat.vault.manage(...call))
    await keysOf(seat).destroy({ classification: 'phi', models: [Intake, Ledger], with: opening })
    const added = await slots.add({ with: opening, slot: { kind: 'recovery' } })
    const recoveryCode = added.recoveryKit?.recoveryCode as string
    await seat.vault.confirmRecovery(recoveryCode)
    seat.transport.mutator = {
      request: ({ method, path }) => (method === 'POST' && path === '/v1/records' ? answer(500, '{}') : undefined),
    }
    expect(await only(seat.vault.saveMany(Ledger, [{ id: 'waits', name: 'y' }]))).toMatchObject({ state: 'queued' })
    const report = await keysOf(seat).destroy({ ...order, with: { recoveryCode } })
    expect(report).toMatchObject({ isDeleted: true, isForgotten: true })
    expect(parseCertificate(report.certificate).document.kids).toEqual(report.kids)
    seat.transport.mutator = {}
    await seat.vault.enrol({ ...person, password: 'the second pass phrase' })
    expect(await seat.vault.pending()).toEqual([])
  })

  test('an account that never took a record can go too', async () => {
    const seat = await stage.sit()
    const person = { handle: `early-${stage.scope}@example.org`, password: 'the first pass phrase' }
    const { recoveryKit } = await seat.vault.enrol(person)
    const { recoveryCode } = recoveryKit
    const report = await keysOf(seat).destroy({ account: true, models: [], with: { recoveryCode } })
    expect(report).toMatchObject({ isDeleted: true, isForgotten: true })
    expect(await codeOf(seat.vault.unlock(person))).toBe('ERR_UNLOCK_FAILED')
  })
}
