import { expect, test } from 'vitest'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { generateRecoveryCode } from '../../../packages/sdk/src/keys/recovery-code.ts'
import { codeOfWords, wordsOfCode } from '../../../packages/sdk/src/keys/recovery-words.ts'
import { outcome } from '../support/outcome.ts'

test('are typed as people type: in any case, numbered, over lines, from their first four letters', async () => {
  const code = await generateRecoveryCode()
  const words = await wordsOfCode(code)
  expect(words.length).toBe(15)
  const numbered = words.map((word, index) => `${index + 1}. ${word}`)
  for (const typed of [
    words.join(' ').toUpperCase(),
    numbered.join('\n'),
    ` ${words.join(',\t')}. `,
    words.map((word) => word.slice(0, 4)).join('-'),
    words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join('  '),
  ])
    expect([typed, await codeOfWords(typed)]).toEqual([typed, code])
})

test('with one word wrong, missing, too many or in another place are a typing error nearly always', async () => {
  const words = await wordsOfCode(await generateRecoveryCode())
  const refused = [words.slice(1), [...words, words[0]], words.with(3, 'lockstitch'), words.with(3, 'zzz'), []]
  for (const typed of refused) expect(await outcome(() => codeOfWords(typed.join(' ')))).toBe('ERR_RECOVERY_CODE')
  // Five bits of checksum: 31 of 32 wrong words are noticed.
  const others = wordlist.filter((word) => word !== words[7])
  const outcomes = await Promise.all(others.map((word) => outcome(() => codeOfWords(words.with(7, word).join(' ')))))
  const missed = outcomes.filter((result) => result === 'ok').length
  expect(missed).toBeGreaterThan(0)
  expect(missed).toBeLessThan(110)
})

test('no word begins as another does', () => {
  expect(new Set(wordlist.map((word) => word.slice(0, 4))).size).toBe(2048)
})
