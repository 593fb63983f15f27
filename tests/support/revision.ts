import { expect } from 'vitest'

/** What an opened record says of itself when it is the revision of this number. */
export function revision(number: number): string {
  return expect.stringMatching(new RegExp(`^${number}\\.[\\w-]{22}$`)) as string
}
