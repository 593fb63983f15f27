/** Steps 2 and 3 of a new account: keep the recovery code, then enter it again. Nothing else is reachable before. */
import { type FormEvent, type ReactElement, useRef, useState } from 'react'
import type { RecoveryKit } from '@lockstitch/sdk'
import { Button } from '../parts/button.tsx'
import { CodeField } from '../parts/code-field.tsx'
import { focusFirstProblem } from '../parts/field.tsx'
import { Kit } from '../parts/kit.tsx'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { Busy } from '../parts/progress.tsx'
import { Screen } from '../parts/screen.tsx'
import { Steps } from '../parts/steps.tsx'
import { useTask } from '../parts/use-task.ts'
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
      <Kit kit={kit} />
      <div className="actions">
        <Button look="main" onPress={onKept}>
          I have kept it. Next
        </Button>
      </div>
    </Screen>
  )
}

function CheckScreen({ onBack }: { readonly onBack: (() => void) | undefined }): ReactElement {
  const form = useRef<HTMLFormElement>(null)
  const [code, setCode] = useState('')
  const [wasTried, setTried] = useState(false)
  const { isBusy, problem, run } = useTask()

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (code.trim() === '') return focusFirstProblem(form.current)
    void run(async () => {
      await confirm(code)
      say('Your code works. Your account is ready.')
    })
  }

  return (
    <Screen
      title="Check your code"
      above={<Steps step={3} />}
      lead="Enter the code that you kept. Then we both know that it works on the day you need it."
    >
      <form ref={form} onSubmit={submit} noValidate autoComplete="off" className="stack">
        <CodeField
          value={code}
          onChange={setCode}
          problem={wasTried && code.trim() === '' ? 'Type or paste your code.' : undefined}
          isReadOnly={isBusy}
        />
        <ErrorNotice code={problem} />
        <Busy label={isBusy ? 'Checking your code. This takes a few seconds.' : null} />
        <div className="actions">
          <Button type="submit" look="main" isDisabled={isBusy}>
            Check my code
          </Button>
          {onBack !== undefined && (
            <Button icon="back" onPress={onBack}>
              Show the code again
            </Button>
          )}
        </div>
      </form>
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
