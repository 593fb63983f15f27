/** Steps 2 and 3 of a new account: keep the recovery code, then enter it again. Nothing else is reachable before. */
import { type ReactElement, useState } from 'react'
import type { RecoveryKit } from '@lockstitch/sdk'
import { Button } from '../parts/button.tsx'
import { CodeForm } from '../parts/code-form.tsx'
import { Kit } from '../parts/kit.tsx'
import { Notice } from '../parts/notice.tsx'
import { Screen } from '../parts/screen.tsx'
import { Steps } from '../parts/steps.tsx'
import { say } from '../state/flash.ts'
import { confirm, session } from '../state/session.ts'
import { useStore } from '../state/store.ts'

/** The kit first, when this is the page that made it; else the check at once. */
export function ConfirmScreen(): ReactElement {
  const { kit } = useStore(session)
  const [isKept, setKept] = useState(false)
  if (kit !== null && !isKept) return <KeepScreen kit={kit} onKept={() => setKept(true)} />
  return <CheckScreen onBack={kit === null ? undefined : () => setKept(false)} />
}

function KeepScreen({ kit, onKept }: { readonly kit: RecoveryKit; readonly onKept: () => void }): ReactElement {
  return (
    <Screen
      title="Keep your recovery code"
      above={<Steps step={2} />}
      lead="If you forget your password, this code is the only other way in. Nobody can make it again, not even our support team."
    >
      <Kit kit={kit} onKept={onKept} />
    </Screen>
  )
}

function CheckScreen({ onBack }: { readonly onBack: (() => void) | undefined }): ReactElement {
  const check = async (code: string): Promise<void> => {
    await confirm(code)
    say('Your code works. Your account is ready.')
  }
  return (
    <Screen
      title="Check your code"
      above={<Steps step={3} />}
      lead="Enter the code that you kept. Then we both know that it works on the day you need it."
    >
      <CodeForm
        submit="Check my code"
        work={check}
        more={(isBusy) =>
          onBack !== undefined && (
            <Button icon="back" isDisabled={isBusy} onPress={onBack}>
              Show the code again
            </Button>
          )
        }
      />
      {onBack === undefined && (
        <Notice tone="info">
          <p>
            <strong>We can’t show the code a second time.</strong> Look where you kept it: on paper, in a file, or in
            your password manager.
          </p>
          <p>
            Did you not keep it? This account holds no records yet, so nothing is lost. Press Lock, and create a new
            account with another sign-in name.
          </p>
        </Notice>
      )}
    </Screen>
  )
}
