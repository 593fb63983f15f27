/** The last screen of an account. */
import type { ReactElement } from 'react'
import { Button } from '../parts/button.tsx'
import { SaveCertificate } from '../parts/certificate.tsx'
import { Screen } from '../parts/screen.tsx'
import { timeOf } from '../security/words.ts'
import { farewell } from '../state/farewell.ts'
import { go } from '../state/route.ts'
import { useStore } from '../state/store.ts'

/** Says what was done, and gives the certificate. */
export function FarewellScreen(): ReactElement {
  const { certificate, destroyedAt } = useStore(farewell)
  const close = (): void => {
    farewell.reset()
    go({ name: 'start' })
  }
  return (
    <Screen
      title="Your account is deleted"
      lead={`The keys of your records were destroyed on ${timeOf(destroyedAt)}. Then the server said that it has deleted the rest.`}
    >
      <div className="card stack">
        <SaveCertificate certificate={certificate} />
      </div>
      <p>
        A copy that was made before, or that is on another device of yours, may still open with your password or your
        recovery kit. So destroy the kit now, use that password nowhere else, and clear this site’s data on your other
        devices.
      </p>
      <p>Your sign-in name is free, if you ever want a new account.</p>
      <div className="actions">
        <Button look="main" onPress={close}>
          Close
        </Button>
      </div>
    </Screen>
  )
}
