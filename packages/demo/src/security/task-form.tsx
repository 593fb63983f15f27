/** A form that does one thing: it looks at its fields first, says what it is busy with, and what went wrong. */
import { type FormEvent, type ReactElement, type ReactNode, useRef, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { focusFirstProblem } from '../parts/field.tsx'
import { ErrorNotice } from '../parts/notice.tsx'
import { Busy } from '../parts/progress.tsx'
import { useTask } from '../parts/use-task.ts'

interface TaskFormProps {
  readonly submit: string
  readonly busy: string
  /** False: a field has a problem, which shows once it was tried. */
  readonly isReady: boolean
  readonly work: () => Promise<void>
  readonly children: (isTried: boolean, isBusy: boolean) => ReactNode
  readonly more?: ReactNode
}

/** The fields, the messages, the button. */
export function TaskForm({ submit, busy, isReady, work, children, more }: TaskFormProps): ReactElement {
  const form = useRef<HTMLFormElement>(null)
  const [isTried, setTried] = useState(false)
  const { isBusy, problem, run } = useTask()
  const start = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (!isReady) return focusFirstProblem(form.current)
    void run(work)
  }
  return (
    <form ref={form} onSubmit={start} noValidate autoComplete="off" className="stack">
      {children(isTried, isBusy)}
      <ErrorNotice code={problem} />
      <Busy label={isBusy ? busy : null} />
      <div className="actions">
        <Button type="submit" look="main" isDisabled={isBusy}>
          {submit}
        </Button>
        {more}
      </div>
    </form>
  )
}
