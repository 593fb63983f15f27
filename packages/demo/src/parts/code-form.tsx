/** Asks for a recovery code, and does one thing with it. */
import { type ReactElement, type ReactNode, useState } from 'react'
import { CodeField } from './code-field.tsx'
import { TaskForm } from './task-form.tsx'

interface CodeFormProps {
  readonly submit: string
  readonly work: (code: string) => Promise<void>
  /** Over the field. */
  readonly above?: (isBusy: boolean) => ReactNode
  /** Under it. */
  readonly children?: ReactNode
  /** Buttons beside the one that sends it. */
  readonly more?: (isBusy: boolean) => ReactNode
}

/** The field and its button. */
export function CodeForm({ submit, work, above, children, more }: CodeFormProps): ReactElement {
  const [code, setCode] = useState('')
  const isEmpty = code.trim() === ''
  return (
    <TaskForm
      submit={submit}
      busy="Checking your code. This takes a few seconds."
      isReady={!isEmpty}
      work={() => work(code)}
      {...(more === undefined ? {} : { more })}
    >
      {({ isTried, isBusy }) => (
        <>
          {above?.(isBusy)}
          <CodeField
            value={code}
            onChange={setCode}
            problem={isTried && isEmpty ? 'Type or paste your code.' : undefined}
            isReadOnly={isBusy}
          />
          {children}
        </>
      )}
    </TaskForm>
  )
}
