/** A drill: whether the recovery kit is still there, and still opens the records. */
import { type FormEvent, type ReactElement, useRef, useState } from 'react'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { CodeField } from '../parts/code-field.tsx'
import { focusFirstProblem } from '../parts/field.tsx'
import { ErrorNotice } from '../parts/notice.tsx'
import { Busy } from '../parts/progress.tsx'
import { Screen } from '../parts/screen.tsx'
import { useTask } from '../parts/use-task.ts'
import { say } from '../state/flash.ts'
import { kitTest } from '../state/kit-test.ts'
import { go } from '../state/route.ts'

/** Asks for the code; nothing changes but the date of the reminder. */
export function TestKitScreen(): ReactElement {
  const form = useRef<HTMLFormElement>(null)
  const [code, setCode] = useState('')
  const [wasTried, setTried] = useState(false)
  const { isBusy, problem, run } = useTask()

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (code.trim() === '') return focusFirstProblem(form.current)
    void run(async () => {
      await client.slots.test({ recoveryCode: code })
      kitTest.reset()
      say('Your recovery code works. Put it back where you keep it.')
      go({ name: 'start' })
    })
  }

  return (
    <Screen
      title="Test your recovery code"
      lead="Look for your recovery kit and enter its code. Nothing is changed. You only find out that you still have it, and that it works."
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
            Test my code
          </Button>
        </div>
      </form>
    </Screen>
  )
}
