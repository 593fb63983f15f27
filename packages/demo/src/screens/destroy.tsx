/** Destroying one record for good: the keys that it was ever locked with go, and all others are locked anew before. */
import type { Progress as Done } from '@lockstitch/sdk'
import { type ReactElement, useState } from 'react'
import { client } from '../client.ts'
import { MODELS } from '../models.ts'
import { ButtonLink } from '../parts/button.tsx'
import { SaveCertificate } from '../parts/certificate.tsx'
import { Icon } from '../parts/icon.tsx'
import { Progress } from '../parts/progress.tsx'
import { Screen } from '../parts/screen.tsx'
import { TaskForm } from '../parts/task-form.tsx'
import { ProofFields } from '../security/proof-fields.tsx'
import { useProof } from '../security/use-proof.ts'
import { hideRemoved } from '../state/records.ts'
import { hrefOf, type Kind } from '../state/route.ts'

/** What that means, who asks for it, and the certificate. */
export function DestroyScreen({ kind, id }: { readonly kind: Kind; readonly id: string }): ReactElement {
  const proof = useProof()
  const [done, setDone] = useState<Done | null>(null)
  const [certificate, setCertificate] = useState('')
  const work = async (): Promise<void> => {
    const order = { record: { model: kind, id }, models: MODELS, with: proof.opening() }
    const report = await client.keys.destroy(order, { onProgress: setDone }).finally(() => setDone(null))
    await hideRemoved(id)
    setCertificate(report.certificate)
  }
  if (certificate !== '') return <Destroyed certificate={certificate} />
  return (
    <Screen
      title="Destroy this record for good"
      lead="Its keys are destroyed. Without them, locked copies that may still be somewhere can’t be read. Nobody can undo that."
      above={
        <a className="back" href={hrefOf({ name: 'record', kind, id })}>
          <Icon name="back" />
          Back to the record
        </a>
      }
    >
      <ul className="plain-list">
        <li>First the record is deleted. Then all your other records are locked with new keys.</li>
        <li>Last, the old keys are destroyed. That takes a while if you have many records.</li>
        <li>
          Stay on this page until it is done. Was it stopped halfway? Then your other records are safe: press the button
          again.
        </li>
        <li>
          A copy that somebody made of the server before still opens for who has your password or your recovery kit.
        </li>
        <li>Files that are attached to your records stand in the way. Remove them first.</li>
      </ul>
      <TaskForm
        submit="Destroy this record"
        look="danger-main"
        busy="Destroying the record"
        isReady={proof.isComplete}
        work={work}
        note={done !== null && <Progress label="Your other records" inPercent {...done} />}
      >
        {({ isTried, isBusy }) => <ProofFields proof={proof} isTried={isTried} isReadOnly={isBusy} />}
      </TaskForm>
    </Screen>
  )
}

function Destroyed({ certificate }: { readonly certificate: string }): ReactElement {
  return (
    <Screen
      title="The record is destroyed"
      lead="Its keys are gone, and nobody can make them again. Your other records are as they were."
    >
      <div className="card stack">
        <SaveCertificate certificate={certificate} />
      </div>
      <div className="actions">
        <ButtonLink href="#/" look="main">
          See my records
        </ButtonLink>
      </div>
    </Screen>
  )
}
