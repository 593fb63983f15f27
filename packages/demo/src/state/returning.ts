/** Whether this browser has been used for the app: then the first screen asks to open records. It tells nothing of whom. */

const NAME = 'lockstitch-returning'

/** True after {@link rememberVisit}. */
export function isReturning(): boolean {
  return localStorage.getItem(NAME) !== null
}

/** Remembers that somebody has opened an account here. */
export function rememberVisit(): void {
  localStorage.setItem(NAME, 'yes')
}
