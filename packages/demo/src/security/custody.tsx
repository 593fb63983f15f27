/** The accounts that this one is a helper of, and the requests that wait for its word. */
import type { CustodyInfo, EscrowRequestInfo } from '@lockstitch/sdk'
import { type ReactElement, useState } from 'react'
import { client } from '../client.ts'
import { Field } from '../parts/field.tsx'
import { Digits } from './digits.tsx'
import { TaskForm } from '../parts/task-form.tsx'
import { countOf, dayOf, timeOf } from './words.ts'

interface CustodyProps {
  readonly custody: readonly CustodyInfo[]
  readonly onDone: (text: string) => Promise<void>
}

/** A list of them. */
export function Custody({ custody, onDone }: CustodyProps): ReactElement {
  return (
    <ul className="plain-list">
      {custody.map((one) => (
        <li key={one.account}>
          <div className="stack">
            <Digits label="Somebody with these digits" value={one.digits} />
            <p className="hint">
              Since {dayOf(one.created)}. It takes {countOf(one.threshold, 'helper')}.
            </p>
            {one.requests.length === 0 && <p>They have not asked for help.</p>}
            {one.requests.map((request) => (
              <Approval key={request.id} account={one.account} request={request} onDone={onDone} />
            ))}
          </div>
        </li>
      ))}
    </ul>
  )
}

interface ApprovalProps {
  readonly account: string
  readonly request: EscrowRequestInfo
  readonly onDone: (text: string) => Promise<void>
}

function Approval({ account, request, onDone }: ApprovalProps): ReactElement {
  const [digits, setDigits] = useState('')
  if (request.approvals.length > 0) return <p>You said yes to the request of {timeOf(request.created)}.</p>
  const work = async (): Promise<void> => {
    await client.escrow.approve({ account, request: request.id, digits })
    await onDone('You said yes. They get in when enough helpers have.')
  }
  return (
    <TaskForm submit="Say yes" busy="Sending your yes" isReady={digits.trim() !== ''} work={work}>
      {({ isTried, isBusy }) => (
        <>
          <p>
            <strong>They asked for help on {timeOf(request.created)}.</strong> Call them on a number that you know. Have
            them read the digits of their request to you, and type them here. Never take them from a message.
          </p>
          <Field
            label="Digits of the request"
            value={digits}
            onChange={setDigits}
            problem={isTried && digits.trim() === '' ? 'Type the digits that they read to you.' : undefined}
            isReadOnly={isBusy}
          />
        </>
      )}
    </TaskForm>
  )
}
