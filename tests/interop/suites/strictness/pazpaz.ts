/** Seed 001: what is refused, and how. */
import { expect, test } from 'vitest'
import { openForeign, sealForeign } from '../../../../packages/sdk/src/interop/index.ts'
import { fromBase64, toBase64, utf8 } from '../../support/encoding.ts'
import { random } from '../../support/keys.ts'
import { outcome } from '../../support/outcome.ts'

/** An AES-128 key. */
const short = random(16)

export function strictPazpaz(): void {
  const keys = { keys: { v1: random(32), v2: random(32) } }
  const seal = async (form: '3-part' | '4-part' | 'bytea' = '3-part'): Promise<string> =>
    String(await sealForeign('pazpaz', 'medical history', keys, { keyId: 'v1', form }))
  const cases: readonly [string, (text: string) => string, string][] = [
    ['another version that is there', (text) => text.replace('v1', 'v2'), 'ERR_OPEN_FAILED'],
    ['a version that is not there', (text) => text.replace('v1', 'v3'), 'ERR_KEY_UNKNOWN'],
    ['a version with a zero before it', (text) => text.replace('v1', 'v01'), 'ERR_FORMAT_VERSION'],
    ['a version in capitals', (text) => text.replace('v1', 'V1'), 'ERR_FORMAT_VERSION'],
    ['a version that every object has', (text) => text.replace('v1', 'constructor'), 'ERR_FORMAT_VERSION'],
    ['no version', (text) => text.replace('v1:', ''), 'ERR_FORMAT_INVALID'],
    ['an empty version', (text) => text.replace('v1', ''), 'ERR_FORMAT_INVALID'],
    ['a part too many', (text) => `${text}:AAAA:AAAA`, 'ERR_FORMAT_INVALID'],
    ['a space before it', (text) => ` ${text}`, 'ERR_FORMAT_VERSION'],
    ['a line end after it', (text) => `${text}\n`, 'ERR_FORMAT_INVALID'],
    ['the URL alphabet', (text) => text.replace(/.$/, '-'), 'ERR_FORMAT_INVALID'],
    ['nothing', () => '', 'ERR_FORMAT_INVALID'],
    ['a name', () => 'John Doe', 'ERR_FORMAT_INVALID'],
    ['a time', () => '10:30', 'ERR_FORMAT_INVALID'],
  ]
  test.each(cases)('%s', async (_, change, expected) => {
    expect(await outcome('pazpaz', change(await seal()), keys)).toBe(expected)
  })

  test('a tag that lends a byte to the ciphertext', async () => {
    const [version, nonce, ciphertext = '', tag = ''] = (await seal('4-part')).split(':')
    const [body, end] = [fromBase64(ciphertext), fromBase64(tag)]
    const shifted = [toBase64(Uint8Array.of(...body, end[0] as number)), toBase64(end.slice(1))]
    expect(await outcome('pazpaz', [version, nonce, ...shifted].join(':'), keys)).toBe('ERR_FORMAT_INVALID')
  })

  test('a form that was not asked for', async () => {
    expect(await outcome('pazpaz', await seal(), keys, { form: '3-part' })).toBe('ok')
    expect(await outcome('pazpaz', await seal(), keys, { form: '4-part' })).toBe('ERR_FORMAT_INVALID')
  })

  test('JSONB of another algorithm, or with another member', async () => {
    const blob = toBase64(random(40))
    const value = { version: 'v1', ciphertext: blob, algorithm: 'AES-256-GCM' }
    expect(await outcome('pazpaz', value, keys)).toBe('ERR_OPEN_FAILED')
    expect(await outcome('pazpaz', { ...value, algorithm: 'AES-128-GCM' }, keys)).toBe('ERR_FORMAT_VERSION')
    expect(await outcome('pazpaz', { ...value, version: 'v9' }, keys)).toBe('ERR_KEY_UNKNOWN')
    expect(await outcome('pazpaz', { ...value, x: 1 }, keys)).toBe('ERR_FORMAT_INVALID')
    const twice = JSON.stringify(value).replace('"version"', '"version":"v2","version"')
    expect(await outcome('pazpaz', twice, keys)).toBe('ERR_FORMAT_INVALID')
  })

  test('BYTEA whose key is not there, and one whose random nonce looks like a version', async () => {
    const blob = random(60)
    expect(await outcome('pazpaz', Uint8Array.of(...utf8('v3:'), ...blob), keys)).toBe('ERR_KEY_UNKNOWN')
    expect(await outcome('pazpaz', blob.slice(0, 27), keys)).toBe('ERR_FORMAT_INVALID')
    expect(await outcome('pazpaz', random(40), { keys: { v2: random(32) } })).toBe('ERR_KEY_UNKNOWN')
    const nonce = utf8('v2:123456789')
    const key = await crypto.subtle.importKey('raw', keys.keys.v1, 'AES-GCM', false, ['encrypt'])
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, utf8('legacy'))
    const legacy = Uint8Array.of(...nonce, ...new Uint8Array(sealed))
    expect((await openForeign('pazpaz', legacy, keys)).text()).toBe('legacy')
    const own = { keys: { v1: random(32), v2: random(32) }, legacy: keys.keys.v1 }
    expect((await openForeign('pazpaz', legacy, own)).text()).toBe('legacy')
  })

  test('AES-128 is refused both ways', async () => {
    expect(await outcome('pazpaz', await seal(), { keys: { v1: short } })).toBe('ERR_KEY_INVALID')
    expect(await outcome('pazpaz', random(40), { keys: {}, legacy: short })).toBe('ERR_KEY_INVALID')
    await expect(sealForeign('pazpaz', 'x', { keys: { v1: short } })).rejects.toMatchObject({ code: 'ERR_KEY_INVALID' })
    await expect(sealForeign('pazpaz', 'x', { keys: { a: short } })).rejects.toMatchObject({ code: 'ERR_KEY_UNKNOWN' })
  })
}
