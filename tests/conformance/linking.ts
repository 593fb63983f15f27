/** Linking a new device: words that are the same on both, or it does not happen. */
import { expect, test } from 'vitest'
import { type Devices, managed } from '@lockstitch/sdk'
import { createLeakScan, scanValue } from '../support/leak-scan.ts'
import { answer, editJson, type Mutator } from '../support/evil.ts'
import { Intake } from '../support/models.ts'
import { codeOf, type Seat, type Stage } from './stage.ts'

const DEVICE = { pin: '2580', name: 'New phone' }

/** The tests of this part. */
export function linking(stage: Stage): void {
  let count = 0
  const devicesOf = ({ vault }: Seat): Devices => managed(async (...call) => vault.manage(...call)).devices

  async function owner() {
    const old = await stage.sit()
    const patient = { handle: `link-${stage.scope}-${++count}@example.org`, password: 'the first pass phrase' }
    const { recoveryKit } = await old.vault.enrol(patient)
    await old.vault.confirmRecovery(recoveryKit.recoveryCode)
    const { id } = await stage.save({ name: 'Kept' }, old)
    return { old, patient, id, fresh: await stage.sit() }
  }

  /** Both devices up to the words. */
  async function met(old: Seat, fresh: Seat) {
    const { code } = await devicesOf(fresh).requestLink()
    const [shown, seen] = await Promise.all([devicesOf(fresh).linkWords(), devicesOf(old).inspectLink(code)])
    return { code, shown: shown.words, seen: seen.words }
  }

  /** Changes what is read from the mailbox. */
  const onRead = (step: string, message: (honest: string | null) => string | null): Mutator => ({
    response: (response, { method, path }) =>
      method === 'GET' && path.endsWith(`/${step}`)
        ? editJson(response, (body: { message: string | null }) => ({ message: message(body.message) }))
        : undefined,
  })
  const someKey = async (): Promise<string> => {
    const { publicKey } = (await crypto.subtle.generateKey('X25519', false, ['deriveBits'])) as CryptoKeyPair
    const bytes = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey))
    return btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '')
  }

  test('a new device shows the same words, is let in, and is remembered', async () => {
    const { old, patient, id, fresh } = await owner()
    const { code, shown, seen } = await met(old, fresh)
    expect(shown).toHaveLength(6)
    expect(seen).toEqual(shown)
    expect(code).toMatch(/^ls1link\.[\w-]{22}\.[\w-]{43}$/)
    const finishing = devicesOf(fresh).finishLink(DEVICE)
    await devicesOf(old).link({ code, with: patient })
    const { slot } = await finishing
    expect(await fresh.vault.load(Intake, id)).toMatchObject({ name: 'Kept' })
    expect(await stage.save({ name: 'From the new one' }, fresh)).toMatchObject({ state: 'stored' })
    // The way it came by is gone; it goes on with its own, which is named to the old one too.
    expect(await devicesOf(fresh).list()).toMatchObject([{ slot, isCurrent: true, name: 'New phone' }])
    expect(await devicesOf(old).list()).toMatchObject([{ slot, isCurrent: false, name: 'New phone' }])
    await fresh.vault.lock()
    await fresh.vault.unlock({ device: { pin: DEVICE.pin } })
    expect(await fresh.vault.load(Intake, id)).toMatchObject({ name: 'Kept' })
    // The words go over the air from user to user, never over the wire.
    const scan = createLeakScan({ words: shown.join(' '), pin: 'New phone', password: patient.password })
    expect(scanValue(scan, 'requests', [old.transport.log, fresh.transport.log])).toEqual([])
  })

  test('A13: a server that puts its own key in the place of the new device’s is noticed by the old one', async () => {
    const { old, patient, fresh } = await owner()
    const key = await someKey()
    old.transport.mutator = onRead('reveal', (honest) => honest && key)
    const { code } = await devicesOf(fresh).requestLink()
    const words = devicesOf(fresh).linkWords()
    expect(await codeOf(devicesOf(old).inspectLink(code))).toBe('ERR_LINK_FAILED')
    expect(await codeOf(devicesOf(old).link({ code, with: patient }))).toBe('ERR_LINK_FAILED')
    await words
  })

  test('A13: a server that puts its own key in the place of the old device’s gives other words, and opens nothing', async () => {
    const { old, patient, fresh } = await owner()
    const key = await someKey()
    fresh.transport.mutator = onRead('offer', (honest) => honest && key)
    const { code, shown, seen } = await met(old, fresh)
    expect(shown).not.toEqual(seen)
    // Even a user who does not look at the words.
    const finishing = codeOf(devicesOf(fresh).finishLink(DEVICE))
    await devicesOf(old).link({ code, with: patient })
    expect(await finishing).toBe('ERR_LINK_FAILED')
    expect(await devicesOf(old).list()).toEqual([])
  })

  test('another device’s code gives other words', async () => {
    const { old, fresh } = await owner()
    const thief = await stage.sit()
    const [mine, theirs] = [await met(old, fresh), await met(old, thief)]
    expect(mine.shown).not.toEqual(theirs.shown)
    // What was looked at last is what is linked, and nothing else.
    const wrong = devicesOf(old).link({ code: mine.code, with: stage.patient })
    expect(await codeOf(wrong)).toBe('ERR_LINK_FAILED')
  })

  test('a link cannot be used a second time, or replayed to another device', async () => {
    const { old, patient, fresh } = await owner()
    const first = await met(old, fresh)
    let secret: string | null = null
    let login: object | undefined
    fresh.transport.mutator = {
      request: (request) => {
        if (request.path === '/v1/sessions' && request.method === 'POST')
          login ??= JSON.parse(request.body ?? '') as object
        return undefined
      },
      ...onRead('secret', (honest) => (secret = honest)),
    }
    const finishing = devicesOf(fresh).finishLink(DEVICE)
    await devicesOf(old).link({ code: first.code, with: patient })
    await finishing
    expect(secret).not.toBeNull()
    // The login, as a server that keeps everything has it, is used up.
    const headers = { 'content-type': 'application/json' }
    const again = { method: 'POST', path: '/v1/sessions', headers, body: JSON.stringify(login) } as const
    expect((await (await stage.sit()).transport.send(again)).status).toBe(401)
    const other = await stage.sit()
    await met(old, other)
    other.transport.mutator = onRead('secret', () => secret)
    expect(await codeOf(devicesOf(other).finishLink(DEVICE))).toBe('ERR_LINK_FAILED')
  })

  test('a device that was revoked while it was being linked does not get in', async () => {
    const { old, patient, fresh } = await owner()
    const { slot } = await devicesOf(old).add({ with: patient, pin: '13579', name: 'Old' })
    const { code } = await met(old, fresh)
    await devicesOf(old).link({ code, with: patient })
    await devicesOf(old).revoke(slot)
    expect(await codeOf(devicesOf(fresh).finishLink(DEVICE))).toBe('ERR_UNLOCK_FAILED')
    expect(await devicesOf(fresh).remembered()).toEqual([])
  })

  test('links that were not asked for, or whose words nobody has seen, do not happen', async () => {
    const { old, patient, fresh } = await owner()
    expect(await codeOf(devicesOf(old).inspectLink('ls1link.x'))).toBe('ERR_LINK_CODE')
    const { code } = await devicesOf(fresh).requestLink()
    expect(await codeOf(devicesOf(old).link({ code, with: patient }))).toBe('ERR_LINK_FAILED')
    expect(await codeOf(devicesOf(fresh).finishLink(DEVICE))).toBe('ERR_LINK_FAILED')
    expect(await codeOf(devicesOf(fresh).inspectLink(code))).toBe('ERR_LOCKED')
  })

  test('every wait can be given up', async () => {
    const { old, fresh } = await owner()
    const { code } = await devicesOf(fresh).requestLink()
    const giveUp = async (call: (signal: AbortSignal) => Promise<unknown>): Promise<void> => {
      const abort = new AbortController()
      const given = codeOf(call(abort.signal))
      abort.abort()
      expect(await given).toBe('ERR_ABORTED')
    }
    await giveUp((signal) => devicesOf(fresh).linkWords({ signal }))
    await giveUp((signal) => devicesOf(old).inspectLink(code, { signal }))
    // Nothing is spoilt by it on a new one; on the old one it begins with another code.
    const { shown, seen } = await met(old, fresh)
    expect(shown).toEqual(seen)
    await giveUp((signal) => devicesOf(fresh).finishLink(DEVICE, { signal }))
  })

  test('what does not open the account links nothing', async () => {
    const { old, patient, fresh } = await owner()
    const { code } = await met(old, fresh)
    const wrong = { ...patient, password: 'wrong' }
    expect(await codeOf(devicesOf(old).link({ code, with: wrong }))).toBe('ERR_UNLOCK_FAILED')
    old.transport.mutator = { request: (one) => (one.path.endsWith('/secret') ? answer(503, {}) : undefined) }
    expect(await codeOf(devicesOf(old).link({ code, with: patient }))).toBe('ERR_SERVER')
    expect(await devicesOf(old).list()).toEqual([])
  })
}
