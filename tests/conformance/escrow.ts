/** Escrow: custodians who open an account together, once they were asked, have agreed, and time has passed. */
import { afterAll, expect, test } from 'vitest'
import { type CardInfo, managed, type MadeRequest, type Managed } from '@lockstitch/sdk'
import { evil, type EvilTransport } from '../support/evil.ts'
import { Intake } from '../support/models.ts'
import { codeOf, type Device, type Environment, only } from './stage.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A device, and the network between it and the server whose clock is moved. */
interface Seat extends Device {
  readonly transport: EvilTransport
}

/** Somebody with an account, on a device. */
interface Person extends Pick<Managed, 'slots' | 'escrow'> {
  readonly seat: Seat
  readonly handle: string
  readonly password: string
  readonly account: string
}

const secretOf = ({ handle, password }: Person): Pick<Person, 'handle' | 'password'> => ({ handle, password })

/** The tests of this part. */
export function escrow(name: string, environment: Environment): void {
  const { clocked } = environment
  const scope = `${name}-escrow-${Math.floor(performance.timeOrigin)}`.replaceAll(' ', '-')
  const seats: Seat[] = []
  let count = 0
  afterAll(async () => void (await Promise.all(seats.map((one) => one.dispose()))))

  async function sit(): Promise<Seat & Managed> {
    const device = `${scope}-${++count}`
    const transport = evil(clocked.wire(device))
    const seat = { ...(await environment.makeVault(transport, device)), transport }
    seats.push(seat)
    return { ...seat, ...managed(async (...call) => seat.vault.manage(...call)) }
  }

  async function enrolled(): Promise<Person> {
    const { slots, escrow: calls, ...seat } = await sit()
    const handle = `person-${scope}-${++count}@example.org`
    const password = `pass phrase of ${handle}`
    const { recoveryKit } = await seat.vault.enrol({ handle, password })
    await seat.vault.confirmRecovery(recoveryKit.recoveryCode)
    return { seat, slots, escrow: calls, handle, password, account: recoveryKit.account }
  }

  const pass = async (ms: number): Promise<void> => clocked.advance(ms)

  /** A patient with custodians of whom `threshold` are needed. */
  async function entrusted(custodians: readonly Person[], threshold = 2, delayMs = DAY): Promise<Person> {
    const patient = await enrolled()
    const cards = await Promise.all(custodians.map(async (one) => (await one.escrow.card()).card))
    await patient.escrow.configure({ with: secretOf(patient), custodians: cards, threshold, delayMs })
    return patient
  }

  async function approve(custodian: Person, patient: Person, { digits }: MadeRequest): Promise<void> {
    const held = (await custodian.escrow.list()).custody.find(({ account }) => account === patient.account)
    const request = held?.requests.at(-1)?.id as string
    await custodian.escrow.approve({ account: patient.account, request, digits })
  }

  let enrolling: Promise<readonly [Person, Person, Person]> | undefined
  /** The same three custodians in every test. */
  const three = (): Promise<readonly [Person, Person, Person]> =>
    (enrolling ??= Promise.all([enrolled(), enrolled(), enrolled()]))
  const isHolding = async (one: Person, { account }: Person): Promise<boolean> =>
    (await one.escrow.list()).custody.some((held) => held.account === account)

  test('two of three custodians give an account back to a patient who lost everything', async () => {
    const [anna, ben, carla] = await three()
    const patient = await entrusted([anna, ben, carla])
    const { id } = await only(patient.seat.vault.saveMany(Intake, [{ name: 'Before' }]))
    await patient.seat.vault.lock()
    const fresh = await sit()
    const request = await fresh.escrow.request({ handle: patient.handle.toUpperCase() })
    expect(request.digits).toMatch(/^([0-9]{5} ){5}[0-9]{5}$/)
    expect(await fresh.escrow.follow(request.code)).toEqual({ state: 'waiting', digits: request.digits, damaged: [] })
    await approve(anna, patient, request)
    await pass(2 * DAY)
    const order = { code: request.code, handle: patient.handle, password: 'never forgotten again' }
    expect(await codeOf(fresh.escrow.recover(order))).toBe('ERR_ESCROW_WAITING')
    await approve(carla, patient, request)
    expect(await fresh.escrow.follow(request.code)).toEqual({ state: 'released', digits: request.digits, damaged: [] })
    await fresh.escrow.recover(order)
    expect(await fresh.vault.status()).toMatchObject({ state: 'unlocked', account: patient.account })
    expect(await fresh.vault.load(Intake, id)).toMatchObject({ name: 'Before' })
    expect((await fresh.slots.list()).map(({ kind, isCurrent }) => [kind, isCurrent])).toEqual([
      ['recovery', false],
      ['password', true],
    ])
    // What was there before opens nothing any more, and neither does the request.
    const other = await sit()
    expect(await codeOf(other.vault.unlock(secretOf(patient)))).toBe('ERR_UNLOCK_FAILED')
    await other.vault.unlock({ handle: order.handle, password: order.password })
    expect(await other.vault.load(Intake, id)).toMatchObject({ name: 'Before' })
    expect(await codeOf(other.escrow.follow(request.code))).toBe('ERR_ESCROW_ENDED')
    expect(await isHolding(anna, patient)).toBe(false)
  })

  test('approvals without the time that the patient chose release nothing', async () => {
    const custodians = await three()
    const patient = await entrusted(custodians, 2, 7 * DAY)
    const fresh = await sit()
    const request = await fresh.escrow.request({ handle: patient.handle })
    for (const one of custodians) await approve(one, patient, request)
    await pass(7 * DAY - HOUR)
    expect((await fresh.escrow.follow(request.code)).state).toBe('waiting')
    await pass(HOUR)
    expect((await fresh.escrow.follow(request.code)).state).toBe('released')
  })

  test('the patient sees a request and ends it; then nobody gets in', async () => {
    const custodians = await three()
    const patient = await entrusted(custodians)
    const thief = await sit()
    const request = await thief.escrow.request({ handle: patient.handle })
    for (const one of custodians) await approve(one, patient, request)
    const [seen] = (await patient.escrow.list()).requests
    expect(seen).toMatchObject({ released: false })
    expect(new Set(seen?.approvals)).toEqual(new Set(custodians.map(({ account }) => account)))
    expect((seen?.opens?.getTime() ?? 0) - (seen?.created.getTime() ?? 0)).toBe(DAY)
    await patient.escrow.cancel(seen?.id as string)
    await patient.escrow.cancel(seen?.id as string)
    await pass(2 * DAY)
    expect((await thief.escrow.follow(request.code)).state).toBe('cancelled')
    const order = { code: request.code, handle: patient.handle, password: 'mine now' }
    expect(await codeOf(thief.escrow.recover(order))).toBe('ERR_ESCROW_ENDED')
    expect(await thief.vault.status()).toEqual({ state: 'locked' })
    expect((await patient.escrow.list()).requests).toEqual([])
    expect((await patient.escrow.list()).escrow).toMatchObject({ threshold: 2, delayMs: DAY })
  })

  test('a request that was released cannot be cancelled, but the escrow can be removed', async () => {
    const custodians = await three()
    const patient = await entrusted(custodians)
    const thief = await sit()
    const request = await thief.escrow.request({ handle: patient.handle })
    for (const one of custodians) await approve(one, patient, request)
    await pass(DAY)
    expect((await thief.escrow.follow(request.code)).state).toBe('released')
    const { requests, escrow: own } = await patient.escrow.list()
    expect(await codeOf(patient.escrow.cancel(requests[0]?.id as string))).toBe('ERR_ESCROW_RELEASED')
    await patient.slots.remove(own?.slot as string)
    const order = { code: request.code, handle: patient.handle, password: 'mine now' }
    expect(await codeOf(thief.escrow.recover(order))).toBe('ERR_ESCROW_ENDED')
    expect((await patient.escrow.list()).escrow).toBeNull()
  })

  test('an escrow is no way in of the owner', async () => {
    const custodians = await three()
    const patient = await entrusted(custodians)
    for (const { id } of (await patient.slots.list()).filter(({ kind }) => kind !== 'escrow'))
      expect(await codeOf(patient.slots.remove(id))).toBe('ERR_SLOT_NEEDED')
    expect((await patient.slots.list()).map(({ kind }) => kind)).toEqual(['password', 'recovery', 'escrow'])
  })

  test('another escrow takes the place of the first, and approvals for the first count no more', async () => {
    const custodians = await three()
    const patient = await entrusted(custodians)
    const fresh = await sit()
    const request = await fresh.escrow.request({ handle: patient.handle })
    for (const one of custodians) await approve(one, patient, request)
    const cards = await Promise.all(custodians.slice(1).map(async (one) => (await one.escrow.card()).card))
    await patient.escrow.configure({ with: secretOf(patient), custodians: cards, threshold: 2, delayMs: HOUR })
    await pass(2 * DAY)
    expect((await fresh.escrow.follow(request.code)).state).toBe('waiting')
    expect(await isHolding(custodians[0], patient)).toBe(false)
    for (const one of custodians.slice(1)) await approve(one, patient, request)
    expect((await fresh.escrow.follow(request.code)).state).toBe('released')
    expect((await patient.slots.list()).filter(({ kind }) => kind === 'escrow')).toHaveLength(1)
  })

  test('of two requests at once each has its own digits, and an approval is for one of them', async () => {
    const custodians = await three()
    const [anna] = custodians
    const patient = await entrusted(custodians)
    const [one, two] = await Promise.all([sit(), sit()])
    const [mine, theirs] = await Promise.all([
      one.escrow.request({ handle: patient.handle }),
      two.escrow.request({ handle: patient.handle }),
    ])
    expect(mine.digits).not.toBe(theirs.digits)
    const seen = (await anna.escrow.list()).custody.find(({ account }) => account === patient.account)?.requests ?? []
    expect(seen).toHaveLength(2)
    const order = { account: patient.account, digits: mine.digits }
    const outcomes = await Promise.all(seen.map(({ id }) => codeOf(anna.escrow.approve({ ...order, request: id }))))
    expect(outcomes.toSorted()).toEqual(['ERR_ESCROW_DIGITS', 'no error'])
    const digits = mine.digits.replaceAll(' ', '-')
    expect(await codeOf(anna.escrow.approve({ ...order, digits, request: 'A'.repeat(22) }))).toBe('ERR_ESCROW_ENDED')
  })

  test('nobody learns whether a handle exists, has an escrow, or was asked for', async () => {
    const patient = await entrusted(await three())
    const plain = await enrolled()
    const fresh = await sit()
    for (const handle of [patient.handle, plain.handle, `nobody-${scope}@example.org`]) {
      const request = await fresh.escrow.request({ handle })
      expect(await fresh.escrow.follow(request.code)).toEqual({ state: 'waiting', digits: request.digits, damaged: [] })
    }
    const asked = fresh.transport.log.filter(({ path }) => path === '/v1/escrow/identity')
    expect(asked).toHaveLength(3)
  })

  test('what makes no escrow is refused before anything is changed', async () => {
    const [anna, ben] = await three()
    const patient = await enrolled()
    const [a, b, own] = await Promise.all([anna, ben, patient].map(async (one) => (await one.escrow.card()).card))
    const cards = [a, b] as string[]
    const rule = { with: secretOf(patient), custodians: cards, threshold: 2, delayMs: DAY }
    for (const wrong of [
      { custodians: [a] as string[] },
      { custodians: [a, a] as string[] },
      { custodians: [a, own] as string[] },
      { threshold: 1 },
      { threshold: 3 },
      { threshold: 1.5 },
      { delayMs: HOUR - 1 },
      { delayMs: 30 * DAY + 1 },
      { delayMs: Number.NaN },
    ])
      expect([wrong, await codeOf(patient.escrow.configure({ ...rule, ...wrong }))]).toEqual([wrong, 'ERR_ESCROW_RULE'])
    const forged = `${a?.slice(0, -3)}${a?.endsWith('AAA') === true ? 'BBA' : 'AAA'}`
    expect(await codeOf(patient.escrow.configure({ ...rule, custodians: [forged, b as string] }))).toBe(
      'ERR_ESCROW_CARD',
    )
    const stranger = { ...rule, with: { ...secretOf(patient), password: 'wrong' } }
    expect(await codeOf(patient.escrow.configure(stranger))).toBe('ERR_UNLOCK_FAILED')
    expect((await patient.escrow.list()).escrow).toBeNull()
  })

  test('a card has the digits of its account for everybody', async () => {
    const [anna, ben] = await three()
    const patient = await entrusted([anna, ben])
    const own = await anna.escrow.card()
    const read: CardInfo = await patient.escrow.inspect(` ${own.card}\n`)
    expect(read).toEqual({ account: anna.account, digits: own.digits })
    const held = (await ben.escrow.list()).custody.find(({ account }) => account === patient.account)
    expect(held).toMatchObject({ account: patient.account, digits: (await patient.escrow.card()).digits })
    expect(await codeOf(patient.escrow.inspect(own.card.slice(0, -1)))).toBe('ERR_ESCROW_CARD')
    expect(await codeOf(patient.escrow.inspect('hello'))).toBe('ERR_ESCROW_CARD')
  })
}
