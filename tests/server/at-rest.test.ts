/** The local KMS and the sealing of values at rest. */
import crypto from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { type AtRestKey, createKeyring, type Kms, openLocalKms } from '@lockstitch/sdk/server'

const folder = () => mkdtempSync(join(tmpdir(), 'lockstitch-key-'))
const context = { purpose: 'test', account: 'a' }
const secret = () => new Uint8Array(32).fill(5)

describe('the local KMS', () => {
  test('makes its key once, for its user alone', async () => {
    const path = join(folder(), 'master.key')
    const wrapped = await openLocalKms({ path, ifMissing: 'create' }).wrap(secret(), context)
    const text = readFileSync(path, 'utf8')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(path, '..'))).toEqual(['master.key'])
    const again = openLocalKms({ path, ifMissing: 'fail' })
    expect(await again.unwrap(wrapped, context)).toEqual(secret())
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('does not start without the key that data is sealed under, or with one that others can read', () => {
    const path = join(folder(), 'master.key')
    expect(() => openLocalKms({ path, ifMissing: 'fail' })).toThrow('the master key file is missing')
    openLocalKms({ path, ifMissing: 'create' })
    for (const mode of [0o640, 0o604, 0o660, 0o666]) {
      chmodSync(path, mode)
      expect(() => openLocalKms({ path, ifMissing: 'create' })).toThrow('open to others')
    }
    chmodSync(path, 0o400)
    expect(() => openLocalKms({ path, ifMissing: 'create' })).not.toThrow()
    const link = join(folder(), 'master.key')
    symlinkSync(path, link)
    expect(() => openLocalKms({ path: link, ifMissing: 'create' })).toThrow('cannot be read')
  })

  test('does not start with a damaged key, and leaves it as it is', () => {
    const path = join(folder(), 'master.key')
    openLocalKms({ path, ifMissing: 'create' })
    const good = readFileSync(path, 'utf8')
    for (const text of [
      '',
      'lsk1.',
      good.slice(0, -3),
      `${good}x`,
      good.replace('lsk1', 'lsk2'),
      `lsk1.${'!'.repeat(43)}\n`,
    ]) {
      writeFileSync(path, text)
      expect(() => openLocalKms({ path, ifMissing: 'create' })).toThrow('does not hold a master key')
      expect(readFileSync(path, 'utf8')).toBe(text)
    }
  })

  test('leaves a key that it unwrapped in no other memory than its caller’s', async () => {
    const kms = openLocalKms({ path: join(folder(), 'master.key'), ifMissing: 'create' })
    const wrapped = await kms.wrap(secret(), context)
    const update = vi.spyOn(crypto.Decipheriv.prototype, 'update')
    const unwrapped = await kms.unwrap(wrapped, context)
    const given = update.mock.results.map(({ value }) => [...(value as Buffer)])
    update.mockRestore()
    expect(unwrapped).toEqual(secret())
    expect(given).toEqual([[...new Uint8Array(32)]])
  })

  test('unwraps only what it wrapped, for the same purpose', async () => {
    const kms = openLocalKms({ path: join(folder(), 'master.key'), ifMissing: 'create' })
    const other = openLocalKms({ path: join(folder(), 'master.key'), ifMissing: 'create' })
    const wrapped = await kms.wrap(secret(), context)
    expect(await kms.unwrap(wrapped, { account: 'a', purpose: 'test' })).toEqual(secret())
    const fails = (by: Kms, bytes: Uint8Array<ArrayBuffer>, given: Record<string, string>) =>
      expect(by.unwrap(bytes, given)).rejects.toMatchObject({ code: 'ERR_OPEN_FAILED' })
    await fails(other, wrapped, context)
    await fails(kms, wrapped, { ...context, account: 'b' })
    await fails(kms, wrapped, { purpose: 'test' })
    await fails(kms, wrapped, { purpose: 'testaccount', '': 'a' })
    for (let length = 0; length < wrapped.length; length += 7) await fails(kms, wrapped.slice(0, length), context)
    for (let index = 0; index < wrapped.length; index++) {
      await fails(
        kms,
        wrapped.map((byte, at) => (at === index ? byte ^ 1 : byte)),
        context,
      )
    }
  })
})

