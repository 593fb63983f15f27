/** Whether passkeys are worth offering here. */
import { useEffect, useState } from 'react'
import { passkeySupport } from '@lockstitch/sdk'

/** `null` until it is known. A browser that says that it can't pass secrets on never opens anything with one. */
export function usePasskeys(): boolean | null {
  const [isOffered, setOffered] = useState<boolean | null>(null)
  useEffect(() => {
    let isHere = true
    passkeySupport().then(
      ({ available, secrets }) => isHere && setOffered(available && secrets !== false),
      () => isHere && setOffered(false),
    )
    return () => {
      isHere = false
    }
  }, [])
  return isOffered
}
