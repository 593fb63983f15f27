/** Step 1 of a new account: a sign-in name and a password. */
import { type ReactElement, useState } from 'react'
import { HandleField } from '../parts/handle-field.tsx'
import { NewPasswordField, useNewPassword } from '../parts/new-password.tsx'
import { Notice } from '../parts/notice.tsx'
import { Screen } from '../parts/screen.tsx'
import { SharedComputer } from '../parts/shared-computer.tsx'
import { Steps } from '../parts/steps.tsx'
import { TaskForm } from '../parts/task-form.tsx'
import { messageOf } from '../messages.ts'
import { enrol, session } from '../state/session.ts'

/** Makes an account. */
export function CreateScreen(): ReactElement {
  const [handle, setHandle] = useState('')
  const [isShared, setShared] = useState(session.get().isShared)
  const password = useNewPassword(handle)
  const handleProblem = [...handle.trim()].length < 3 ? 'Use 3 or more letters.' : undefined
  const make = async (): Promise<void> => {
    if (await password.check()) await enrol({ handle, password: password.value }, { shared: isShared })
  }
  return (
    <Screen title="Create your account" above={<Steps step={1} />}>
      <TaskForm
        submit="Create my account"
        busy="Making your account. This takes a few seconds."
        isReady={handleProblem === undefined && !password.isTooShort}
        work={make}
        atField="ERR_HANDLE_TAKEN"
        note={
          <Notice tone="info">
            <p>
              <strong>Nobody can reset this password.</strong> Not even our support team. So in the next step you get a
              recovery code. It is your second way in.
            </p>
          </Notice>
        }
      >
        {({ isTried, isBusy, problem }) => (
          <>
            <SharedComputer isShared={isShared} onChange={setShared} isReadOnly={isBusy} />
            <HandleField
              hint="Your e-mail address, or any name that you will know again. The server can see this name."
              isShared={isShared}
              value={handle}
              onChange={setHandle}
              problem={
                isTried && handleProblem !== undefined
                  ? handleProblem
                  : problem === 'ERR_HANDLE_TAKEN'
                    ? takenText()
                    : undefined
              }
              isReadOnly={isBusy}
            />
            <NewPasswordField
              label="Password"
              password={password}
              isShared={isShared}
              wasTried={isTried}
              isReadOnly={isBusy}
            />
          </>
        )}
      </TaskForm>
      <p>
        Do you have an account? <a href="#/unlock">Open your records</a>
      </p>
    </Screen>
  )
}

function takenText(): string {
  const { says, next } = messageOf('ERR_HANDLE_TAKEN')
  return `${says} ${next}`
}
