/** Ways in: added, replaced, tried out, removed; and what a removed one still opens, which is nothing. */
import { expect, test } from 'vitest'
import { managed } from '@lockstitch/sdk'
import { Intake } from '../support/models.ts'
import { answer } from '../support/evil.ts'
import { codeOf, type Seat, type Stage } from './stage.ts'

interface Login {
  readonly handle: string
  readonly password: string
}

/** The tests of this part. */
export function slots(stage: Stage): void {
  let count = 0
  const slotsOf = ({ vault }: Seat) => managed(async (...call) => vault.manage(...call)).slots

  async function enrolled(): Promise<{ seat: Seat; patient: Login; recoveryCode: string }> {
    const seat = await stage.sit()
    const patient = { handle: `slots-${stage.scope}-${++count}@example.org`, password: 'the first pass phrase' }
    const { recoveryKit } = await seat.vault.enrol(patient)
    await seat.vault.confirmRecovery(recoveryKit.recoveryCode)
    return { seat, patient, recoveryCode: recoveryKit.recoveryCode }
  }

  test('a new password takes the place of the old one, and nothing else changes', async () => {
    const { seat, patient, recoveryCode } = await enrolled()
    const { handle, password } = patient
    const { id } = await stage.save({ name: 'Before' }, seat)
    const other = await stage.sit()
    await other.vault.unlock({ handle, password })
    const slot = { kind: 'password', handle, password: 'the second pass phrase' } as const
    await slotsOf(seat).add({ with: { handle, password }, slot })
    expect(await seat.vault.load(Intake, id)).toMatchObject({ name: 'Before' })
    expect((await slotsOf(seat).list()).map(({ kind, isCurrent }) => [kind, isCurrent])).toEqual([
      ['recovery', false],
      ['password', true],
    ])
    const fresh = await stage.sit()
    expect(await codeOf(fresh.vault.unlock({ handle, password }))).toBe('ERR_UNLOCK_FAILED')
    await fresh.vault.unlock({ handle, password: slot.password })
    expect(await fresh.vault.load(Intake, id)).toMatchObject({ name: 'Before' })
    await fresh.vault.unlock({ recoveryCode })
    // The device that was unlocked with the old password is out at its next call.
    expect(await codeOf(other.vault.load(Intake, id))).toBe('ERR_SESSION')
  })

  test('after a recovery, a new password is set with the code alone', async () => {
    const { seat, patient, recoveryCode } = await enrolled()
    const { id } = await stage.save({ name: 'Kept' }, seat)
    const fresh = await stage.sit()
    const opening = { recoveryCode }
    await fresh.vault.unlock(opening)
    const slot = { kind: 'password', handle: `new-${patient.handle}`, password: 'never forgotten again' } as const
    await slotsOf(fresh).add({ with: opening, slot })
    const again = await stage.sit()
    await again.vault.unlock(slot)
    expect(await again.vault.load(Intake, id)).toMatchObject({ name: 'Kept' })
    expect(await codeOf(again.vault.unlock(patient))).toBe('ERR_UNLOCK_FAILED')
  })

  test('a new recovery code revokes the old one once it is confirmed, and not before', async () => {
    const { seat, patient, recoveryCode: old } = await enrolled()
    const { recoveryKit } = await slotsOf(seat).add({ with: patient, slot: { kind: 'recovery' } })
    const recoveryCode = recoveryKit?.recoveryCode as string
    const fresh = await stage.sit()
    await fresh.vault.unlock({ recoveryCode: old })
    await fresh.vault.unlock({ recoveryCode })
    await fresh.vault.confirmRecovery(recoveryCode)
    expect(await codeOf(fresh.vault.unlock({ recoveryCode: old }))).toBe('ERR_UNLOCK_FAILED')
    await fresh.vault.unlock({ recoveryCode })
    expect((await slotsOf(fresh).list()).map(({ kind }) => kind)).toEqual(['password', 'recovery'])
  })

  test('an account whose first code was never confirmed gets another one', async () => {
    const seat = await stage.sit()
    const patient = { handle: `lost-${stage.scope}@example.org`, password: 'the first pass phrase' }
    await seat.vault.enrol(patient)
    const { recoveryKit } = await slotsOf(seat).add({ with: patient, slot: { kind: 'recovery' } })
    await seat.vault.confirmRecovery(recoveryKit?.recoveryCode as string)
    expect(await stage.save({ name: 'x' }, seat)).toMatchObject({ state: 'stored' })
  })

  test('a drill opens the slot and changes nothing', async () => {
    const { seat, patient, recoveryCode } = await enrolled()
    const [password, recovery] = await slotsOf(seat).list()
    expect(await slotsOf(seat).test({ recoveryCode })).toEqual({ slot: recovery?.id })
    expect(await slotsOf(seat).test(patient)).toEqual({ slot: password?.id })
    expect(await codeOf(slotsOf(seat).test({ ...patient, password: 'wrong' }))).toBe('ERR_UNLOCK_FAILED')
    expect(await codeOf(slotsOf(seat).test({ recoveryCode: stage.patient.recoveryCode }))).toBe('ERR_UNLOCK_FAILED')
    expect(await slotsOf(seat).list()).toEqual([password, recovery])
  })

  test('two ways in stay', async () => {
    const { seat, patient } = await enrolled()
    for (const { id } of await slotsOf(seat).list())
      expect(await codeOf(slotsOf(seat).remove(id))).toBe('ERR_SLOT_NEEDED')
    expect(await codeOf(slotsOf(seat).remove('AAAAAAAAAAAAAAAAAAAAAA'))).toBe('ERR_SLOT_UNKNOWN')
    // One that was never opened may go again.
    const { slot } = await slotsOf(seat).add({ with: patient, slot: { kind: 'recovery' } })
    await slotsOf(seat).remove(slot)
    expect(await slotsOf(seat).list()).toHaveLength(2)
  })

  test('nothing is added with what does not open this account', async () => {
    const { seat, patient } = await enrolled()
    const before = await slotsOf(seat).list()
    for (const wrong of [
      { ...patient, password: 'wrong' },
      { ...patient, handle: stage.patient.handle },
      { recoveryCode: stage.patient.recoveryCode },
    ]) {
      const slot = { kind: 'password', handle: patient.handle, password: 'theirs' } as const
      expect(await codeOf(slotsOf(seat).add({ with: wrong, slot }))).toBe('ERR_UNLOCK_FAILED')
    }
    const taken = { kind: 'password', handle: stage.patient.handle, password: 'theirs' } as const
    expect(await codeOf(slotsOf(seat).add({ with: patient, slot: taken }))).toBe('ERR_HANDLE_TAKEN')
    expect(await slotsOf(seat).list()).toEqual(before)
  })

  test('a passkey opens the account on a device that knows nothing of it, once it was added', async () => {
    const { seat, patient } = await enrolled()
    const { id } = await stage.save({ name: 'Kept' }, seat)
    const passkey = crypto.getRandomValues(new Uint8Array(32))
    const fresh = await stage.sit()
    expect(await codeOf(fresh.vault.unlock({ passkey }))).toBe('ERR_UNLOCK_FAILED')
    const { slot } = await slotsOf(seat).add({
      with: patient,
      slot: { kind: 'passkey', secret: passkey, name: 'My phone 📱' },
    })
    const confirmed = async () => (await slotsOf(seat).list()).find((one) => one.id === slot)?.confirmed
    expect(await confirmed()).toBeNull()
    expect(JSON.stringify(seat.transport.log)).not.toContain('phone')
    await fresh.vault.unlock({ passkey })
    expect(await fresh.vault.load(Intake, id)).toMatchObject({ name: 'Kept' })
    expect((await slotsOf(fresh).list()).find(({ isCurrent }) => isCurrent)).toMatchObject({
      id: slot,
      kind: 'passkey',
      name: 'My phone 📱',
    })
    expect(await slotsOf(seat).test({ passkey })).toEqual({ slot })
    expect(await confirmed()).toBeInstanceOf(Date)
    // Another one, and one that was removed, open nothing.
    const other = crypto.getRandomValues(new Uint8Array(32))
    expect(await codeOf(slotsOf(seat).test({ passkey: other }))).toBe('ERR_UNLOCK_FAILED')
    await slotsOf(seat).remove(slot)
    expect(await codeOf(fresh.vault.load(Intake, id))).toBe('ERR_SESSION')
    expect(await codeOf(fresh.vault.unlock({ passkey }))).toBe('ERR_UNLOCK_FAILED')
  })

  test('an account is never left with passkeys alone', async () => {
    const { seat, patient } = await enrolled()
    for (const passkey of [1, 2].map(() => crypto.getRandomValues(new Uint8Array(32)))) {
      await slotsOf(seat).add({ with: patient, slot: { kind: 'passkey', secret: passkey } })
      await slotsOf(seat).test({ passkey })
    }
    const [password, recovery] = await slotsOf(seat).list()
    await slotsOf(seat).remove(recovery?.id as string)
    expect(await codeOf(slotsOf(seat).remove(password?.id as string))).toBe('ERR_SLOT_NEEDED')
  })

  test('a recovery code is typed as characters or as words', async () => {
    const { seat, patient } = await enrolled()
    const { recoveryKit } = await slotsOf(seat).add({ with: patient, slot: { kind: 'recovery' } })
    const words = recoveryKit?.words ?? []
    expect(words.length).toBe(15)
    await seat.vault.confirmRecovery(words.join(' '))
    const fresh = await stage.sit()
    const typed = words.map((word, index) => `${index + 1}. ${word.toUpperCase()}`).join('\n')
    await fresh.vault.unlock({ recoveryCode: typed })
    await slotsOf(fresh).add({ with: { recoveryCode: typed }, slot: { kind: 'password', ...patient } })
    await fresh.vault.unlock({ recoveryCode: recoveryKit?.recoveryCode as string })
    const others = words.with(0, words[0] === 'zoo' ? 'able' : 'zoo').join(' ')
    expect(await codeOf(fresh.vault.unlock({ recoveryCode: others }))).toMatch(/ERR_RECOVERY_CODE|ERR_UNLOCK_FAILED/)
    expect(await codeOf(fresh.vault.unlock({ recoveryCode: words.slice(1).join(' ') }))).toBe('ERR_RECOVERY_CODE')
  })

  test('a password is estimated while nothing is unlocked, in codes', async () => {
    const { vault } = await stage.sit()
    expect(await vault.passwordStrength('password')).toEqual({
      score: 0,
      warning: 'topTen',
      suggestions: ['anotherWord'],
    })
    const name = 'Quintanilla84'
    expect((await vault.passwordStrength(name)).score).toBeGreaterThan(2)
    const known = await vault.passwordStrength(name, { userInputs: ['maria.quintanilla@example.org'] })
    expect(known).toMatchObject({ warning: 'userInputs' })
    expect(known.score).toBeLessThan(3)
    expect(await vault.passwordStrength('four words that rhyme not')).toEqual({ score: 4, suggestions: [] })
    expect((await vault.passwordStrength('')).score).toBe(0)
    expect((await vault.passwordStrength('a'.repeat(1_000_000))).score).toBeLessThan(3)
    expect(await codeOf(vault.passwordStrength(7 as never))).toBe('ERR_PASSWORD_INVALID')
    expect((await vault.status()).state).toBe('locked')
  })

  test('with what is no secret at all, nothing is asked for and nothing is opened', async () => {
    const { seat, patient } = await enrolled()
    const fresh = await stage.sit()
    expect(await codeOf(fresh.vault.unlock({} as never))).toBe('ERR_PASSWORD_INVALID')
    const slot = { kind: 'fingerprint' } as never
    expect(await codeOf(slotsOf(seat).add({ with: patient, slot }))).toBe('ERR_PASSWORD_INVALID')
  })

  test('a new password whose answer was lost is in effect, here too', async () => {
    const { seat, patient } = await enrolled()
    const { id } = await stage.save({ name: 'x' }, seat)
    const slot = { kind: 'password', handle: patient.handle, password: 'the second pass phrase' } as const
    seat.transport.mutator = {
      response: (_, { method }) => (method === 'PUT' ? answer(502, 'gateway') : undefined),
    }
    await slotsOf(seat).add({ with: patient, slot })
    expect(await seat.vault.load(Intake, id)).toMatchObject({ name: 'x' })
    await (await stage.sit()).vault.unlock(slot)
  })
}
