/** "I think somebody got in": what to do, in the order that helps, and what it can't undo. */
import { type ReactElement, type ReactNode, useState } from 'react'
import { Focused } from '../parts/focused.tsx'
import { Notice } from '../parts/notice.tsx'
import { AlarmDevices } from './alarm-devices.tsx'
import { AlarmKeys } from './alarm-keys.tsx'
import { NewPassword } from './new-password.tsx'
import { TaskScreen } from './task-screen.tsx'

/** Four steps; each says when it is done. */
export function AlarmScreen(): ReactElement {
  const [isPasswordDone, setPasswordDone] = useState(false)
  return (
    <TaskScreen
      title="Somebody may have got in"
      lead="Do these steps one after the other. It takes a few minutes. Your records stay yours, and nothing is deleted."
    >
      <Step number={1} title="Throw out devices">
        <AlarmDevices />
      </Step>
      <Step number={2} title="Set a new password">
        {isPasswordDone ? (
          <Done>Your password is changed. Whoever had the old one can’t come in with it any more.</Done>
        ) : (
          <NewPassword onDone={() => setPasswordDone(true)} />
        )}
      </Step>
      <Step number={3} title="Get new keys">
        <AlarmKeys />
      </Step>
      <Step number={4} title="Look at the rest">
        <ul className="plain-list">
          <li>
            Can somebody have seen your recovery kit? <a href="#/security/kit">Make a new kit</a>. The old one stops
            working then.
          </li>
          <li>
            Is there a passkey that is not yours? <a href="#/security">Remove it from your ways in</a>.
          </li>
          <li>
            What did they do? <a href="#/security">See what happened</a>.
          </li>
        </ul>
      </Step>
    </TaskScreen>
  )
}

interface StepProps {
  readonly number: number
  readonly title: string
  readonly children: ReactNode
}

function Step({ number, title, children }: StepProps): ReactElement {
  const id = `step-${number}`
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>
        {number}. {title}
      </h2>
      {children}
    </section>
  )
}

function Done({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <Focused>
      <Notice tone="good" role="status">
        <p>{children}</p>
      </Notice>
    </Focused>
  )
}
