/** Ways in and out: enrolment, both secrets, other devices, the lock. */
import { expect, test, vi } from 'vitest'
import { answer } from '../support/evil.ts'
import { Intake } from '../support/models.ts'
import { codeOf, type Stage } from './stage.ts'

/** The tests of this part. */
export function unlocking(stage: Stage): void {
  test('keeps its promises from a second device, with the password and with the recovery code', async () => {
    const { id } = await stage.save({ name: 'From one' })
    const other = await stage.sit()
    await other.vault.unlock({ handle: stage.patient.handle.toUpperCase(), password: stage.patient.password })
    expect(await other.vault.load(Intake, id)).toMatchObject({ name: 'From one' })
    const third = await stage.sit()
    await third.vault.unlock({ recoveryCode: stage.patient.recoveryCode.toLowerCase().replaceAll('-', ' ') })
    expect(await third.vault.load(Intake, id)).toMatchObject({ name: 'From one' })
    await stage.save({ id, name: 'From three' }, third)
    expect(await codeOf(stage.save({ id, name: 'Too late' }, other))).toBe('ERR_CONFLICT')
    expect(await other.vault.openPending(Intake, id)).toMatchObject({ name: 'Too late' })
    expect(await other.vault.load(Intake, id)).toMatchObject({ name: 'From three' })
    expect(await stage.save({ id, name: 'Merged' }, other)).toMatchObject({ revision: 3, state: 'stored' })
    expect(await other.vault.pending()).toEqual([])
  })

  test('accepts no record before the recovery code is confirmed', async () => {
    const fresh = await stage.sit()
    const { recoveryKit } = await fresh.vault.enrol({ handle: `pending-${stage.scope}`, password: 'x y z x y z' })
    expect(await codeOf(stage.save({ name: 'Ada' }, fresh))).toBe('ERR_ACCOUNT_PENDING')
    expect(await codeOf(fresh.vault.confirmRecovery(stage.patient.recoveryCode))).toBe('ERR_UNLOCK_FAILED')
    expect(
      await codeOf(
        fresh.vault.confirmRecovery(
          `${recoveryKit.recoveryCode.slice(0, -1)}${recoveryKit.recoveryCode.endsWith('0') ? '1' : '0'}`,
        ),
      ),
    ).toBe('ERR_RECOVERY_CODE')
    expect(await fresh.vault.status()).toMatchObject({ recoveryConfirmed: false })
    await fresh.vault.confirmRecovery(recoveryKit.recoveryCode)
    expect(await stage.save({ name: 'Ada' }, fresh)).toMatchObject({ state: 'stored' })
  })

  test('refuses wrong credentials with one code and works with the right ones after', async () => {
    const other = await stage.sit()
    expect(await codeOf(other.vault.unlock({ handle: stage.patient.handle, password: 'wrong' }))).toBe(
      'ERR_UNLOCK_FAILED',
    )
    expect(await codeOf(other.vault.unlock({ handle: 'nobody@example.org', password: stage.patient.password }))).toBe(
      'ERR_UNLOCK_FAILED',
    )
    expect(await codeOf(other.vault.unlock({ handle: stage.patient.handle, password: '' }))).toBe(
      'ERR_PASSWORD_INVALID',
    )
    expect(await codeOf(other.vault.unlock({ handle: 'a', password: 'x' }))).toBe('ERR_HANDLE_INVALID')
    expect(
      await codeOf(
        other.vault.status().then(({ state }) => {
          if (state === 'locked') return
          throw new Error('unlocked')
        }),
      ),
    ).toBe('no error')
    await other.vault.unlock({ handle: stage.patient.handle, password: stage.patient.password })
    expect(await other.vault.status()).toMatchObject({ state: 'unlocked' })
  })

  test.each([1, 599_999, 10_000_001, '600000', 600_000.5, null])(
    'does not derive with %s iterations, whoever asks',
    async (iterations) => {
      const other = await stage.sit()
      other.transport.mutator = {
        request: ({ path }) =>
          path === '/v1/kdf' ? answer(200, { hash: 'SHA-256', iterations, salt: 'AAAAAAAAAAAAAAAAAAAAAA' }) : undefined,
      }
      expect(await codeOf(other.vault.unlock({ handle: stage.patient.handle, password: stage.patient.password }))).toBe(
        'ERR_KDF_PARAMS',
      )
      expect(other.transport.log.map(({ path }) => path)).toEqual(['/v1/kdf'])
    },
  )

  test('unlocks without the server on a device that knows the account, and keeps what is saved', async () => {
    const other = await stage.sit()
    await other.vault.unlock({ handle: stage.patient.handle, password: stage.patient.password })
    await other.dispose()
    const again = await stage.sit(other.name)
    again.transport.offline = true
    expect(await codeOf(again.vault.unlock({ handle: stage.patient.handle, password: 'wrong' }))).toBe(
      'ERR_UNLOCK_FAILED',
    )
    await again.vault.unlock({ handle: stage.patient.handle, password: stage.patient.password })
    const { id, state } = await stage.save({ name: 'On the train' }, again)
    expect(state).toBe('queued')
    again.transport.offline = false
    expect(await again.vault.drain()).toMatchObject({ stored: 1 })
    expect(await stage.seat.vault.load(Intake, id)).toMatchObject({ name: 'On the train' })
  })

  test('stops when its caller gives up, and goes on afterwards', async () => {
    const abort = new AbortController()
    abort.abort()
    expect(await codeOf(stage.seat.vault.sealMany(Intake, [{ name: 'x' }], { signal: abort.signal }))).toBe(
      'ERR_ABORTED',
    )
    expect(await codeOf(stage.seat.vault.load(Intake, 'x', { signal: abort.signal }))).toBe('ERR_ABORTED')
    const late = new AbortController()
    const other = await stage.sit()
    const unlocking = codeOf(
      other.vault.unlock({ handle: stage.patient.handle, password: stage.patient.password }, { signal: late.signal }),
    )
    late.abort()
    expect(await unlocking).toBe('ERR_ABORTED')
    await other.vault.unlock({ handle: stage.patient.handle, password: stage.patient.password })
    expect(await stage.seal({ name: 'x' })).toHaveProperty('name')
  })

  test('has nothing to give once it is locked', async () => {
    const other = await stage.sit()
    await other.vault.unlock({ handle: stage.patient.handle, password: stage.patient.password })
    const sealed = await stage.seal({ name: 'Ada' })
    await other.vault.lock()
    expect(await other.vault.status()).toEqual({ state: 'locked' })
    for (const call of [
      () => other.vault.sealMany(Intake, [{ name: 'x' }]),
      () => other.vault.openMany(Intake, [sealed as never]),
      () => other.vault.saveMany(Intake, [{ name: 'x' }]),
      () => other.vault.load(Intake, 'x'),
      () => other.vault.listPage(Intake, null, 1),
      () => other.vault.pending(),
      () => other.vault.drain(),
      () => other.vault.confirmRecovery(stage.patient.recoveryCode),
    ]) {
      expect(await codeOf(call())).toBe('ERR_LOCKED')
    }
  })

  test('enrols on a device whose clock is a year off', async () => {
    const now = Date.now()
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now - 31_536_000_000)
    try {
      const late = await stage.sit()
      const { recoveryKit } = await late.vault.enrol({ handle: `late-${stage.scope}`, password: 'x y z x y z' })
      await late.vault.confirmRecovery(recoveryKit.recoveryCode)
      expect(await stage.save({ name: 'x' }, late)).toMatchObject({ state: 'stored' })
    } finally {
      clock.mockRestore()
    }
  })

  test('unlocks a known account while the server is down behind its proxy', async () => {
    const device = await stage.sit()
    const { handle, password } = stage.patient
    await device.vault.unlock({ handle, password })
    await device.vault.lock()
    device.transport.mutator = { request: () => answer(503, '<html>Bad gateway</html>') }
    await device.vault.unlock({ handle, password })
    expect(await device.vault.status()).toMatchObject({ state: 'unlocked' })
  })
}
