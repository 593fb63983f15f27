/** What a password is to whoever guesses it. */
export interface PasswordStrength {
  /** 0: guessed at once. 2: resists somebody who tries online. 3 and 4: resist somebody who has stolen the database. */
  readonly score: 0 | 1 | 2 | 3 | 4
  /** What makes it weak, as a code to be translated. */
  readonly warning?: StrengthWarning
  /** What would make it stronger, as codes to be translated. */
  readonly suggestions: readonly StrengthSuggestion[]
}

/** Why a password is weak. */
export type StrengthWarning =
  | 'straightRow'
  | 'keyPattern'
  | 'simpleRepeat'
  | 'extendedRepeat'
  | 'sequences'
  | 'recentYears'
  | 'dates'
  | 'topTen'
  | 'topHundred'
  | 'common'
  | 'similarToCommon'
  | 'wordByItself'
  | 'namesByThemselves'
  | 'commonNames'
  | 'userInputs'
  | 'pwned'

/** What makes a password stronger. */
export type StrengthSuggestion =
  | 'l33t'
  | 'reverseWords'
  | 'allUppercase'
  | 'capitalization'
  | 'dates'
  | 'recentYears'
  | 'associatedYears'
  | 'sequences'
  | 'repeated'
  | 'longerKeyboardPattern'
  | 'anotherWord'
  | 'useWords'
  | 'noNeed'
  | 'pwned'

/** Options of a check of a password. */
export interface StrengthOptions {
  /** What an attacker who knows the user tries first: the handle, names, the name of the app. */
  readonly userInputs?: readonly string[]
}
