/** Opens the records with the recovery code: on a new device, or when the password is lost. */
import { type FormEvent, type ReactElement, useRef, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { CodeField } from '../parts/code-field.tsx'
import { focusFirstProblem } from '../parts/field.tsx'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { Busy } from '../parts/progress.tsx'
import { Screen } from '../parts/screen.tsx'
import { SharedComputer } from '../parts/shared-computer.tsx'
import { useTask } from '../parts/use-task.ts'
import { say } from '../state/flash.ts'
import { go } from '../state/route.ts'
import { session, unlock } from '../state/session.ts'

/** Asks for the code from the recovery kit. */
export function RecoverScreen(): ReactElement {
  const form = useRef<HTMLFormElement>(null)
  const [code, setCode] = useState('')
  const [isShared, setShared] = useState(session.get().isShared)
  const [wasTried, setTried] = useState(false)
  const { isBusy, problem, run } = useTask()

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (code.trim() === '') return focusFirstProblem(form.current)
    void run(async () => {
      await unlock({ recoveryCode: code }, { shared: isShared })
      setCode('')
      say('You opened your records with your recovery code. The code still works. Keep it safe.')
      go({ name: 'start' })
    })
  }

  return (
    <Screen
      title="Use your recovery code"
      lead="You got this code when you made your account. Look for your recovery kit: on paper, in a file, or in your password manager."
    >
      <form ref={form} onSubmit={submit} noValidate autoComplete="off" className="stack">
        <SharedComputer isShared={isShared} onChange={setShared} isReadOnly={isBusy} />
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
            Open my records
          </Button>
        </div>
        <Notice tone="info">
          <p>
            We are sorry if you can’t find it. Nobody can make this code again, not even our support team. Try your
            password once more, or look in the places where you keep important papers.
          </p>
        </Notice>
        <ul className="links">
          <li>
            <a href="#/unlock">Use my password</a>
          </li>
        </ul>
      </form>
    </Screen>
  )
}
