/**
 * Whether this browser has been used for the app: then the first screen asks to open records. It tells nothing of whom,
 * but whether the device can be unlocked with a PIN.
 */

const NAME = 'lockstitch-returning'
const VISITED = 'yes'
const PIN = 'pin'

/** True after {@link rememberVisit}. */
export function isReturning(): boolean {
  return localStorage.getItem(NAME) !== null
}

/** True after {@link rememberPin}: only then it is worth asking which accounts the device is remembered by. */
export function hasPin(): boolean {
  return localStorage.getItem(NAME) === PIN
}

/** Remembers that this device can be unlocked with a PIN, or that it can no longer. */
export function rememberPin(isRemembered: boolean): void {
  localStorage.setItem(NAME, isRemembered ? PIN : VISITED)
}

/** Remembers that somebody has opened an account here. */
export function rememberVisit(): void {
  if (!hasPin()) localStorage.setItem(NAME, VISITED)
}

/** As if nobody had ever opened anything here. */
export function forgetVisit(): void {
  localStorage.removeItem(NAME)
}
