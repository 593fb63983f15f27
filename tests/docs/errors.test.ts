/** docs/errors.md names every code once, and says of each whether the same call may succeed later. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ERRORS, type ErrorCode, isLockstitchError, LockstitchError } from '@lockstitch/sdk/format'

const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
const codes = Object.keys(ERRORS) as ErrorCode[]
const rows = [...text.matchAll(/^\| `(ERR_[A-Z_]+)` \| (yes|no) \| (.+) \| (.+) \|$/gm)]

test('every code has exactly one row, and every row is a code', () => {
  expect(new Set(rows.map(([, code]) => code))).toEqual(new Set(codes))
  expect(rows).toHaveLength(codes.length)
})

test('the column "retry" says what the error says', () => {
  const documented = Object.fromEntries(rows.map(([, code, retry]) => [code, retry === 'yes']))
  const actual = Object.fromEntries(codes.map((code) => [code, new LockstitchError(code).retryable]))
  expect(documented).toEqual(actual)
})

test('the text names no code that does not exist', () => {
  const named = new Set(Array.from(text.matchAll(/\bERR_[A-Z_]*[A-Z]\b/g), ([code]) => code))
  expect([...named].filter((code) => !codes.includes(code as ErrorCode))).toEqual([])
})

test('a message is one constant sentence, the same for every error of its code', () => {
  for (const code of codes) {
    const error = new LockstitchError(code)
    expect(isLockstitchError(error)).toBe(true)
    expect(error.message).toBe(ERRORS[code])
    expect(error.message).toMatch(/^[a-z][^\n]*[^.]$/)
    expect(error.cause).toBeUndefined()
  }
})
