/** Step 1 of a new account: a sign-in name and a password. */
import { type FormEvent, type ReactElement, useRef, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Field, focusFirstProblem, PasswordField } from '../parts/field.tsx'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { Busy } from '../parts/progress.tsx'
import { Screen } from '../parts/screen.tsx'
import { SharedComputer } from '../parts/shared-computer.tsx'
import { Steps } from '../parts/steps.tsx'
import { useTask } from '../parts/use-task.ts'
import { messageOf } from '../messages.ts'
import { enrol, session } from '../state/session.ts'

/** Fewest letters of a password. */
const MIN_PASSWORD = 10

/** Makes an account. */
export function CreateScreen(): ReactElement {
  const form = useRef<HTMLFormElement>(null)
  const [handle, setHandle] = useState('')
  const [password, setPassword] = useState('')
  const [isShared, setShared] = useState(session.get().isShared)
  const [wasTried, setTried] = useState(false)
  const { isBusy, problem, run } = useTask()
  const length = [...password].length
  const handleProblem = [...handle.trim()].length < 3 ? 'Use 3 or more letters.' : undefined
  const passwordProblem = length < MIN_PASSWORD ? tooShort(length) : undefined
  const isTaken = problem === 'ERR_HANDLE_TAKEN'

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (handleProblem !== undefined || passwordProblem !== undefined) focusFirstProblem(form.current)
    else
      void run(() => enrol({ handle, password }, { shared: isShared })).then(
        (isDone) => isDone || focusFirstProblem(form.current),
      )
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
        <PasswordField
          label="Password"
          hint={`Use ${MIN_PASSWORD} or more letters. Four words that do not belong together work well. A password manager can make one for you.`}
          name="new-password"
          autoComplete="new-password"
          isShared={isShared}
          value={password}
          onChange={setPassword}
          problem={wasTried ? passwordProblem : undefined}
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

function tooShort(length: number): string {
  const missing = MIN_PASSWORD - length
  return length === 0
    ? `Choose a password with ${MIN_PASSWORD} or more letters.`
    : `Add ${missing} more ${missing === 1 ? 'letter' : 'letters'}.`
}

function takenText(): string {
  const { says, next } = messageOf('ERR_HANDLE_TAKEN')
  return `${says} ${next}`
}
