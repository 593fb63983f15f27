/** How strong a password is while it is typed, and once more before it is used. */
import type { PasswordStrength } from '@lockstitch/sdk'
import { useEffect, useState } from 'react'
import { client } from '../client.ts'
import { MIN_SCORE } from '../strength-words.ts'

/** How long nobody types before it is estimated. */
const PAUSE_MS = 400
/** A device that needs longer gets no estimate: nobody is kept from a new password by that. */
const LONGEST_MS = 20_000

/** `unknown` when it could not be estimated, `null` before it was. */
export type Estimate = PasswordStrength | 'unknown' | null

/** Estimates one password. Never throws. */
async function estimate(password: string, handle: string): Promise<PasswordStrength | 'unknown'> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'unknown'>((resolve) => {
    timer = setTimeout(() => resolve('unknown'), LONGEST_MS)
  })
  const asked = client
    .passwordStrength(password, { userInputs: handle === '' ? [] : [handle] })
    .catch(() => 'unknown' as const)
  const answer = await Promise.race([asked, late])
  clearTimeout(timer)
  return answer
}

/** Whether a password is good enough, as far as anybody knows. */
export function isAccepted(found: Estimate): boolean {
  return found === null || found === 'unknown' || found.score >= MIN_SCORE
}

/** What {@link useStrength} knows. */
export interface Strength {
  readonly found: Estimate
  /** Estimates what is in the field now, not what was there a moment ago. Resolves to whether it is good enough. */
  readonly check: () => Promise<boolean>
}

/** The estimate of what is in a field; it follows when nobody types for a moment. */
export function useStrength(password: string, handle: string): Strength {
  const [found, setFound] = useState<Estimate>(null)
  useEffect(() => {
    if (password === '') return undefined
    let isCurrent = true
    const follow = async (): Promise<void> => {
      const next = await estimate(password, handle)
      if (isCurrent) setFound(next)
    }
    const timer = setTimeout(() => void follow(), PAUSE_MS)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [password, handle])
  return {
    found: password === '' ? null : found,
    async check() {
      const next = await estimate(password, handle)
      setFound(next)
      return isAccepted(next)
    },
  }
}
