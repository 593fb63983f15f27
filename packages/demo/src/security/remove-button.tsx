/** A button that asks before it takes something away. */
import { type ReactElement, type ReactNode, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ErrorNotice } from '../parts/notice.tsx'
import { useTask } from '../parts/use-task.ts'

interface RemoveButtonProps {
  readonly label: string
  /** What is taken away, for the question and for who hears the page. */
  readonly name: string
  readonly onRemove: () => Promise<unknown>
  /** Called when the question is gone. */
  readonly onDone: () => Promise<void>
  readonly children: ReactNode
}

/** The button, and the question once it was pressed. */
export function RemoveButton({ label, name, onRemove, onDone, children }: RemoveButtonProps): ReactElement {
  const [isAsking, setAsking] = useState(false)
  const { isBusy, problem, run } = useTask()
  const remove = async (): Promise<void> => {
    if (!(await run(async () => void (await onRemove())))) return
    setAsking(false)
    await onDone()
  }
  return (
    <>
      <Button look="danger" aria-label={`${label} ${name}`} onPress={() => setAsking(true)}>
        {label}
      </Button>
      {isAsking && (
        <Dialog title={`${label} ${name}?`} role="alertdialog" onClose={() => setAsking(false)}>
          {children}
          <ErrorNotice code={problem} />
          <div className="actions">
            <Button autoFocus isDisabled={isBusy} onPress={() => setAsking(false)}>
              Keep it
            </Button>
            <Button look="danger" isDisabled={isBusy} onPress={() => void remove()}>
              {label}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}
