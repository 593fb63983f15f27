/** Step 1 of a new account: a sign-in name and a password. */
import { type FormEvent, type ReactElement, useRef, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Field, focusFirstProblem } from '../parts/field.tsx'
import { NewPasswordField, useNewPassword } from '../parts/new-password.tsx'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { Busy } from '../parts/progress.tsx'
import { Screen } from '../parts/screen.tsx'
import { SharedComputer } from '../parts/shared-computer.tsx'
import { Steps } from '../parts/steps.tsx'
import { useTask } from '../parts/use-task.ts'
import { messageOf } from '../messages.ts'
import { enrol, session } from '../state/session.ts'

/** Makes an account. */
export function CreateScreen(): ReactElement {
  const form = useRef<HTMLFormElement>(null)
  const [handle, setHandle] = useState('')
  const [isShared, setShared] = useState(session.get().isShared)
  const [wasTried, setTried] = useState(false)
  const { isBusy, problem, run } = useTask()
  const password = useNewPassword(handle)
  const handleProblem = [...handle.trim()].length < 3 ? 'Use 3 or more letters.' : undefined
  const isTaken = problem === 'ERR_HANDLE_TAKEN'

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (handleProblem !== undefined || password.isTooShort) return focusFirstProblem(form.current)
    void run(async () => {
      if (await password.check()) await enrol({ handle, password: password.value }, { shared: isShared })
    }).then(() => focusFirstProblem(form.current))
  }

  return (
    <Screen title="Create your account" above={<Steps step={1} />}>
      <form ref={form} onSubmit={submit} noValidate className="stack">
        <SharedComputer isShared={isShared} onChange={setShared} isReadOnly={isBusy} />
        <Field
          label="Sign-in name"
          hint="Your e-mail address, or any name that you will know again. The server can see this name."
          name="username"
          autoComplete={isShared ? 'off' : 'username'}
          autoCapitalize="none"
          value={handle}
          onChange={setHandle}
          problem={wasTried && handleProblem !== undefined ? handleProblem : isTaken ? takenText() : undefined}
          isReadOnly={isBusy}
        />
        <NewPasswordField
          label="Password"
          password={password}
          isShared={isShared}
          wasTried={wasTried}
          isReadOnly={isBusy}
        />
        <Notice tone="info">
          <p>
            <strong>Nobody can reset this password.</strong> Not even our support team. So in the next step you get a
            recovery code. It is your second way in.
          </p>
        </Notice>
        <ErrorNotice code={isTaken ? null : problem} />
        <Busy label={isBusy ? 'Making your account. This takes a few seconds.' : null} />
        <div className="actions">
          <Button type="submit" look="main" isDisabled={isBusy}>
            Create my account
          </Button>
        </div>
        <p>
          Do you have an account? <a href="#/unlock">Open your records</a>
        </p>
      </form>
    </Screen>
  )
}

function takenText(): string {
  const { says, next } = messageOf('ERR_HANDLE_TAKEN')
  return `${says} ${next}`
}
