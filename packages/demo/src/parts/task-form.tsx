/** A form that does one thing: it looks at its fields first, says what it is busy with, and what went wrong. */
import type { ErrorCode } from '@lockstitch/sdk'
import { type FormEvent, type ReactElement, type ReactNode, useRef, useState } from 'react'
import { Button } from './button.tsx'
import { focusFirstProblem } from './field.tsx'
import { ErrorNotice } from './notice.tsx'
import { Busy } from './progress.tsx'
import { useFocusBack } from './use-focus-back.ts'
import { useTask } from './use-task.ts'

/** Where a form stands. */
export interface FormState {
  /** It was sent once: only from then on its fields say what is wrong. */
  readonly isTried: boolean
  readonly isBusy: boolean
  /** Why the last time came to nothing. */
  readonly problem: ErrorCode | null
}

interface TaskFormProps {
  readonly submit: string
  readonly look?: 'main' | 'danger-main'
  readonly busy: string
  /** False: a field has a problem, which shows once it was tried. */
  readonly isReady: boolean
  readonly work: () => Promise<void>
  readonly children: (state: FormState) => ReactNode
  /** A code that a field speaks of itself. */
  readonly atField?: ErrorCode
  /** What to know before the button is pressed. */
  readonly note?: ReactNode
  /** Buttons beside it. */
  readonly more?: (isBusy: boolean) => ReactNode
}

/** The fields, the messages, the button. */
export function TaskForm({
  submit,
  look = 'main',
  busy,
  isReady,
  work,
  children,
  atField,
  note,
  more,
}: TaskFormProps): ReactElement {
  const form = useRef<HTMLFormElement>(null)
  const [isTried, setTried] = useState(false)
  const { isBusy, problem, run } = useTask()
  useFocusBack(form, isBusy)
  const start = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (!isReady) return focusFirstProblem(form.current)
    void run(work).then(() => focusFirstProblem(form.current))
  }
  return (
    <form ref={form} onSubmit={start} noValidate className="stack">
      {children({ isTried, isBusy, problem })}
      <ErrorNotice code={problem === atField ? null : problem} />
      <Busy label={isBusy ? busy : null} />
      {note}
      <div className="actions">
        <Button type="submit" look={look} isDisabled={isBusy}>
          {submit}
        </Button>
        {more?.(isBusy)}
      </div>
    </form>
  )
}
