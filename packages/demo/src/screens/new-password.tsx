/** After the recovery code has opened the records: a new password, at once or later. */
import { type ReactElement, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { HandleField } from '../parts/handle-field.tsx'
import { NewPasswordField, useNewPassword } from '../parts/new-password.tsx'
import { Notice } from '../parts/notice.tsx'
import { Screen } from '../parts/screen.tsx'
import { TaskForm } from '../parts/task-form.tsx'
import { say } from '../state/flash.ts'
import { keepPassword, session, setPassword } from '../state/session.ts'
import { useStore } from '../state/store.ts'

/** Asks for the sign-in name and a new password. */
export function NewPasswordScreen(): ReactElement {
  const { isShared } = useStore(session)
  const [handle, setHandle] = useState('')
  const password = useNewPassword(handle)
  const handleProblem = [...handle.trim()].length < 3 ? 'Type the sign-in name from your recovery kit.' : undefined
  const set = async (): Promise<void> => {
    if (!(await password.check())) return
    await setPassword(handle, password.value)
    say('Your new password is set. The old one does not work any more. Your recovery code still does.')
  }
  return (
    <Screen
      title="Set a new password"
      lead="Your records are open. Choose a new password if you forgot the old one, or if someone else may know it."
    >
      <TaskForm
        submit="Set my new password"
        busy="Setting your new password. This takes a few seconds."
        isReady={handleProblem === undefined && !password.isTooShort}
        work={set}
        atField="ERR_HANDLE_TAKEN"
        note={
          <Notice tone="info">
            <p>
              <strong>You can do this later.</strong> Until then the old password still opens your records, for everyone
              who knows it.
            </p>
          </Notice>
        }
        more={(isBusy) => (
          <Button isDisabled={isBusy} onPress={keepPassword}>
            Later
          </Button>
        )}
      >
        {({ isTried, isBusy, problem }) => (
          <>
            <HandleField
              hint="It is on your recovery kit. The server can see this name."
              isShared={isShared}
              value={handle}
              onChange={setHandle}
              problem={
                isTried && handleProblem !== undefined
                  ? handleProblem
                  : problem === 'ERR_HANDLE_TAKEN'
                    ? 'This name belongs to another account. Look on your recovery kit for yours.'
                    : undefined
              }
              isReadOnly={isBusy}
            />
            <NewPasswordField password={password} isShared={isShared} wasTried={isTried} isReadOnly={isBusy} />
          </>
        )}
      </TaskForm>
    </Screen>
  )
}
