/** Fewest letters of a password. */
export const MIN_PASSWORD = 10

/** What is wrong with a password that is not long enough. */
export function passwordProblem(password: string): string | undefined {
  const missing = MIN_PASSWORD - [...password].length
  if (missing <= 0) return undefined
  return missing === MIN_PASSWORD
    ? `Choose a password with ${MIN_PASSWORD} or more letters.`
    : `Add ${missing} more ${missing === 1 ? 'letter' : 'letters'}.`
}
