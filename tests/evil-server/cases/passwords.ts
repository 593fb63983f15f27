/** A01 to A05, A08: the server names how a password is stretched, and would like to see it. */
import { describe, expect, test, vi } from 'vitest'
import type { ErrorCode, TransportRequest } from '@lockstitch/sdk'
import type { Mutator } from '../../support/evil.ts'
import { edited, instead, joinState, loginOf, splitState } from '../support/forge.ts'
import { editDatabase } from '../support/database.ts'
import { expectCode, expectRefused } from '../support/oracles.ts'
import { createWorld, type Device, expectNoLeak } from '../support/world.ts'

const world = await createWorld()
const { person } = await world.enrol('ada')
const { handle, password } = person
const SALT = 'AAAAAAAAAAAAAAAAAAAAAA'
const GOOD = { hash: 'SHA-256', iterations: 600_000, salt: SALT }

/** How often PBKDF2 ran while the work did. */
async function countStretching(work: () => Promise<unknown>): Promise<number> {
  const spy = vi.spyOn(crypto.subtle, 'deriveBits')
  try {
    await work()
    return spy.mock.calls.filter(([params]) => (params as { name?: string }).name === 'PBKDF2').length
  } finally {
    spy.mockRestore()
  }
}

const paths = ({ net }: Device): string[] => net.log.map(({ method, path }) => `${method} ${path}`)

/** The answer refuses the login before any work: nothing is derived, nothing more is asked, the password is not told. */
async function checkRefusedAtOnce(device: Device, mutator: Mutator, code: ErrorCode = 'ERR_KDF_PARAMS'): Promise<void> {
  const before = device.net.log.length
  const started = performance.now()
  const stretched = await countStretching(() =>
    expectRefused(device, mutator, () => device.vault.unlock({ handle, password }), code),
  )
  expect(stretched).toBe(0)
  expect(performance.now() - started).toBeLessThan(2000)
  expect(paths(device).slice(before)).toEqual(['POST /v1/kdf'])
  expectNoLeak({ password }, 'the requests', device.net.log)
  expect(await device.vault.status()).toEqual({ state: 'locked' })
}

