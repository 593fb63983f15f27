/** How the Security page calls things. */
import type { Renewable } from '../state/renewal.ts'

const DAY = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium' })
const TIME = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short' })

/** A day. */
export function dayOf(date: Date): string {
  return DAY.format(date)
}

/** A day and the time of it. */
export function timeOf(date: Date): string {
  return TIME.format(date)
}

/** What a classification of values is to a patient. */
export const KEY_NAMES: Readonly<Record<Renewable, string>> = {
  phi: 'Your health',
  pii: 'Who you are',
}

/** The classification as words, also one that this app does not use. */
export function keyName(classification: string): string {
  return classification === 'phi' || classification === 'pii' ? KEY_NAMES[classification] : 'Other values'
}

const WAYS: Readonly<Record<string, string>> = {
  password: 'your password',
  recovery: 'your recovery kit',
  passkey: 'a passkey',
  device: 'the PIN of a device',
  link: 'a device that was being added',
  escrow: 'your helpers',
}

/** What somebody came in with. */
export function wayName(kind: string | undefined): string {
  return WAYS[kind ?? ''] ?? 'another way in'
}

/** "3 days", or "36 hours" when it is not so many whole days. */
export function waitOf(ms: number): string {
  const hours = Math.round(ms / 3_600_000)
  return hours > 0 && hours % 24 === 0 ? countOf(hours / 24, 'day') : countOf(hours, 'hour')
}

/** "1 record", "3 records". */
export function countOf(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
