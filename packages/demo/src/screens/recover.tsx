/** Opens the records with the recovery code: on a new device, or when the password is lost. */
import { type ReactElement, useState } from 'react'
import { CodeForm } from '../parts/code-form.tsx'
import { Notice } from '../parts/notice.tsx'
import { Screen } from '../parts/screen.tsx'
import { SharedComputer } from '../parts/shared-computer.tsx'
import { say } from '../state/flash.ts'
import { go } from '../state/route.ts'
import { session, unlock } from '../state/session.ts'

/** Asks for the code from the recovery kit. */
export function RecoverScreen(): ReactElement {
  const [isShared, setShared] = useState(session.get().isShared)
  const open = async (recoveryCode: string): Promise<void> => {
    await unlock({ recoveryCode }, { shared: isShared })
    say('You opened your records with your recovery code. The code still works. Keep it safe.')
    go({ name: 'start' })
  }
  return (
    <Screen
      title="Use your recovery code"
      lead="You got this code when you made your account. Look for your recovery kit: on paper, in a file, or in your password manager."
    >
      <CodeForm
        submit="Open my records"
        work={open}
        above={(isBusy) => <SharedComputer isShared={isShared} onChange={setShared} isReadOnly={isBusy} />}
      />
      <Notice tone="info">
        <p>
          We are sorry if you can’t find it. Nobody can make this code again, not even our support team. Try your
          password once more, or look in the places where you keep important papers.
        </p>
      </Notice>
      <ul className="links">
        <li>
          <a href="#/unlock">Use my password</a>
        </li>
      </ul>
    </Screen>
  )
}