describe('the keyring', () => {
  const place = { model: 'intake', id: 'r1', path: 'insurer' }
  const start = (options: { cacheMs?: number } = {}) => {
    const rows = new Map<string, AtRestKey[]>()
    const local = openLocalKms({ path: join(folder(), 'master.key'), ifMissing: 'create' })
    const calls = { unwrap: 0, down: false }
    const kms: Kms = {
      wrap: (...given) => local.wrap(...given),
      unwrap: (...given) => {
        calls.unwrap += 1
        return calls.down ? Promise.reject(new Error('down')) : local.unwrap(...given)
      },
    }
    const clock = { now: 0 }
    const store = {
      list: async (account: string) => rows.get(account) ?? [],
      add: async (account: string, key: AtRestKey) => void rows.set(account, [...(rows.get(account) ?? []), key]),
    }
    const open = () => createKeyring({ kms, store, now: () => clock.now, ...options })
    return { rows, calls, clock, open, keyring: open() }
  }

  test('opens what it sealed, also after a restart and after a newer key', async () => {
    const { keyring, rows, open, clock } = start()
    const values = ['Acme', '', null, 0, -0, 1.5e-7, [1, { a: 'b' }], { __proto: 1 }, '\u0000\u{1f600}']
    const cipher = await keyring.cipher('a')
    const tokens = values.map((value) => cipher.seal(place, value))
    expect(tokens.every((token) => /^lsr1\.[\w-]{22}\.[\w-]+$/.test(token))).toBe(true)
    clock.now += 1
    rows.set('a', [...(rows.get('a') ?? []), await keyring.generateKey('a')])
    const later = await open().cipher('a')
    expect(tokens.map((token) => later.open(place, token))).toEqual(values)
    expect(later.seal(place, 'x').split('.')[1]).toBe(rows.get('a')?.[1]?.id)
  })

  test('seals equal values to different tokens, and opens each only in its place', async () => {
    const { keyring } = start()
    const cipher = await keyring.cipher('a')
    const token = cipher.seal(place, 'Acme')
    expect(cipher.seal(place, 'Acme')).not.toBe(token)
    const failed = expect.objectContaining({ code: 'ERR_OPEN_FAILED' })
    const wrongs = [
      { ...place, id: 'r2' },
      { ...place, path: 'other' },
      { ...place, model: 'other' },
    ]
    for (const wrong of wrongs) expect(() => cipher.open(wrong, token)).toThrow(failed)
    const other = await keyring.cipher('b')
    expect(() => other.open(place, token)).toThrow(failed)
    for (const bad of [
      'Acme',
      '',
      null,
      5,
      {},
      'lsr1',
      'lsr1..',
      token.slice(0, 30),
      `${token}.x`,
      token.replace('lsr1', 'lsr2'),
    ]) {
      expect(() => cipher.open(place, bad)).toThrow(failed)
    }
  })

  test('asks the KMS again after a while, and does not remember its failure', async () => {
    const { keyring, calls, clock } = start({ cacheMs: 1000 })
    await keyring.cipher('a')
    await Promise.all([keyring.cipher('a'), keyring.cipher('a')])
    expect(calls.unwrap).toBe(1)
    clock.now += 1001
    calls.down = true
    await expect(keyring.cipher('a')).rejects.toThrow('down')
    calls.down = false
    await keyring.cipher('a')
    expect(calls.unwrap).toBe(3)
  })

  test('makes one key for calls that come at once', async () => {
    const { keyring, rows } = start()
    await Promise.all(Array.from({ length: 5 }, () => keyring.cipher('a')))
    expect(rows.get('a')).toHaveLength(1)
  })
})
