/** The warning before the records lock by themselves. */
import type { ReactElement } from 'react'
import { client } from '../client.ts'
import { lock, session } from '../state/session.ts'
import { useStore } from '../state/store.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

/** Asks when nobody has touched the page for long. */
export function IdleDialog(): ReactElement | null {
  const { warning, isShared } = useStore(session)
  if (warning?.reason !== 'idle') return null
  const seconds = warning.leftMs / 1000
  const stay = (): void => client.extend()
  return (
    <Dialog title="Are you still there?" role="alertdialog" onClose={stay}>
      <p>
        Your records lock in <strong>{seconds} seconds</strong>, so that nobody else can read them.{' '}
        {isShared ? 'What you typed and did not save is lost then.' : 'What you typed is kept.'}
      </p>
      <Spoken seconds={seconds} />
      <div className="actions">
        <Button look="main" onPress={stay} autoFocus>
          Stay signed in
        </Button>
        <Button icon="lock" onPress={() => void lock()}>
          Lock now
        </Button>
      </div>
    </Dialog>
  )
}

/** A reader hears the time every 20 seconds, not every second. */
function Spoken({ seconds }: { readonly seconds: number }): ReactElement {
  const step = Math.ceil(seconds / 20) * 20
  return (
    <p role="status" className="visually-hidden">
      {step >= 60 ? '' : `${step} seconds left`}
    </p>
  )
}
