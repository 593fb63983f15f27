/** The three forms of a certificate: each is read whole, and none is read as another. */
import { describe, expect, test } from 'vitest'
import { canonicalJson, encodeBase64url, parseCertificate } from '@lockstitch/sdk/format'

const FACTS = {
  account: '018f0000-0000-7000-8000-0000000000a1',
  destroyedAt: 1_790_000_000_000,
  format: 'ls1',
  kids: ['AAECAwQFBgc'],
  method: 'NIST SP 800-88r2 cryptographic erase',
  revision: 5,
  state: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
}
const textOf = (document: object): string =>
  `ls1d.${encodeBase64url(new TextEncoder().encode(canonicalJson(document as never)))}.${'A'.repeat(86)}`
const record = { model: 'intake', id: 'r-1' }

test.each([{ classification: 'phi' }, { record }, { whole: true }])('is read: %o', (subject) => {
  expect(parseCertificate(textOf({ ...FACTS, ...subject })).document).toEqual({ ...FACTS, ...subject })
})

describe('is refused with', () => {
  const wrong: [string, object][] = [
    ['nothing that was destroyed', {}],
    ['a classification and a record', { classification: 'phi', record }],
    ['a classification and the account', { classification: 'phi', whole: true }],
    ['a record and the account', { record, whole: true }],
    ['a public classification', { classification: 'pub' }],
    ['half an account', { whole: false }],
    ['an account in words', { whole: 'true' }],
    ['a record without its model', { record: { id: 'r-1' } }],
    ['a record with more', { record: { ...record, revision: 1 } }],
    ['a record by its id alone', { record: 'r-1' }],
    ['an id that is none', { record: { ...record, id: '../r' } }],
    ['an id that is too long', { record: { ...record, id: 'x'.repeat(65) } }],
    ['a model that is none', { record: { ...record, model: '1st' } }],
    ['no key', { whole: true, kids: [] }],
    [
      'more keys than an account has room for',
      { whole: true, kids: Array.from({ length: 1501 }, () => 'AAECAwQFBgc') },
    ],
    [
      'more keys than one change destroys',
      { classification: 'phi', kids: Array.from({ length: 501 }, () => 'AAECAwQFBgc') },
    ],
    ['another method', { whole: true, method: 'by hand' }],
    ['the first state', { whole: true, revision: 1 }],
  ]
  test.each(wrong)('%s', (_, subject) => {
    expect(() => parseCertificate(textOf({ ...FACTS, ...subject }))).toThrow(/well-formed/)
  })
})

test('the longest one is short enough', () => {
  const kids = Array.from({ length: 1500 }, () => 'AAECAwQFBgc')
  expect(parseCertificate(textOf({ ...FACTS, whole: true, kids })).document.kids).toHaveLength(1500)
})
