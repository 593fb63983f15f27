/** The question before a shared computer is locked with changes that could not be sent. */
import type { ReactElement } from 'react'
import { lock, session, stay } from '../state/session.ts'
import { useStore } from '../state/store.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

/** Asks when the lock was not done because of them. */
export function UnsentDialog(): ReactElement | null {
  const { unsent } = useStore(session)
  if (unsent === 0) return null
  return (
    <Dialog
      title={unsent === 1 ? '1 change is not sent yet' : `${unsent} changes are not sent yet`}
      role="alertdialog"
      onClose={stay}
    >
      <p>
        We could not reach the server. This is a shared computer, so nothing is kept on it.{' '}
        <strong>If you lock now, </strong>
        <strong>{unsent === 1 ? 'this change is lost.' : 'these changes are lost.'}</strong>
      </p>
      <div className="actions">
        <Button look="main" onPress={stay} autoFocus>
          Stay and try again
        </Button>
        <Button icon="lock" onPress={() => void lock({ discardUnsent: true })}>
          Lock and lose {unsent === 1 ? 'it' : 'them'}
        </Button>
      </div>
    </Dialog>
  )
}
