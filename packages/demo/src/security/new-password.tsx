/** A new password in place of the one that there is. */
import type { ReactElement } from 'react'
import { client } from '../client.ts'
import { NewPasswordField, useNewPassword } from '../parts/new-password.tsx'
import { session } from '../state/session.ts'
import { useStore } from '../state/store.ts'
import { ProofFields } from './proof-fields.tsx'
import { TaskForm } from '../parts/task-form.tsx'
import { useProof } from './use-proof.ts'

/** The form. `onDone` is called once the new password is the one that opens. */
export function NewPassword({ onDone }: { readonly onDone: () => void }): ReactElement {
  const { isShared } = useStore(session)
  const proof = useProof()
  const password = useNewPassword(proof.handle)
  const work = async (): Promise<void> => {
    if (!(await password.check())) return
    const slot = { kind: 'password', handle: proof.handle, password: password.value } as const
    await client.slots.add({ with: proof.opening(), slot })
    session.set({ handle: proof.handle })
    onDone()
  }
  return (
    <TaskForm
      submit="Set the new password"
      busy="Setting your new password. This takes a few seconds."
      isReady={proof.isComplete && proof.handle.trim() !== '' && !password.isTooShort}
      work={work}
    >
      {({ isTried, isBusy }) => (
        <>
          <ProofFields proof={proof} isTried={isTried} isReadOnly={isBusy} withHandle />
          <NewPasswordField password={password} isShared={isShared} wasTried={isTried} isReadOnly={isBusy} />
        </>
      )}
    </TaskForm>
  )
}
