/** Seed 003 but for its backups: what is refused, and how. */
import { expect, test } from 'vitest'
import { openForeign, sealForeign } from '../../../../packages/sdk/src/interop/index.ts'
import { toHex } from '../../support/encoding.ts'
import { KEYS, random } from '../../support/keys.ts'
import { outcome } from '../../support/outcome.ts'

/** An AES-128 key. */
const short = random(16)
const allow = { allowUnauthenticated: true }

export function strictPgcrypto(): void {
  const keys = KEYS.pgcrypto
  const cases: readonly [string, (message: Uint8Array) => Uint8Array, string][] = [
    ['nothing', () => new Uint8Array(0), 'ERR_FORMAT_INVALID'],
    ['no data', (message) => message.slice(0, 48), 'ERR_FORMAT_INVALID'],
    ['a byte less', (message) => message.slice(0, -1), 'ERR_FORMAT_INVALID'],
    ['a byte more', (message) => Uint8Array.of(...message, 0), 'ERR_FORMAT_INVALID'],
    ['a packet more', (message) => Uint8Array.of(...message, 0xca, 3, 0x50, 0x47, 0x50), 'ERR_FORMAT_INVALID'],
    ['the message twice', (message) => Uint8Array.of(...message, ...message), 'ERR_FORMAT_INVALID'],
    ['a newer derivation', (message) => message.with(2, 6), 'ERR_FORMAT_VERSION'],
    ['a cipher that does not exist', (message) => message.with(3, 110), 'ERR_FORMAT_INVALID'],
    ['another way of derivation', (message) => message.with(4, 4), 'ERR_FORMAT_INVALID'],
    ['a hash that does not exist', (message) => message.with(5, 99), 'ERR_FORMAT_INVALID'],
    ['a salt changed', (message) => message.with(8, (message[8] as number) ^ 1), 'ERR_OPEN_FAILED'],
    ['the last byte changed', (message) => message.with(-1, (message.at(-1) as number) ^ 1), 'ERR_OPEN_FAILED'],
  ]
  test.each(cases)('%s', async (_, change, expected) => {
    expect(await outcome('pgcrypto', change(await sealForeign('pgcrypto', 'note', keys)), keys)).toBe(expected)
  })

  test('another passphrase, and none', async () => {
    const message = await sealForeign('pgcrypto', 'note', keys)
    expect(await outcome('pgcrypto', message, { passphrase: 'wrong' })).toBe('ERR_OPEN_FAILED')
    expect(await outcome('pgcrypto', message, { passphrase: '' })).toBe('ERR_KEY_INVALID')
    expect(await outcome('pgcrypto', `\\x${toHex(message)}`, keys)).toBe('ok')
    expect(await outcome('pgcrypto', `\\x${toHex(message).toUpperCase()}`, keys)).toBe('ERR_FORMAT_INVALID')
  })

  test('a message stripped of its digest is not opened, even by who accepts values without one', async () => {
    // The known downgrade: the same data as a packet that has no digest. What opens is not what was written.
    const message = await sealForeign('pgcrypto', 'patient has type 2 diabetes', keys)
    const body = message.slice(51)
    const stripped = Uint8Array.of(...message.slice(0, 48), 0xc9, body.length, ...body)
    expect(await outcome('pgcrypto', stripped, keys)).toBe('ERR_OPEN_FAILED')
    const opened = await openForeign('pgcrypto', stripped, keys, allow).catch(() => undefined)
    expect(opened?.authenticated).not.toBe(true)
  })
}

