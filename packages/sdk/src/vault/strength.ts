/** How strong a password is: loaded when somebody chooses one. */
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import { LockstitchError } from '../errors.ts'
import type { PasswordStrength, StrengthSuggestion, StrengthWarning } from './strength-api.ts'

/** What is longer is not looked at: the estimate would be the same, and take long. */
const MAX_CHARS = 128

let estimator: ZxcvbnFactory | undefined

/**
 * The strength of a password, as zxcvbn estimates it. Nothing of the password is kept.
 *
 * @param userInputs What an attacker who knows the user tries first: the handle, names, the app's name.
 * @throws LockstitchError `ERR_PASSWORD_INVALID` when it is no text.
 */
export function passwordStrength(password: string, userInputs: readonly string[]): PasswordStrength {
  if (typeof password !== 'string') throw new LockstitchError('ERR_PASSWORD_INVALID')
  // Without translations the library speaks in codes, which an app translates.
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: MAX_CHARS })
  const { score, feedback } = estimator.check(password, userInputs.flatMap(partsOf))
  return {
    score,
    ...(feedback.warning === null ? {} : { warning: feedback.warning as StrengthWarning }),
    suggestions: feedback.suggestions as readonly string[] as readonly StrengthSuggestion[],
  }
}

/** `ada.lovelace@example.org` is also `ada`, `lovelace` and `example`. */
function partsOf(input: string): readonly string[] {
  return [input, ...(input.match(/[\p{L}\p{N}]{3,}/gu) ?? [])]
}