describe('on a device that does not know the account', () => {
  test.each<[string, unknown]>([
    ['A01 1 iteration', { ...GOOD, iterations: 1 }],
    ['A01 5,000 iterations', { ...GOOD, iterations: 5000 }],
    ['A01 one below the floor', { ...GOOD, iterations: 599_999 }],
    ['A01 no iterations', { ...GOOD, iterations: 0 }],
    ['A01 negative iterations', { ...GOOD, iterations: -600_000 }],
    ['A02 iterations as text', { ...GOOD, iterations: '600000' }],
    ['A02 iterations as text with an exponent', { ...GOOD, iterations: '6e5' }],
    ['A02 broken iterations', { ...GOOD, iterations: 600_000.5 }],
    ['A02 iterations in an array', { ...GOOD, iterations: [600_000] }],
    ['A02 iterations in an object', { ...GOOD, iterations: { valueOf: 600_000 } }],
    ['A02 true as iterations', { ...GOOD, iterations: true }],
    ['A02 null as iterations', { ...GOOD, iterations: null }],
    ['A02 no member iterations', { hash: GOOD.hash, salt: GOOD.salt }],
    ['A02 one member too many', { ...GOOD, minIterations: 1 }],
    ['A03 one above the ceiling', { ...GOOD, iterations: 10_000_001 }],
    ['A03 2^32 - 1 iterations', { ...GOOD, iterations: 2 ** 32 - 1 }],
    ['A03 2^32 iterations', { ...GOOD, iterations: 2 ** 32 }],
    ['A03 2^53 iterations', { ...GOOD, iterations: 2 ** 53 }],
    ['A04 SHA-1', { ...GOOD, hash: 'SHA-1' }],
    ['A04 MD5', { ...GOOD, hash: 'MD5' }],
    ['A04 SHA-512', { ...GOOD, hash: 'SHA-512' }],
    ['A04 sha-256 in small letters', { ...GOOD, hash: 'sha-256' }],
    ['A04 no hash', { ...GOOD, hash: 'none' }],
    ['A04 null as hash', { ...GOOD, hash: null }],
    ['A04 no member hash', { iterations: GOOD.iterations, salt: GOOD.salt }],
    ['A05 an empty salt', { ...GOOD, salt: '' }],
    ['A05 a salt of one byte', { ...GOOD, salt: 'AA' }],
    ['A05 a salt of 15 bytes', { ...GOOD, salt: 'A'.repeat(20) }],
    ['A05 a salt of 65 bytes', { ...GOOD, salt: 'A'.repeat(87) }],
    ['A05 a salt that is not base64url', { ...GOOD, salt: `${SALT.slice(0, -1)}=` }],
    ['A05 a salt with trailing bits', { ...GOOD, salt: `${SALT.slice(0, -1)}B` }],
    ['A05 a salt of bytes', { ...GOOD, salt: Array.from({ length: 16 }, () => 0) }],
    ['A04 an array', [GOOD]],
    ['A04 null', null],
    ['A04 no member at all', {}],
    ['A04 text in JSON', '"SHA-256"'],
  ])('%s', async (_, params) => {
    await checkRefusedAtOnce(world.device(), instead('POST', '/v1/kdf', 200, params))
  })

  test.each<[string, string, ErrorCode]>([
    ['A02 1e400', `{"hash":"SHA-256","iterations":1e400,"salt":"${SALT}"}`, 'ERR_KDF_PARAMS'],
    ['A02 -0', `{"hash":"SHA-256","iterations":-0,"salt":"${SALT}"}`, 'ERR_KDF_PARAMS'],
    [
      'A02 the floor, then 1',
      `{"iterations":600000,"hash":"SHA-256","salt":"${SALT}","iterations":1}`,
      'ERR_KDF_PARAMS',
    ],
    ['A02 __proto__', `{"hash":"SHA-256","salt":"${SALT}","__proto__":{"iterations":600000}}`, 'ERR_KDF_PARAMS'],
    ['A04 NaN', `{"hash":"SHA-256","iterations":NaN,"salt":"${SALT}"}`, 'ERR_PROTOCOL'],
    ['A04 half an answer', `{"hash":"SHA-256","iterations":600000,"sa`, 'ERR_PROTOCOL'],
    ['A04 an empty body', '', 'ERR_PROTOCOL'],
    ['A04 HTML', '<!doctype html><title>Sign in</title>', 'ERR_PROTOCOL'],
  ])('%s', async (_, body, code) => {
    await checkRefusedAtOnce(world.device(), instead('POST', '/v1/kdf', 200, body), code)
  })

  test.each<[number, unknown, ErrorCode]>([
    [301, { legacy: true }, 'ERR_PROTOCOL'],
    [400, { code: 'ERR_FORMAT_INVALID' }, 'ERR_REJECTED_BY_SERVER'],
    [404, { legacy: true, loginUrl: '/v0/login' }, 'ERR_PROTOCOL'],
    [410, '', 'ERR_PROTOCOL'],
    [426, { code: 'ERR_FORMAT_VERSION' }, 'ERR_REJECTED_BY_SERVER'],
    [500, { code: 'USE_PASSWORD_LOGIN' }, 'ERR_SERVER'],
    [503, '', 'ERR_SERVER'],
    [204, '', 'ERR_PROTOCOL'],
  ])('A08 no other way to log in after %i %j', async (status, body, code) => {
    await checkRefusedAtOnce(world.device(), instead('POST', '/v1/kdf', status, body), code)
    const late = world.device()
    late.net.mutator = instead('POST', '/v1/sessions', status, body)
    await expectCode(late.vault.unlock({ handle, password }), code)
    expect(paths(late)).toEqual(['POST /v1/kdf', 'POST /v1/sessions'])
    expectNoLeak({ password }, 'the requests', late.net.log)
  })

  test('A05 the same salt for everybody does not give two people one login', async () => {
    const shared = instead('POST', '/v1/kdf', 200, GOOD)
    const secrets = await Promise.all(
      ['ada@example.org', 'eve@example.org'].map(async (name) => {
        const device = world.device()
        device.net.mutator = shared
        await expectCode(device.vault.unlock({ handle: name, password }), 'ERR_UNLOCK_FAILED')
        return secretOf(device.net.log)
      }),
    )
    expect(secrets[0]).toMatch(/^[\w-]{43}$/)
    expect(secrets[0]).not.toBe(secrets[1])
  })

  test('A05 a changed salt opens nothing', async () => {
    const device = world.device()
    device.net.mutator = edited('POST', '/v1/kdf', (params: object) => ({ ...params, salt: SALT }))
    await expectCode(device.vault.unlock({ handle, password }), 'ERR_UNLOCK_FAILED')
    device.net.mutator = {}
    await device.vault.unlock({ handle, password })
  })

  test('A05 the login secret opens no slot', async () => {
    const device = world.device()
    await device.vault.unlock({ handle, password })
    const secret = Uint8Array.from(Buffer.from(secretOf(device.net.log), 'base64url'))
    const { state } = JSON.parse((await device.net.send(loginOf(device.net.log))).body) as { state: string }
    const { slots } = JSON.parse(Buffer.from(state.split('.')[1] ?? '', 'base64url').toString()) as {
      slots: { wrapped: string }[]
    }
    const key = await crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['decrypt'])
    for (const { wrapped } of slots) {
      const bytes = Uint8Array.from(Buffer.from(wrapped, 'base64url'))
      const opening = crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.subarray(0, 12) }, key, bytes.subarray(12))
      await expect(opening).rejects.toThrow(DOMException)
    }
  })
})

