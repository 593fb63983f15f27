/**
 * The recovery code as words: the same 20 bytes as 15 English words of BIP-39, whose last five bits are a checksum. Words are
 * easier to write down, to read aloud and to type than characters.
 */
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import type { Bytes } from '../assert.ts'
import { moveSecret, wipe } from '../bytes/wipe.ts'
import { LockstitchError } from '../errors.ts'
import { formatRecoveryCode, parseRecoveryCode } from './recovery-code.ts'

const WORDS = 15
/** No two words of the list have the same first four letters. */
const TELLING = 4

/** The words of a recovery code. */
export async function wordsOfCode(code: string): Promise<readonly string[]> {
  const secret = await parseRecoveryCode(code)
  try {
    return entropyToMnemonic(secret, wordlist).split(' ')
  } finally {
    wipe(secret)
  }
}

/**
 * The recovery code of the words as a user typed them: in any case, with or without numbers and punctuation between, each word
 * whole or from its first four letters on.
 *
 * @throws LockstitchError `ERR_RECOVERY_CODE` when they are not 15 words of the list with a right checksum.
 */
export async function codeOfWords(text: string): Promise<string> {
  const words = (
    text
      .normalize('NFKD')
      .toLowerCase()
      .match(/[\p{L}\p{M}]+/gu) ?? []
  ).map(wordOf)
  if (words.length !== WORDS) throw new LockstitchError('ERR_RECOVERY_CODE')
  const secret = entropyOf(words.join(' '))
  try {
    return await formatRecoveryCode(secret)
  } finally {
    wipe(secret)
  }
}

function wordOf(typed: string): string {
  if (typed.length < TELLING) return typed
  return wordlist.find((word) => word.startsWith(typed)) ?? typed
}

function entropyOf(mnemonic: string): Bytes {
  try {
    return moveSecret(mnemonicToEntropy(mnemonic, wordlist))
  } catch {
    // The library's message names the word.
    throw new LockstitchError('ERR_RECOVERY_CODE')
  }
}
