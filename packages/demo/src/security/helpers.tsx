/** Trusted people who can open the account together: off until it is set up, so it stands behind a heading to open. */
import type { EscrowOverview, EscrowRequestInfo } from '@lockstitch/sdk'
import { type ReactElement, useState } from 'react'
import { client } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Details } from '../parts/details.tsx'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { Busy } from '../parts/progress.tsx'
import { useLoaded } from '../parts/use-loaded.ts'
import { useTask } from '../parts/use-task.ts'
import { Custody } from './custody.tsx'
import { MyCard } from './my-card.tsx'
import { RemoveButton } from './remove-button.tsx'
import { useChanged } from './use-changed.ts'
import { countOf, timeOf, waitOf } from './words.ts'

function loadHelpers(): Promise<EscrowOverview> {
  return client.escrow.list()
}

/** Closed by default. A request to open this account is never behind it. */
export function HelpersSection(): ReactElement {
  const loaded = useLoaded(loadHelpers)
  const { place, changed } = useChanged<HTMLDivElement>(loaded.reload)
  const { value, problem } = loaded
  return (
    <div ref={place} tabIndex={-1} className="stack" role="group" aria-label="Trusted people">
      {value?.requests.map((request) => (
        <Request key={request.id} request={request} onDone={changed} />
      ))}
      <Details title="Trusted people" level={2} isCard>
        <div className="stack">
          <p className="hint">
            If you lose every way in, people whom you trust can open your records together. None of them can do it
            alone, and you can stop it. This is off until you choose them.
          </p>
          <Busy label={loaded.isLoading && value === null ? 'Looking up your helpers' : null} />
          <ErrorNotice code={problem}>
            <Button onPress={() => void loaded.reload()}>Try again</Button>
          </ErrorNotice>
          {value !== null && <Panel overview={value} onDone={changed} />}
        </div>
      </Details>
    </div>
  )
}

interface PanelProps {
  readonly overview: EscrowOverview
  readonly onDone: (text: string) => Promise<void>
}

function Panel({ overview: { escrow, custody }, onDone }: PanelProps): ReactElement {
  return (
    <>
      <h3>Your helpers</h3>
      {escrow === null ? (
        <p>You have not chosen anybody.</p>
      ) : (
        <p>
          {escrow.threshold} of {countOf(escrow.custodians.length, 'helper')} can open your records together, after a
          wait of {waitOf(escrow.delayMs)}.
        </p>
      )}
      <div className="actions">
        <ButtonLink href="#/security/helpers">{escrow === null ? 'Choose helpers' : 'Choose other helpers'}</ButtonLink>
        {escrow !== null && (
          <RemoveButton
            label="Turn off"
            name="your helpers"
            onRemove={() => client.slots.remove(escrow.slot)}
            onDone={() => onDone('Your helpers can’t open your records any more.')}
          >
            <p>Then nobody but you can open your records.</p>
          </RemoveButton>
        )}
      </div>
      <h3>Your card</h3>
      <MyCard />
      {custody.length > 0 && (
        <>
          <h3>People whom you help</h3>
          <Custody custody={custody} onDone={onDone} />
        </>
      )}
    </>
  )
}

function Request({
  request: { id, created, opens, approvals, released },
  onDone,
}: {
  readonly request: EscrowRequestInfo
  readonly onDone: (text: string) => Promise<void>
}): ReactElement {
  const [isSure, setSure] = useState(false)
  const { isBusy, problem, run } = useTask()
  const cancel = (): Promise<boolean> =>
    run(async () => {
      await client.escrow.cancel(id)
      await onDone('The request is stopped. Nobody gets in with it.')
    })
  return (
    <Notice tone="bad" role="alert">
      <h2>{released ? 'Your account was handed out' : 'Somebody asks to open your account'}</h2>
      <p>
        Asked on {timeOf(created)}. {countOf(approvals.length, 'helper')} said yes so far.
        {opens !== null && !released && ` It can open from ${timeOf(opens)} on.`}
      </p>
      {released ? (
        <p>
          It is too late to stop this request. If it was not you, <a href="#/security/alarm">act now</a>, and turn off
          your helpers below.
        </p>
      ) : (
        !isSure && (
          <>
            <p>
              <strong>Was this not you? Stop it.</strong>
            </p>
            <div className="actions">
              <Button look="danger-main" isDisabled={isBusy} onPress={() => void cancel()}>
                Stop this request
              </Button>
              <Button look="plain" onPress={() => setSure(true)}>
                It was me
              </Button>
            </div>
          </>
        )
      )}
      {isSure && <p>Then let it go on. It stays in this list until it ends.</p>}
      <ErrorNotice code={problem} />
    </Notice>
  )
}
