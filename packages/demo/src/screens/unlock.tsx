/** Opens the records with the password, a passkey, or the PIN of this device. */
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react'
import type { Credentials } from '@lockstitch/sdk'
import { Button } from '../parts/button.tsx'
import { focusFirstProblem, PasswordField } from '../parts/field.tsx'
import { HandleField } from '../parts/handle-field.tsx'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { PinForm } from '../parts/pin-form.tsx'
import { Busy } from '../parts/progress.tsx'
import { Screen } from '../parts/screen.tsx'
import { SharedComputer } from '../parts/shared-computer.tsx'
import { useFocusBack } from '../parts/use-focus-back.ts'
import { usePasskeys } from '../parts/use-passkeys.ts'
import { useTask } from '../parts/use-task.ts'
import { hasPin, rememberPin } from '../state/returning.ts'
import { goOn } from '../state/route.ts'
import { session, unlock } from '../state/session.ts'
import { useStore } from '../state/store.ts'

type Reason = ReturnType<typeof session.get>['reason']

const REASONS: Record<Reason, string | null> = {
  start: null,
  user: 'Your records are locked. You can leave this device now.',
  idle: 'Nobody used this page for 10 minutes, so we locked your records.',
  absolute: 'Your records were open for a day, so we locked them.',
  sleep: 'This device was asleep, so we locked your records.',
  hidden: 'You left this page, so we locked your records.',
  'other-tab': 'You locked your records in another tab.',
  'worker-gone': 'The browser closed your records.',
}

/** What became of what was typed, where the user did not lock. */
function restOf(reason: Reason, isShared: boolean, lost: number): string {
  if (reason === 'start' || reason === 'user') return ''
  if (lost > 0)
    return ` ${lost === 1 ? '1 change' : `${lost} changes`} could not be sent before, and ${lost === 1 ? 'is' : 'are'} lost.`
  return isShared ? ' What you saved is safe.' : ' What you saved is safe, and what you typed is kept.'
}

/** The PIN where this device is remembered; a sign-in name and a password, or a passkey, where it is not. */
export function UnlockScreen(): ReactElement {
  const { reason, lost, isShared: wasShared } = useStore(session)
  const [isPin, setPin] = useState(hasPin)
  const [isGone, setGone] = useState(false)
  const opened = (): void => goOn('#/unlock', { name: 'start' })
  return (
    <Screen title="Open your records">
      {REASONS[reason] !== null && (
        <Notice tone={lost > 0 ? 'warn' : 'good'} icon="lock" role="status">
          <p>
            {REASONS[reason]}
            {restOf(reason, wasShared, lost)}
          </p>
        </Notice>
      )}
      <ErrorNotice code={isGone ? 'ERR_DEVICE_REVOKED' : null} />
      {isPin ? (
        <PinForm
          onOpened={opened}
          onOther={() => setPin(false)}
          onGone={() => {
            rememberPin(false)
            setGone(true)
            setPin(false)
          }}
        />
      ) : (
        <PasswordForm onOpened={opened} isFirst={!hasPin() && !isGone} />
      )}
    </Screen>
  )
}

interface PasswordFormProps {
  readonly onOpened: () => void
  /** False: it takes the place of what had the focus. */
  readonly isFirst: boolean
}

function PasswordForm({ onOpened, isFirst }: PasswordFormProps): ReactElement {
  const form = useRef<HTMLFormElement>(null)
  const [handle, setHandle] = useState('')
  const [password, setPassword] = useState('')
  const [wasTried, setTried] = useState(false)
  const [isShared, setShared] = useState(session.get().isShared)
  const hasPasskeys = usePasskeys() === true
  const { isBusy, problem, run } = useTask()
  useFocusBack(form, isBusy)
  useEffect(() => {
    if (!isFirst) form.current?.querySelector<HTMLElement>('input[name="username"]')?.focus()
  }, [isFirst])

  const open = async (credentials: Credentials): Promise<void> => {
    await unlock(credentials, { shared: isShared })
    onOpened()
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (handle.trim() === '' || password === '') return focusFirstProblem(form.current)
    void run(() => open({ handle, password }))
  }

  return (
    <form ref={form} onSubmit={submit} noValidate className="stack">
      <SharedComputer isShared={isShared} onChange={setShared} isReadOnly={isBusy} />
      <HandleField
        isShared={isShared}
        value={handle}
        onChange={setHandle}
        problem={wasTried && handle.trim() === '' ? 'Type your sign-in name.' : undefined}
        isReadOnly={isBusy}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        isShared={isShared}
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
        {hasPasskeys && (
          <Button icon="person" isDisabled={isBusy} onPress={() => void run(() => open({ passkey: true }))}>
            Use a passkey
          </Button>
        )}
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
  )
}
