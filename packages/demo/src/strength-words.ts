/** What an estimate of a password means for a patient. Every code has its sentence; the compiler counts. */
import type { PasswordStrength, StrengthSuggestion, StrengthWarning } from '@lockstitch/sdk'

/** A password below this score is not accepted. */
export const MIN_SCORE = 2

/** Said of a password that is not accepted. */
export const TOO_WEAK = 'This password would be guessed quickly.'

const SCORES: Record<PasswordStrength['score'], string> = {
  0: 'Very weak',
  1: 'Weak',
  2: 'Fair',
  3: 'Good',
  4: 'Strong',
}

const WARNINGS: Record<StrengthWarning, string> = {
  straightRow: 'Keys in a row are easy to guess.',
  keyPattern: 'Short patterns on the keyboard are easy to guess.',
  simpleRepeat: 'The same letter again and again is easy to guess.',
  extendedRepeat: 'The same letters again and again are easy to guess.',
  sequences: 'Letters or numbers in their usual order are easy to guess.',
  recentYears: 'Years of our time are easy to guess.',
  dates: 'Dates are easy to guess.',
  topTen: 'This is one of the ten passwords that are used most.',
  topHundred: 'This is one of the passwords that are used most.',
  common: 'Many people use this password.',
  similarToCommon: 'Many people use a password like this.',
  wordByItself: 'One word alone is easy to guess.',
  namesByThemselves: 'A name alone is easy to guess.',
  commonNames: 'Names that many people have are easy to guess.',
  userInputs: 'It is too much like your sign-in name.',
  pwned: 'This password was stolen from another site.',
}

const SUGGESTIONS: Record<StrengthSuggestion, string> = {
  l33t: 'Numbers in place of letters, such as 4 for A, help little.',
  reverseWords: 'A word written backwards helps little.',
  allUppercase: 'Capital letters everywhere help little.',
  capitalization: 'A capital letter at the start helps little.',
  dates: 'Leave out dates that belong to you.',
  recentYears: 'Leave out years.',
  associatedYears: 'Leave out years that belong to you.',
  sequences: 'Leave out letters and numbers in their usual order.',
  repeated: 'Do not repeat words or letters.',
  longerKeyboardPattern: 'Leave out patterns on the keyboard.',
  anotherWord: 'Add another word that is not common.',
  useWords: 'Use a few words that do not belong together.',
  noNeed: 'You need no special signs, numbers or capital letters.',
  pwned: 'If you use it elsewhere, change it there too.',
}

/** The score in words. */
export function sayScore({ score }: PasswordStrength): string {
  return SCORES[score]
}

/** What makes it weak and what would make it stronger; empty for one that needs no advice. */
export function sayAdvice({ warning, suggestions }: PasswordStrength): string {
  const said = suggestions.map((code) => SUGGESTIONS[code])
  return [...(warning === undefined ? [] : [WARNINGS[warning]]), ...said].join(' ')
}
