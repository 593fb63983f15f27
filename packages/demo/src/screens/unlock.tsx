/** Opens the records with the password. */
import { type FormEvent, type ReactElement, useRef, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Field, focusFirstProblem, PasswordField } from '../parts/field.tsx'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { Busy } from '../parts/progress.tsx'
import { Screen } from '../parts/screen.tsx'
import { useTask } from '../parts/use-task.ts'
import { currentHash, go } from '../state/route.ts'
import { type LockReason, session, unlock } from '../state/session.ts'
import { useStore } from '../state/store.ts'

const REASONS: Record<LockReason, string | null> = {
  start: null,
  user: 'Your records are locked. You can leave this device now.',
  idle: 'Nobody used this page for 10 minutes, so we locked your records. What you typed is kept.',
  ended: 'The browser closed your records. What you saved is safe.',
}

/** Sign-in name and password. */
export function UnlockScreen(): ReactElement {
  const form = useRef<HTMLFormElement>(null)
  const [handle, setHandle] = useState('')
  const [password, setPassword] = useState('')
  const [wasTried, setTried] = useState(false)
  const { reason } = useStore(session)
  const { isBusy, problem, run } = useTask()

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (handle.trim() === '' || password === '') return focusFirstProblem(form.current)
    void run(async () => {
      await unlock({ handle, password })
      if (currentHash() === '#/unlock') go({ name: 'start' })
    })
  }

  return (
    <Screen title="Open your records">
      {REASONS[reason] !== null && (
        <Notice tone="good" icon="lock" role="status">
          <p>{REASONS[reason]}</p>
        </Notice>
      )}
      <form ref={form} onSubmit={submit} noValidate className="stack">
        <Field
          label="Sign-in name"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          value={handle}
          onChange={setHandle}
          problem={wasTried && handle.trim() === '' ? 'Type your sign-in name.' : undefined}
          isReadOnly={isBusy}
        />
        <PasswordField
          label="Password"
          name="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          problem={wasTried && password === '' ? 'Type your password.' : undefined}
          isReadOnly={isBusy}
        />
        <ErrorNotice code={problem}>
          {problem === 'ERR_UNLOCK_FAILED' && (
            <p>
              Nobody can reset your password, not even our support team. But your <a href="#/recover">recovery code</a>{' '}
              opens your records too.
            </p>
          )}
        </ErrorNotice>
        <Busy label={isBusy ? 'Opening your records. This takes a few seconds.' : null} />
        <div className="actions">
          <Button type="submit" look="main" isDisabled={isBusy}>
            Open my records
          </Button>
        </div>
        <ul className="links">
          <li>
            <a href="#/recover">I lost my password</a>
          </li>
          <li>
            <a href="#/create">I have no account yet</a>
          </li>
        </ul>
      </form>
    </Screen>
  )
}
