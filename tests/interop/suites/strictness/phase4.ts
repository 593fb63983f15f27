/** Seed 000: what is refused, and how. */
import { expect, test } from 'vitest'
import { openForeign, sealForeign } from '../../../../packages/sdk/src/interop/index.ts'
import { toBase64, utf8 } from '../../support/encoding.ts'
import { KEYS, random } from '../../support/keys.ts'
import { outcome } from '../../support/outcome.ts'

/** An AES-128 key. */
const short = random(16)

export function strictPhase4(): void {
  const keys = KEYS.phase4
  const sealed = async (): Promise<Record<string, unknown>> =>
    JSON.parse(await sealForeign('phase4', 'note', keys)) as Record<string, unknown>
  const cases: readonly [string, (envelope: Record<string, unknown>) => string, string][] = [
    ['other order and white space', ({ v, k, iv, d, t }) => JSON.stringify({ t, d, iv, k, v }, null, 2), 'ok'],
    ['a name twice', (e) => JSON.stringify(e).replace('"v":1', '"v":1,"v":1'), 'ERR_FORMAT_INVALID'],
    [
      'a name twice, spelled otherwise',
      (e) => JSON.stringify(e).replace('"v":1', '"\\u0076":1,"v":1'),
      'ERR_FORMAT_INVALID',
    ],
    ['a colon in a string', (e) => JSON.stringify({ ...e, k: 'a":b\\' }), 'ERR_KEY_UNKNOWN'],
    ['another member', (e) => JSON.stringify({ ...e, x: 1 }), 'ERR_FORMAT_INVALID'],
    ['a nested member', (e) => JSON.stringify({ ...e, d: { a: 1 } }), 'ERR_FORMAT_INVALID'],
    ['data as a list of bytes', (e) => JSON.stringify({ ...e, d: [1, 2] }), 'ERR_FORMAT_INVALID'],
    ['no data', (e) => JSON.stringify({ ...e, d: undefined }), 'ERR_FORMAT_INVALID'],
    ['no version', (e) => JSON.stringify({ ...e, v: undefined }), 'ERR_FORMAT_VERSION'],
    ['the version as text', (e) => JSON.stringify({ ...e, v: '1' }), 'ERR_FORMAT_VERSION'],
    ['version 0', (e) => JSON.stringify({ ...e, v: 0 }), 'ERR_FORMAT_VERSION'],
    ['a key id that every object has', (e) => JSON.stringify({ ...e, k: 'constructor' }), 'ERR_KEY_UNKNOWN'],
    ['the key id __proto__', (e) => JSON.stringify({ ...e, k: '__proto__' }), 'ERR_KEY_UNKNOWN'],
    ['no key id', (e) => JSON.stringify({ ...e, k: '' }), 'ERR_FORMAT_INVALID'],
    ['a tag of 15 bytes', (e) => JSON.stringify({ ...e, t: toBase64(random(15)) }), 'ERR_FORMAT_INVALID'],
    ['an IV of 12 bytes', (e) => JSON.stringify({ ...e, iv: toBase64(random(12)) }), 'ERR_FORMAT_INVALID'],
    ['base64 without padding', (e) => JSON.stringify({ ...e, t: String(e['t']).slice(0, -2) }), 'ERR_FORMAT_INVALID'],
    [
      'base64 with other trailing bits',
      (e) => JSON.stringify({ ...e, t: 'AAAAAAAAAAAAAAAAAAAAAB==' }),
      'ERR_FORMAT_INVALID',
    ],
    ['a BOM before it', (e) => `\uFEFF${JSON.stringify(e)}`, 'ERR_FORMAT_INVALID'],
    ['nothing', () => '', 'ERR_FORMAT_INVALID'],
    ['an empty object', () => '{}', 'ERR_FORMAT_INVALID'],
    ['a list', () => '[1]', 'ERR_FORMAT_INVALID'],
    ['null', () => 'null', 'ERR_FORMAT_INVALID'],
  ]
  test.each(cases)('%s', async (_, change, expected) => {
    expect(await outcome('phase4', change(await sealed()), keys)).toBe(expected)
  })

  test('an envelope that a database parsed opens, and so does one in bytes', async () => {
    expect((await openForeign('phase4', await sealed(), keys)).text()).toBe('note')
    expect((await openForeign('phase4', utf8(JSON.stringify(await sealed())), keys)).text()).toBe('note')
    expect(await outcome('phase4', Uint8Array.of(0x7b, 0xff), keys)).toBe('ERR_FORMAT_INVALID')
  })

  test('AES-128 is refused both ways, and a key id must be chosen where there are two', async () => {
    const envelope = await sealForeign('phase4', 'x', keys)
    expect(await outcome('phase4', envelope, { keys: { 'dev-key-1': short } })).toBe('ERR_KEY_INVALID')
    await expect(sealForeign('phase4', 'x', { keys: { a: short } })).rejects.toMatchObject({ code: 'ERR_KEY_INVALID' })
    const two = { keys: { a: random(32), b: random(32) } }
    await expect(sealForeign('phase4', 'x', two)).rejects.toMatchObject({ code: 'ERR_KEY_UNKNOWN' })
    expect(await sealForeign('phase4', 'x', two, { keyId: 'b' })).toContain('"k":"b"')
  })
}
