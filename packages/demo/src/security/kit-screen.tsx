/** A new recovery kit: made, kept, and checked. The old one works until the new one was checked. */
import { type ReactElement, useState } from 'react'
import type { RecoveryKit } from '@lockstitch/sdk'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { CodeForm } from '../parts/code-form.tsx'
import { Kit } from '../parts/kit.tsx'
import { Notice } from '../parts/notice.tsx'
import { TaskForm } from '../parts/task-form.tsx'
import { kitTest } from '../state/kit-test.ts'
import { session } from '../state/session.ts'
import { ProofFields } from './proof-fields.tsx'
import { finish, TaskScreen } from './task-screen.tsx'
import { useProof } from './use-proof.ts'

interface MadeKit {
  readonly slot: string
  readonly kit: RecoveryKit
}

/** Its three steps. The code is gone from the page with the last one, or when the user leaves. */
export function KitScreen(): ReactElement {
  const [made, setMade] = useState<MadeKit | null>(null)
  const [isKept, setKept] = useState(false)
  if (made === null) return <MakeScreen onMade={setMade} />
  if (!isKept) return <KeepScreen kit={made.kit} onKept={() => setKept(true)} />
  return <CheckScreen slot={made.slot} onBack={() => setKept(false)} />
}

function MakeScreen({ onMade }: { readonly onMade: (made: MadeKit) => void }): ReactElement {
  const proof = useProof()
  const work = async (): Promise<void> => {
    const { slot, recoveryKit } = await client.slots.add({ with: proof.opening(), slot: { kind: 'recovery' } })
    const { handle } = session.get()
    if (recoveryKit !== undefined) onMade({ slot, kit: { ...recoveryKit, ...(handle === '' ? {} : { handle }) } })
  }
  return (
    <TaskScreen
      title="Make a new recovery kit"
      lead="You get a new code, keep it, and type it once. Only then does the old one stop working."
    >
      <TaskForm
        submit="Make a new kit"
        busy="Making your kit. This takes a few seconds."
        isReady={proof.isComplete}
        work={work}
      >
        {({ isTried, isBusy }) => <ProofFields proof={proof} isTried={isTried} isReadOnly={isBusy} />}
      </TaskForm>
    </TaskScreen>
  )
}

function KeepScreen({ kit, onKept }: { readonly kit: RecoveryKit; readonly onKept: () => void }): ReactElement {
  return (
    <TaskScreen
      title="Keep your new recovery code"
      lead="Print it, save it, or copy it. Keep the old one until the new one is checked in the next step."
    >
      <Kit kit={kit} onKept={onKept} />
    </TaskScreen>
  )
}

function CheckScreen({ slot, onBack }: { readonly slot: string; readonly onBack: () => void }): ReactElement {
  const [isOld, setOld] = useState(false)
  const check = async (code: string): Promise<void> => {
    setOld(false)
    // The old code opens the account too, and says nothing of the new one.
    if ((await client.slots.test({ recoveryCode: code })).slot !== slot) return setOld(true)
    kitTest.reset()
    finish('kit', 'Your new recovery kit works. The old one opens nothing any more: destroy it.')
  }
  return (
    <TaskScreen title="Check your new code" lead="Enter the new code from where you kept it.">
      <CodeForm
        submit="Check my code"
        work={check}
        more={(isBusy) => (
          <Button icon="back" isDisabled={isBusy} onPress={onBack}>
            Show the code again
          </Button>
        )}
      >
        {isOld && (
          <Notice tone="bad" role="alert">
            <p>
              <strong>This is your old code.</strong> It still works. Type the new one, to know that you have it.
            </p>
          </Notice>
        )}
      </CodeForm>
    </TaskScreen>
  )
}