export function strictCsfle(): void {
  const keys = KEYS.csfle
  const [keyId] = Object.keys(keys.deks) as [string]
  const cases: readonly [string, (value: Uint8Array) => Uint8Array, string][] = [
    ['a wish to encrypt', (value) => value.with(0, 0), 'ERR_FORMAT_INVALID'],
    ['queryable encryption', (value) => value.with(0, 4), 'ERR_FORMAT_INVALID'],
    ['the other algorithm', (value) => value.with(0, 1), 'ERR_OPEN_FAILED'],
    ['another key', (value) => value.with(1, (value[1] as number) ^ 1), 'ERR_KEY_UNKNOWN'],
    ['another type', (value) => value.with(17, 5), 'ERR_OPEN_FAILED'],
    ['another IV', (value) => value.with(18, (value[18] as number) ^ 1), 'ERR_OPEN_FAILED'],
    ['a byte less', (value) => value.slice(0, -1), 'ERR_FORMAT_INVALID'],
    ['a byte more', (value) => Uint8Array.of(...value, 0), 'ERR_OPEN_FAILED'],
    ['the header alone', (value) => value.slice(0, 18), 'ERR_FORMAT_INVALID'],
  ]
  test.each(cases)('%s', async (_, change, expected) => {
    expect(await outcome('csfle', change(await sealForeign('csfle', 'note', keys)), keys)).toBe(expected)
  })

  test('data keys of another length, and names that no value can have', async () => {
    const value = await sealForeign('csfle', 'note', keys)
    expect(await outcome('csfle', value, { deks: { [keyId]: random(64) } })).toBe('ERR_KEY_INVALID')
    expect(await outcome('csfle', value, { deks: { [keyId.toUpperCase()]: random(96) } })).toBe('ERR_KEY_UNKNOWN')
    const sealing = sealForeign('csfle', 'x', { deks: { 'my key': random(96) } })
    await expect(sealing).rejects.toMatchObject({ code: 'ERR_KEY_UNKNOWN' })
  })
}

export function strictHsm(): void {
  const kek = random(32)
  const gcm = KEYS.hsm

  test('wrapped keys that are none', async () => {
    const wrapped = await sealForeign('hsm', random(32), { kek })
    expect(await outcome('hsm', wrapped.slice(0, -8), { kek })).toBe('ERR_OPEN_FAILED')
    expect(await outcome('hsm', wrapped.slice(0, -1), { kek })).toBe('ERR_FORMAT_INVALID')
    expect(await outcome('hsm', wrapped.slice(0, 16), { kek })).toBe('ERR_FORMAT_INVALID')
    expect(await outcome('hsm', wrapped, { kek: random(32) })).toBe('ERR_OPEN_FAILED')
    expect(await outcome('hsm', wrapped, { kek: short })).toBe('ERR_KEY_INVALID')
  })

  test('keys that are not worth wrapping, and values that are no keys', async () => {
    await expect(sealForeign('hsm', short, { kek })).rejects.toMatchObject({ code: 'ERR_KEY_INVALID' })
    await expect(sealForeign('hsm', random(33), { kek })).rejects.toMatchObject({ code: 'ERR_KEY_INVALID' })
    const text = 'x'.repeat(32)
    await expect(sealForeign('hsm', text, { kek })).rejects.toMatchObject({ code: 'ERR_VALUE_INVALID' })
  })

  test('AES-GCM with another IV, additional data, length or key', async () => {
    const sealed = await sealForeign('hsm', 'note', gcm)
    expect(await outcome('hsm', sealed, { key: gcm.key, iv: gcm.iv })).toBe('ERR_OPEN_FAILED')
    expect(await outcome('hsm', sealed, { ...gcm, iv: random(12) })).toBe('ERR_OPEN_FAILED')
    expect(await outcome('hsm', sealed, { ...gcm, iv: random(16) })).toBe('ERR_FORMAT_INVALID')
    expect(await outcome('hsm', sealed, { ...gcm, key: short })).toBe('ERR_KEY_INVALID')
    expect(await outcome('hsm', sealed.slice(0, 15), gcm)).toBe('ERR_FORMAT_INVALID')
    expect(await outcome('hsm', sealed.slice(0, -4), gcm)).toBe('ERR_OPEN_FAILED')
  })
}
