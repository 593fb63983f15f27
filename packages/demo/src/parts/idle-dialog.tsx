/** The warning before the records lock by themselves. */
import type { ReactElement } from 'react'
import { useIdleLock } from '../state/idle.ts'
import { lock } from '../state/session.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

/** Counts while it is mounted, and asks when the time is nearly up. */
export function IdleDialog(): ReactElement | null {
  const { secondsLeft, stay } = useIdleLock()
  if (secondsLeft === null) return null
  return (
    <Dialog title="Are you still there?" role="alertdialog" onClose={stay}>
      <p>
        Your records lock in <strong>{secondsLeft} seconds</strong>, so that nobody else can read them. What you typed
        is kept.
      </p>
      <Spoken seconds={secondsLeft} />
      <div className="actions">
        <Button look="main" onPress={stay} autoFocus>
          Keep them open
        </Button>
        <Button icon="lock" onPress={() => void lock('user')}>
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
