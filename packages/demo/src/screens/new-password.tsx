/** After the recovery code has opened the records: a new password, at once or later. */
import { type FormEvent, type ReactElement, useRef, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Field, focusFirstProblem } from '../parts/field.tsx'
import { NewPasswordField, useNewPassword } from '../parts/new-password.tsx'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { Busy } from '../parts/progress.tsx'
import { Screen } from '../parts/screen.tsx'
import { useTask } from '../parts/use-task.ts'
import { say } from '../state/flash.ts'
import { keepPassword, session, setPassword } from '../state/session.ts'
import { useStore } from '../state/store.ts'

/** Asks for the sign-in name and a new password. */
export function NewPasswordScreen(): ReactElement {
  const form = useRef<HTMLFormElement>(null)
  const { isShared } = useStore(session)
  const [handle, setHandle] = useState('')
  const [wasTried, setTried] = useState(false)
  const password = useNewPassword(handle)
  const { isBusy, problem, run } = useTask()
  const isTaken = problem === 'ERR_HANDLE_TAKEN'
  const handleProblem = [...handle.trim()].length < 3 ? 'Type the sign-in name from your recovery kit.' : undefined

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (handleProblem !== undefined || password.isTooShort) return focusFirstProblem(form.current)
    void run(async () => {
      if (!(await password.check())) return
      await setPassword(handle, password.value)
      say('Your new password is set. The old one does not work any more. Your recovery code still does.')
    }).then(() => focusFirstProblem(form.current))
  }

  return (
    <Screen
      title="Set a new password"
      lead="Your records are open. Choose a new password if you forgot the old one, or if someone else may know it."
    >
      <form ref={form} onSubmit={submit} noValidate className="stack">
        <Field
          label="Sign-in name"
          hint="It is on your recovery kit. The server can see this name."
          name="username"
          autoComplete={isShared ? 'off' : 'username'}
          autoCapitalize="none"
          value={handle}
          onChange={setHandle}
          problem={
            wasTried && handleProblem !== undefined
              ? handleProblem
              : isTaken
                ? 'This name belongs to another account. Look on your recovery kit for yours.'
                : undefined
          }
          isReadOnly={isBusy}
        />
        <NewPasswordField password={password} isShared={isShared} wasTried={wasTried} isReadOnly={isBusy} />
        <ErrorNotice code={isTaken ? null : problem} />
        <Busy label={isBusy ? 'Setting your new password. This takes a few seconds.' : null} />
        <Notice tone="info">
          <p>
            <strong>You can do this later.</strong> Until then the old password still opens your records, for everyone
            who knows it.
          </p>
        </Notice>
        <div className="actions">
          <Button type="submit" look="main" isDisabled={isBusy}>
            Set my new password
          </Button>
          <Button isDisabled={isBusy} onPress={keepPassword}>
            Later
          </Button>
        </div>
      </form>
    </Screen>
  )
}
