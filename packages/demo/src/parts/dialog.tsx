/**
 * A question that must be answered. It is the browser's own dialog: it holds the focus, closes with Escape and gives the
 * focus back by itself, and unlike a library's it adds no style sheet that the page's policy would block on phones.
 */
import { type ReactElement, type ReactNode, useId, useLayoutEffect, useRef } from 'react'

interface DialogProps {
  readonly title: string
  readonly children: ReactNode
  /** Escape was pressed. */
  readonly onClose: () => void
  readonly role?: 'dialog' | 'alertdialog'
}

/** Open as long as it is mounted. */
export function Dialog({ title, children, onClose, role = 'dialog' }: DialogProps): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  // Before it leaves the page: a dialog that is closed gives the focus back, one that is only removed does not.
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      role={role}
      aria-labelledby={id}
      className="dialog"
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  )
}
