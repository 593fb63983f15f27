import { expect, test } from 'vitest'
import { normalizeHandle } from '../../../packages/sdk/src/vault/handle.ts'

test('gives a handle one form, which is its own form', () => {
  expect(normalizeHandle('  ADA@Example.ORG ')).toBe('ada@example.org')
  for (const handle of ['ab\u0048\u0331', 'Å\u030aﬃx', 'İstanbul', 'ΑΣ Σ', '\u1E9E abc', 'xx\u00a0']) {
    const normal = normalizeHandle(`${handle}...`)
    expect(normalizeHandle(normal)).toBe(normal)
  }
})

test('gives every letter with a mark a form that is its own form', () => {
  const unstable: string[] = []
  for (let letter = 0x41; letter < 0x250; letter++) {
    for (let mark = 0x300; mark < 0x370; mark++) {
      const normal = normalizeHandle(`..${String.fromCharCode(letter, mark)}`)
      if (normalizeHandle(normal) !== normal) unstable.push(`${letter.toString(16)} ${mark.toString(16)}`)
    }
  }
  expect(unstable).toEqual([])
})
