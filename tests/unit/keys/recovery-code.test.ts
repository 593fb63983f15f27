import { expect, test } from 'vitest'
import { generateRecoveryCode, parseRecoveryCode } from '../../../packages/sdk/src/keys/recovery-code.ts'
import { outcome, toHex } from '../support/outcome.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** Of the frozen vectors: with a new one every time, a wrong checksum would be right once in a million typing errors. */
const CODE = '1M2M-ZDWC-BQ33-ZHB2-68WQ-T6D0-HGFS-MA5H-X9GG'

test('nine groups of four, of an alphabet without I, L, O and U', async () => {
  const codes = await Promise.all(Array.from({ length: 200 }, generateRecoveryCode))
  for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/)
  expect(new Set(codes).size).toBe(200)
  const seen = new Set(codes.join('').replaceAll('-', ''))
  expect([...seen].sort().join('')).toBe(ALPHABET)
  const secrets = await Promise.all(codes.map(parseRecoveryCode))
  expect(secrets.every((secret) => secret.length === 20)).toBe(true)
})

test('every typing error in one character shows', async () => {
  const code = CODE.replaceAll('-', '')
  const read: string[] = []
  for (let index = 0; index < code.length; index++) {
    for (const character of ALPHABET) {
      if (character === code.charAt(index)) continue
      const typed = code.slice(0, index) + character + code.slice(index + 1)
      if ((await outcome(() => parseRecoveryCode(typed))) !== 'ERR_RECOVERY_CODE') read.push(typed)
    }
  }
  expect(read).toEqual([])
})

test('every two neighbours in the wrong order show', async () => {
  const code = CODE.replaceAll('-', '')
  for (let index = 0; index + 1 < code.length; index++) {
    const [a, b] = [code.charAt(index), code.charAt(index + 1)]
    const typed = code.slice(0, index) + b + a + code.slice(index + 2)
    expect(await outcome(() => parseRecoveryCode(typed))).toBe(a === b ? 'ok' : 'ERR_RECOVERY_CODE')
  }
})

test('what the eye takes for another is read as it was meant', async () => {
  const expected = toHex(await parseRecoveryCode(CODE))
  const spellings = [
    CODE.toLowerCase(),
    CODE.replaceAll('0', 'O'),
    CODE.replaceAll('0', 'o'),
    CODE.replaceAll('1', 'I'),
    CODE.replaceAll('1', 'l'),
    CODE.replaceAll('-', ' '),
    CODE.replaceAll('-', ''),
  ]
  expect(await Promise.all(spellings.map(async (code) => toHex(await parseRecoveryCode(code))))).toEqual(
    spellings.map(() => expected),
  )
})
