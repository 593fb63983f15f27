/** What waits to be sent, and what needs a choice because it was changed elsewhere too. */
import { type ReactElement, useEffect, useState } from 'react'
import type { PendingWrite } from '@lockstitch/sdk'
import { client } from '../client.ts'
import { Fhir, Intake, type IntakeRecord } from '../models.ts'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { OpenedIntake } from '../parts/opened.tsx'
import { Busy } from '../parts/progress.tsx'
import { Screen } from '../parts/screen.tsx'
import { useTask } from '../parts/use-task.ts'
import { say } from '../state/flash.ts'
import { outbox, refreshOutbox, sendNow } from '../state/outbox.ts'
import { loadRecords, records } from '../state/records.ts'
import { session } from '../state/session.ts'
import { useStore } from '../state/store.ts'

const TIME = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short' })

/** The list of what waits. */
export function WaitingScreen(): ReactElement {
  const { pending } = useStore(outbox)
  const { isShared } = useStore(session)
  const { isBusy, problem, run } = useTask()
  const choices = pending.filter(({ state }) => state !== 'waiting')
  const waiting = pending.filter(({ state }) => state === 'waiting')
  return (
    <Screen
      title="Waiting"
      size="wide"
      lead={
        isShared
          ? 'These changes are not on the server yet. This is a shared computer: send them before you lock, or they are lost.'
          : 'These changes are locked and safe on this device. They are not on the server yet.'
      }
    >
      {pending.length === 0 && (
        <Notice tone="good">
          <p>Nothing is waiting. All your changes are on the server.</p>
        </Notice>
      )}
      {choices.map((write) => (
        <Choice key={`${write.model}/${write.id}`} write={write} />
      ))}
      {waiting.length > 0 && (
        <section className="card" aria-labelledby="waiting-list">
          <h2 id="waiting-list">To be sent</h2>
          <ul className="rows">
            {waiting.map((write) => (
              <li key={`${write.model}/${write.id}`} className="row">
                <span className="row-title" translate="no">
                  <Title write={write} />
                </span>
                <span className="row-detail">Saved {TIME.format(write.queuedAt)}</span>
              </li>
            ))}
          </ul>
          <ErrorNotice code={problem} />
          <Busy label={isBusy ? 'Sending' : null} />
          <div className="actions">
            <Button look="main" isDisabled={isBusy} onPress={() => void run(sendNow)}>
              Send now
            </Button>
          </div>
        </section>
      )}
    </Screen>
  )
}

function Title({ write }: { readonly write: PendingWrite }): ReactElement {
  const item = useStore(records).items.find(({ id }) => id === write.id)
  if (item?.kind === 'intake') return <>{item.record.name ?? 'Form without a name'}</>
  if (item?.kind === 'fhir') return <>{item.summary.title}</>
  return <>{write.model === Intake.name ? 'A form that you deleted' : 'A record that you deleted'}</>
}

/** Both versions side by side, and a button for each. */
function Choice({ write }: { readonly write: PendingWrite }): ReactElement {
  const { mine, theirs } = useVersions(write)
  const { isBusy, problem, run } = useTask()
  const isRefused = write.state === 'refused'
  const done = async (text: string): Promise<void> => {
    await refreshOutbox()
    say(text)
    await loadRecords()
  }
  const keepMine = (): Promise<boolean> =>
    run(async () => {
      // Reading the other version first tells the client which one this replaces.
      await client.load(Intake, write.id)
      await client.save(Intake, { ...(await client.outbox.open(Intake, write.id)), id: write.id })
      await done('Your version is saved.')
    })
  const keepTheirs = (): Promise<boolean> =>
    run(async () => {
      await client.outbox.discard(write.model === Intake.name ? Intake : Fhir, write.id)
      await done('Your change on this device is gone. The other version stays.')
    })
  return (
    <section className="card choice" aria-label="A change that needs your choice">
      <h2>
        <Icon name="alert" />{' '}
        {isRefused ? 'The server did not take this change' : 'This was changed on another device too'}
      </h2>
      <p>
        {isRefused
          ? 'It is safe on this device. You can try to save it once more, or drop it.'
          : 'Both versions are kept until you choose one. You can also note down a part and add it later.'}
      </p>
      <div className="sides">
        <div className="panel">
          <h3>Yours, on this device</h3>
          {mine === null ? <p>This change can’t be shown here.</p> : <OpenedIntake record={mine} />}
        </div>
        <div className="panel">
          <h3>The other one, on the server</h3>
          {theirs === null ? <p>There is none, or it can’t be reached now.</p> : <OpenedIntake record={theirs} />}
        </div>
      </div>
      <ErrorNotice code={problem} />
      <Busy label={isBusy ? 'Saving your choice' : null} />
      <div className="actions">
        {mine !== null && (
          <Button look="main" isDisabled={isBusy} onPress={() => void keepMine()}>
            Keep mine
          </Button>
        )}
        <Button isDisabled={isBusy} onPress={() => void keepTheirs()}>
          {isRefused ? 'Drop my change' : 'Keep the other one'}
        </Button>
      </div>
    </section>
  )
}

function useVersions({ model, id }: PendingWrite): {
  readonly mine: IntakeRecord | null
  readonly theirs: IntakeRecord | null
} {
  const [mine, setMine] = useState<IntakeRecord | null>(null)
  const [theirs, setTheirs] = useState<IntakeRecord | null>(null)
  useEffect(() => {
    if (model !== Intake.name) return
    const ignore = (): undefined => undefined
    client.outbox.open(Intake, id).then(setMine, ignore)
    client.load(Intake, id).then(setTheirs, ignore)
  }, [model, id])
  return { mine, theirs }
}
