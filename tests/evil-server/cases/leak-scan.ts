/**
 * I1, A74, A79: nothing that is secret is in any request, error, database or line of the console, in any encoding; and the
 * scanner that says so finds what it must.
 */
import { Buffer } from 'node:buffer'
import { describe, expect, test, vi } from 'vitest'
import { createLeakScan, type Encoding, scanValue } from '../../support/leak-scan.ts'
import { Intake, Ledger } from '../../support/models.ts'
import { isFor } from '../support/forge.ts'
import { readDatabase } from '../support/database.ts'
import { expectCode } from '../support/oracles.ts'
import { CANARIES, createWorld, expectNoLeak } from '../support/world.ts'

const world = await createWorld()

/** Raw key material that passes through WebCrypto while `work` runs. */
async function collectKeys<T>(work: () => Promise<T>): Promise<{ result: T; keys: Record<string, Uint8Array> }> {
  const keys: Record<string, Uint8Array> = {}
  const real = crypto.subtle.importKey.bind(crypto.subtle) as (...args: unknown[]) => Promise<CryptoKey>
  const spy = vi.spyOn(crypto.subtle, 'importKey').mockImplementation((async (...args: unknown[]) => {
    const [format, bytes, algorithm] = args
    if (format === 'raw' && algorithm !== 'Ed25519') {
      keys[`${String(algorithm)} key ${Object.keys(keys).length}`] = new Uint8Array(bytes as Uint8Array)
    }
    return real(...args)
  }) as never)
  try {
    return { result: await work(), keys }
  } finally {
    spy.mockRestore()
  }
}