describe('on a device that knows the account', () => {
  /** A device that has seen the account, and is locked. */
  async function known(): Promise<Device> {
    const device = world.device()
    await device.vault.unlock({ handle, password })
    await device.vault.lock()
    device.net.log.length = 0
    return device
  }

  test('A01 fewer iterations than it has seen are refused, although they are above the floor', async () => {
    const device = await known()
    // What it has seen is raised as a later version of this client, with a higher floor, would have left it.
    await editDatabase(device.database, 'accounts', (row: { stateText: string }) => {
      const { state, signature } = splitState(row.stateText)
      const raised = JSON.stringify(state).replace('"iterations":600000', '"iterations":700000')
      return { ...row, stateText: joinState(raised, signature) }
    })
    await checkRefusedAtOnce(device, {})
  })

  test.each([1, 599_999, 10_000_001])(
    'A01 A03 %i iterations are refused, and the next honest answer works',
    async (iterations) => {
      const device = await known()
      await checkRefusedAtOnce(
        device,
        edited('POST', '/v1/kdf', (params: object) => ({ ...params, iterations })),
      )
      await device.vault.unlock({ handle, password })
    },
  )

  test('A01 A08 what the device remembers is used only when there is no server, and proves no wrong password right', async () => {
    const device = await known()
    device.net.mutator = instead('POST', '/v1/kdf', 404, { code: 'ERR_RECORD_NOT_FOUND' })
    await expectCode(device.vault.unlock({ handle, password }), 'ERR_REJECTED_BY_SERVER')
    device.net.mutator = { request: () => ({ status: 503, body: '' }) }
    await expectCode(device.vault.unlock({ handle, password: `${password}!` }), 'ERR_UNLOCK_FAILED')
    await device.vault.unlock({ handle, password })
    device.net.offline = true
    await expectCode(device.vault.unlock({ handle, password: `${password}!` }), 'ERR_UNLOCK_FAILED')
    await device.vault.unlock({ handle, password })
  })
})

function secretOf(log: readonly TransportRequest[]): string {
  return (JSON.parse(loginOf(log).body ?? '') as { secret: string }).secret
}
