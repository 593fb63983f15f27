/** The rule of an envelope, docs/format.md section 7, written a second time and held against the first on texts that nearly are one. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isLockstitchError } from '../../packages/sdk/src/errors.ts'
import { type ParsedEnvelope, parseEnvelope } from '../../packages/sdk/src/format/envelope.ts'
import { bytes } from './support/arbitraries.ts'
import { check } from './support/check.ts'

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** Every character of one byte, and those that share the low byte with a letter or become one in another case or width. */
const CHARACTERS = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).concat([
  '\u0141',
  '\u2141',
  '\u212a',
  '\u017f',
  '\u0131',
  '\uff21',
  '\u2024',
  '\ud800',
  '\udc41',
  '\u{1d400}',
  '\ufeff',
])
const ENVELOPES = [29, 30, 31, 44, 76].map((length) => envelopeOf(length))

test('every envelope with one character replaced, inserted, taken out or repeated is read or refused as the rule says', () => {
  for (const text of ENVELOPES) {
    expect(readCode(text)).toBe('ok')
    for (let index = 0; index <= text.length; index++) {
      const [before, after] = [text.slice(0, index), text.slice(index)]
      for (const one of CHARACTERS) {
        expectRule(before + one + after.slice(1))
        expectRule(before + one + after)
      }
      for (const part of [before, after, before + after.slice(1), before + after.slice(0, 1) + after]) expectRule(part)
      for (const part of [before.toUpperCase() + after, before + after.toUpperCase(), before + after.toLowerCase()]) {
        expectRule(part)
      }
    }
  }
})

test('every length, with every last character, is read or refused as the rule says', () => {
  const body = BASE64URL.repeat(2)
  for (let length = 0; length < 60; length++) {
    for (const last of BASE64URL) {
      expectRule(`ls1.AAAAAAAAAAA.${body.slice(0, length)}${last}`)
      expectRule(`ls1.AAAAAAAAAA${last}.${body.slice(0, length)}`)
      expectRule(`ls1.${body.slice(0, length % 15)}${last}.${body}`)
    }
  }
})

test('any cut, swap and change of envelopes is read or refused as the rule says', () => {
  const piece = fc.oneof(
    fc.constantFrom('ls1.', 'ls2.', 'LS1.', 'ls1m.', 'ls0999.', '.', '=', '\n', 'AAAAAAAAAAA', 'AAAAAAAAAAB'),
    fc.constantFrom(...CHARACTERS),
    fc.tuple(fc.constantFrom(...ENVELOPES), fc.nat(120), fc.nat(120)).map(([text, from, to]) => text.slice(from, to)),
    bytes({ maxLength: 60 }).map((value) => Buffer.from(value).toString('base64url')),
    bytes({ maxLength: 60 }).map((value) => Buffer.from(value).toString('base64')),
  )
  check(fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => expectRule(pieces.join(''))))
  check(fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => expectRule(`ls1.AAAAAAAAAAA.${pieces.join('')}`)))
})

test('what is no text, and the longest texts, are read or refused as the rule says', () => {
  for (const value of [undefined, null, 1, {}, [], [ENVELOPES[0]], new String(ENVELOPES[0]), Symbol('ls1.')]) {
    expectRule(value)
  }
  for (const length of [1_398_137, 1_398_138, 1_398_139, 1_398_140, 1_398_141, 1_398_143]) {
    expectRule(`ls1.AAAAAAAAAAA.${'A'.repeat(length)}`)
    expectRule(`ls1.AAAAAAAAAAA.${'A'.repeat(length - 1)}=`)
    expectRule(`ls2.AAAAAAAAAAA.${'A'.repeat(length)}`)
  }
})

function expectRule(text: unknown): void {
  const [read, rule] = [readCode(text), ruleOf(text)]
  // A quarter of a million times: asking `expect` each time would take minutes.
  if (read !== rule) throw new Error(`${JSON.stringify(text)} is ${read} and should be ${rule}`)
}

/** The code alone is what the check says: a server decodes nothing, so that what decoding would refuse does not count. */
function readCode(text: unknown): string {
  let envelope: ParsedEnvelope
  try {
    envelope = parseEnvelope(text)
  } catch (error) {
    if (!isLockstitchError(error)) throw error
    return error.code
  }
  const [, kid, body = ''] = (text as string).split('.')
  const isRight = envelope.kid === kid && envelope.nonce === body.slice(0, 16)
  return isRight && Buffer.from(envelope.sealed).toString('base64url') === body ? 'ok' : 'read as something else'
}

/** The rule in the order of the document; what is canonical is what another encoder writes of what another decoder read. */
function ruleOf(text: unknown): string {
  if (typeof text !== 'string') return 'ERR_FORMAT_INVALID'
  if (text.length > 1_398_155) return 'ERR_FORMAT_LIMIT'
  const [version = '', kid = '', body = '', ...more] = text.split('.')
  if (version !== 'ls1' || !text.includes('.')) {
    const digits = version.slice(2)
    const isVersion = version.startsWith('ls') && text.includes('.') && digits.length >= 1 && digits.length <= 3
    const isNumber = [...digits].every((digit) => '0123456789'.includes(digit))
    return isVersion && isNumber ? 'ERR_FORMAT_VERSION' : 'ERR_FORMAT_INVALID'
  }
  if (more.length > 0 || bytesIn(kid) !== 8 || bytesIn(body) < 29) return 'ERR_FORMAT_INVALID'
  return 'ok'
}

/** The bytes that a text is the only base64url of; -1 when it is of none. */
function bytesIn(text: string): number {
  const decoded = Buffer.from(text, 'base64url')
  return decoded.toString('base64url') === text ? decoded.length : -1
}

function envelopeOf(length: number): string {
  const sealed = Buffer.from(Uint8Array.from({ length }, (_, index) => (index * 83 + length) & 255))
  return `ls1.${sealed.subarray(3, 11).toString('base64url')}.${sealed.toString('base64url')}`
}