describe('the scanner', () => {
  const secret = 'Żółw "x"/\n 219-09-9141'
  const bytes = Buffer.from(secret)
  const around = (shift: number): Buffer => Buffer.concat([Buffer.alloc(shift, 7), bytes, Buffer.alloc(5, 9)])
  const found = (data: string | Uint8Array): Encoding[] =>
    createLeakScan({ secret })('here', data).map((leak) => leak.encoding)

  test.each<[string, Encoding, string | Uint8Array]>([
    ['text', 'utf-8', `before ${secret} after`],
    ['UTF-8 bytes', 'utf-8', around(3)],
    ['UTF-16LE bytes at an odd offset', 'utf-16le', Buffer.concat([Buffer.alloc(3), Buffer.from(secret, 'utf16le')])],
    ['UTF-16BE bytes', 'utf-16be', Buffer.from(secret, 'utf16le').swap16()],
    ['base64, first alignment', 'base64', around(0).toString('base64')],
    ['base64, second alignment', 'base64', around(1).toString('base64')],
    ['base64, third alignment', 'base64', around(2).toString('base64')],
    ['base64 in a file', 'base64', Buffer.from(around(4).toString('base64'))],
    ['base64url, first alignment', 'base64url', around(3).toString('base64url')],
    ['base64url, second alignment', 'base64url', around(4).toString('base64url')],
    ['base64url, third alignment', 'base64url', around(5).toString('base64url')],
    ['hex', 'hex', around(1).toString('hex')],
    ['hex in capitals', 'hex', around(1).toString('hex').toUpperCase()],
    ['an encoded URL', 'percent', `https://x.example/?q=${encodeURIComponent(secret)}`],
    [
      'a URL that encodes every byte',
      'percent',
      [...bytes].map((b) => `%${b.toString(16).padStart(2, '0')}`.toUpperCase()).join(''),
    ],
    ['JSON', 'json', JSON.stringify({ name: secret })],
    [
      'JSON in ASCII',
      'json',
      JSON.stringify(secret).replaceAll(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ],
    ['JSON of bytes', 'byte list', JSON.stringify([...around(2)])],
  ])('finds a secret in %s', (_, encoding, data) => {
    expect(found(data)).toContain(encoding)
  })

  test('finds secret bytes, tells where, and does not repeat them', () => {
    const scan = createLeakScan({ key: Uint8Array.of(1, 2, 3, 250, 251, 252, 253) })
    const leaks = scan('the log', Buffer.from([0, 0, 1, 2, 3, 250, 251, 252, 253]))
    expect(leaks).toEqual([{ secret: 'key', encoding: 'utf-8', where: 'the log', offset: 2 }])
    expect(scan('the log', 'AAECA_r7_P0').map(({ encoding }) => encoding)).toEqual(['base64url'])
  })

  test('finds nothing where nothing is, and refuses secrets that chance would find', () => {
    expect(found('219-09-9142 Zolw')).toEqual([])
    const noise = crypto.getRandomValues(new Uint8Array(65_536))
    expect(createLeakScan(CANARIES)('noise', noise)).toEqual([])
    expect(() => createLeakScan({ pin: '12345' })).toThrow(RangeError)
  })

  test('reaches every corner of a value', () => {
    const scan = createLeakScan({ secret })
    const error = new Error('x', { cause: new Map([[1, { a: [new TextEncoder().encode(secret)] }]]) })
    const hidden = Object.defineProperty({}, Symbol('s'), { value: secret, enumerable: false })
    const cyclic: Record<string, unknown> = { [secret]: 1 }
    cyclic['self'] = cyclic
    for (const value of [error, hidden, cyclic, new Error(secret), new Set([secret]), Buffer.from(secret).buffer]) {
      expect(scanValue(scan, 'value', value)).not.toEqual([])
    }
  })
})

describe('a whole life of an account', () => {
  const secrets: Record<string, string> = { ...CANARIES }
  const record = {
    name: CANARIES.name,
    ssn: CANARIES.ssn,
    notes: `${CANARIES.note} ${CANARIES.phone}`,
    birthDate: new Date(CANARIES.birthDate),
    resource: { telecom: [{ value: CANARIES.phone }], born: CANARIES.birthDate },
    address: { lines: [CANARIES.note] },
    secretForUs: CANARIES.phone,
    billing: 'invoice of the canary',
    updated: new Date(0),
  }

  test('A74 A79 leaves no secret in a request or in the database, whatever happens', async () => {
    const { result, keys } = await collectKeys(async () => {
      const { person, device } = await world.enrol('canary')
      const { vault, net, database } = device
      const [saved] = await vault.saveMany(Intake, [record])
      if (saved?.ok !== true) throw new Error('not saved')
      const { id } = saved.value
      await vault.load(Intake, id)
      net.offline = true
      await vault.saveMany(Intake, [{ ...record, id }])
      await vault.load(Intake, id, { from: 'device' })
      net.offline = false
      net.mutator = { request: () => ({ status: 500, body: `{"code":"ERR_SERVER","debug":true}` }) }
      await expectCode(vault.drain(), 'ERR_SERVER')
      net.mutator = {}
      await vault.drain()
      await vault.lock()
      await expectCode(vault.unlock({ handle: person.handle, password: `${person.password}!` }), 'ERR_UNLOCK_FAILED')
      await vault.unlock({ handle: person.handle, password: person.password })
      await vault.openMany(Intake, await valuesOf(vault.sealMany(Intake, [record])))
      await vault.remove(Intake, id)
      return { person, device, rows: await readDatabase(database) }
    })
    const { person, device, rows } = result
    secrets['password'] = person.password
    secrets['recovery code'] = person.recoveryCode
    secrets['recovery code without hyphens'] = person.recoveryCode.replaceAll('-', '')
    expect(Object.keys(keys).length).toBeGreaterThan(5)
    expect(device.net.log.length).toBeGreaterThan(10)
    expect(Object.values(rows).flat().length).toBeGreaterThan(1)
    expectNoLeak({ ...secrets, ...keys }, 'the requests', device.net.log)
    expectNoLeak({ ...secrets, ...keys }, 'the database', rows)

    // The server is told the handle and what proves it in exactly these requests, and nothing of them is kept here.
    const logins = device.net.log.filter(
      (one) => isFor(one, 'POST', '/v1/sessions') || isFor(one, 'POST', '/v1/accounts'),
    )
    const proofs = logins.flatMap(({ body = '' }) => [...body.matchAll(/"secret":"([\w-]{43})"/g)])
    const proof = Object.fromEntries(proofs.map(([, secret], index) => [`secret ${index}`, secret as string]))
    expect(Object.keys(proof).length).toBeGreaterThan(3)
    const others = device.net.log.filter((one) => !logins.includes(one))
    expectNoLeak(proof, 'requests that are no login', others)
    expectNoLeak({ ...proof, handle: person.handle, invoice: record.billing }, 'the database', rows)
    const named = others.filter((one) => !isFor(one, 'POST', '/v1/kdf'))
    expectNoLeak({ handle: person.handle }, 'requests that name nobody', named)
    expectNoLeak(
      { handle: person.handle, ...proof },
      'addresses and headers',
      device.net.log.map(({ path, headers }) => [path, headers]),
    )
  })

  test('A79 says nothing of its input in an error', async () => {
    const { person, device } = await world.enrol('clumsy')
    const { vault } = device
    const all = { ...secrets, password: person.password, handle: person.handle, code: person.recoveryCode }
    const errors: unknown[] = []
    const note = async (call: Promise<unknown>): Promise<void> => {
      const outcome = await call.catch((error: unknown) => [{ error }])
      errors.push(...(outcome as { error?: unknown }[]).map(({ error }) => error))
    }
    for (const bad of [
      { notes: `${CANARIES.note}\uD800` },
      { weight: CANARIES.ssn },
      { [CANARIES.name]: 1 },
      { birthDate: CANARIES.birthDate },
      { resource: { [CANARIES.note]: new Map([[CANARIES.name, 1]]) } },
      { id: CANARIES.note },
      { updated: CANARIES.birthDate },
    ]) {
      await note(vault.saveMany(Intake, [bad as never]))
      await note(vault.openMany(Intake, [{ ...bad, $seal: CANARIES.note } as never]))
    }
    await note(vault.load(Intake, CANARIES.note))
    await note(vault.load({ name: CANARIES.note } as never, 'x'))
    await note(vault.unlock({ handle: `${person.handle}\uD800`, password: person.password }))
    await note(vault.unlock({ handle: person.handle, password: `${person.password}\uD800` }))
    await note(vault.unlock({ recoveryCode: person.recoveryCode.slice(0, -1) }))
    await note(vault.unlock({ handle: person.handle, password: `not ${person.password}` }))
    await note(vault.enrol({ handle: person.handle, password: person.password }))
    expect(errors.filter((error) => error instanceof Error).length).toBe(errors.length)
    expect(errors.length).toBeGreaterThan(20)
    expectNoLeak(all, 'the errors', errors)
  })

  test('A50 A13 never sends two equal envelopes for equal values', async () => {
    const { device } = await world.enrol('twin')
    await valuesOf(device.vault.saveMany(Ledger, [{ name: CANARIES.name }, { name: CANARIES.name }]))
    const bodies = device.net.log.map(({ body = '' }) => body).join('\n')
    const envelopes = bodies.match(/ls1\.[\w-]{11}\.[\w-]+/g) ?? []
    expect(envelopes.length).toBeGreaterThan(1)
    expect(new Set(envelopes).size).toBe(envelopes.length)
  })
})

async function valuesOf<T>(
  results: Promise<readonly ({ ok: true; value: T } | { ok: false; error: Error })[]>,
): Promise<T[]> {
  return (await results).map((result) => {
    if (!result.ok) throw result.error
    return result.value
  })
}
