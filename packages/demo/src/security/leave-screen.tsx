/** Deleting the account: what that means, who asks for it, and what became of it when the server did not say. */
import { type ReactElement, useState } from 'react'
import { SaveCertificate } from '../parts/certificate.tsx'
import { Field } from '../parts/field.tsx'
import { Focused } from '../parts/focused.tsx'
import { Notice } from '../parts/notice.tsx'
import { TaskForm } from '../parts/task-form.tsx'
import { leave } from '../state/farewell.ts'
import { ProofFields } from './proof-fields.tsx'
import { TaskScreen } from './task-screen.tsx'
import { useProof } from './use-proof.ts'

const WORD = 'delete'

/** Everything that is to be known before, and the form. The screen after it is the last. */
export function LeaveScreen(): ReactElement {
  const proof = useProof()
  const [word, setWord] = useState('')
  const [unanswered, setUnanswered] = useState({ certificate: '', times: 0 })
  const isMeant = word.trim().toLowerCase() === WORD
  const isFirst = unanswered.times === 0
  const work = async (): Promise<void> => {
    const report = await leave(proof.opening())
    if (!report.isDeleted) setUnanswered(({ times }) => ({ certificate: report.certificate, times: times + 1 }))
  }
  return (
    <TaskScreen
      title="Delete your account"
      lead="All that you keep here is deleted, and its keys are destroyed. Nobody can undo that."
    >
      {isFirst ? <Before /> : <Unanswered key={unanswered.times} certificate={unanswered.certificate} />}
      <TaskForm
        submit={isFirst ? 'Delete my account for good' : 'Ask the server again'}
        look="danger-main"
        busy={`${isFirst ? 'Destroying your keys' : 'Asking the server'}. This takes a few seconds.`}
        isReady={proof.isComplete && isMeant}
        work={work}
      >
        {({ isTried, isBusy }) => (
          <>
            <ProofFields proof={proof} isTried={isTried} isReadOnly={isBusy} />
            <Field
              label={`Type the word “${WORD}”`}
              hint="So that nobody does this by accident."
              autoCapitalize="none"
              value={word}
              onChange={setWord}
              problem={isTried && !isMeant ? `Type “${WORD}” if you mean it.` : undefined}
              isReadOnly={isBusy}
            />
          </>
        )}
      </TaskForm>
    </TaskScreen>
  )
}

function Before(): ReactElement {
  return (
    <>
      <ul className="plain-list">
        <li>First, the keys of your records are destroyed. Without them nobody can read your records, not even you.</li>
        <li>
          Then the server deletes your records, your files and your ways in. What stays is a list of what happened to
          the account, without anything about your health.
        </li>
        <li>
          Another device of yours may keep its own copy, and open it with your password. Clear this site’s data there.
        </li>
        <li>
          A copy that somebody made of the server before still opens for who has your password or your recovery kit:
          destroy the kit, and use that password nowhere else.
        </li>
        <li>Did somebody choose you as a helper? Tell them to choose somebody else.</li>
      </ul>
      <Notice tone="warn">
        <p>
          <strong>Do you still need your records?</strong> <a href="#/">Export them</a> first, at the end of your list.
        </p>
      </Notice>
    </>
  )
}

function Unanswered({ certificate }: { readonly certificate: string }): ReactElement {
  return (
    <Focused>
      <Notice tone="warn" role="alert">
        <p>
          <strong>Your keys are destroyed: nothing here opens any more.</strong> But the server did not say that it has
          deleted your records. Save the certificate, and ask again in a moment.
        </p>
      </Notice>
      <div className="card stack">
        <SaveCertificate certificate={certificate} />
      </div>
    </Focused>
  )
}
