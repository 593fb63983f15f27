/** One record: opened on one side, as the server has it on the other. */
import { type ReactElement, useEffect, useState } from 'react'
import type { ErrorCode } from '@lockstitch/sdk'
import { client } from '../client.ts'
import { codeOf } from '../messages.ts'
import { Fhir, Intake } from '../models.ts'
import { Attachments } from '../parts/attachments.tsx'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Icon } from '../parts/icon.tsx'
import { ErrorNotice } from '../parts/notice.tsx'
import { OpenedFhir, OpenedIntake } from '../parts/opened.tsx'
import { Busy } from '../parts/progress.tsx'
import { Screen } from '../parts/screen.tsx'
import { ServerPanel } from '../parts/server-panel.tsx'
import { useTask } from '../parts/use-task.ts'
import { say } from '../state/flash.ts'
import { removeFiles } from '../state/attached.ts'
import { type FhirItem, fhirItem, hideRemoved, type IntakeItem, records } from '../state/records.ts'
import { goOn, hrefOf, type Kind } from '../state/route.ts'
import { useStore } from '../state/store.ts'

type Opened = IntakeItem | FhirItem

/** The record with its two sides. */
export function RecordScreen({ kind, id }: { readonly kind: Kind; readonly id: string }): ReactElement {
  const { item, problem } = useItem(kind, id)
  const [isAsking, setAsking] = useState(false)
  return (
    <Screen title={item === null ? 'Record' : titleOf(item)} tabTitle="Record" size="wide" above={<BackLink />}>
      <div className="sides">
        <section className="panel" aria-labelledby="you-see">
          <h2 id="you-see">
            <Icon name="open" />
            What you see
          </h2>
          <Busy label={item === null && problem === null ? 'Opening the record' : null} />
          <ErrorNotice code={problem} />
          {item?.kind === 'intake' && <OpenedIntake record={item.record} />}
          {item?.kind === 'intake' && <Attachments item={item} />}
          {item?.kind === 'fhir' && <OpenedFhir item={item} />}
          {item !== null && (
            <div className="actions">
              {item.kind === 'intake' && (
                <ButtonLink href={hrefOf({ name: 'edit', id })} icon="edit">
                  Change
                </ButtonLink>
              )}
              <Button icon="trash" onPress={() => setAsking(true)}>
                Delete
              </Button>
            </div>
          )}
        </section>
        <ServerPanel
          key={item?.kind === 'intake' ? item.record.$revision : 0}
          kind={kind}
          id={id}
          isWaiting={item?.pending !== undefined}
        />
      </div>
      {isAsking && item !== null && <DeleteDialog item={item} onClose={() => setAsking(false)} />}
    </Screen>
  )
}

function BackLink(): ReactElement {
  return (
    <a className="back" href="#/">
      <Icon name="back" />
      All records
    </a>
  )
}

function DeleteDialog({ item, onClose }: { readonly item: Opened; readonly onClose: () => void }): ReactElement {
  const { isBusy, problem, run } = useTask()
  const remove = (): Promise<boolean> =>
    run(async () => {
      if (item.kind === 'intake') {
        await client.remove(Intake, item.id)
        await removeFiles(item.record)
      } else await client.remove(Fhir, item.id)
      await hideRemoved(item.id)
      say('The record is deleted.')
      goOn(hrefOf({ name: 'record', kind: item.kind, id: item.id }), { name: 'start' })
    })
  return (
    <Dialog title="Delete this record?" role="alertdialog" onClose={onClose}>
      <p>
        <strong translate="no">{titleOf(item)}</strong> will be gone from your list on all your devices. You can’t get
        it back here.
      </p>
      <p>
        A copy of it that was made before can still be read with your keys.{' '}
        <a href={hrefOf({ name: 'destroy', kind: item.kind, id: item.id })}>Destroy it for good</a> instead?
      </p>
      <ErrorNotice code={problem} />
      <Busy label={isBusy ? 'Deleting' : null} />
      <div className="actions">
        <Button autoFocus onPress={onClose} isDisabled={isBusy}>
          Keep it
        </Button>
        <Button look="danger" icon="trash" onPress={() => void remove()} isDisabled={isBusy}>
          Delete
        </Button>
      </div>
    </Dialog>
  )
}

function titleOf(item: Opened): string {
  return item.kind === 'fhir' ? item.summary.title : (item.record.name ?? 'Form without a name')
}

/** From the list when it is there, else from the server: the page may have been loaded at this address. */
function useItem(kind: Kind, id: string): { readonly item: Opened | null; readonly problem: ErrorCode | null } {
  const { items, loading } = useStore(records)
  const [loaded, setLoaded] = useState<{ item: Opened | null; problem: ErrorCode | null }>({
    item: null,
    problem: null,
  })
  const known = items.find((other) => other.id === id)
  const isKnown = known !== undefined
  useEffect(() => {
    if (isKnown || loading) return undefined
    const controller = new AbortController()
    open(kind, id, controller.signal).then(
      (item) => setLoaded({ item, problem: null }),
      (error: unknown) => controller.signal.aborted || setLoaded({ item: null, problem: codeOf(error) }),
    )
    return () => controller.abort()
  }, [isKnown, loading, kind, id])
  if (known?.kind === 'damaged') return { item: null, problem: known.code }
  return known === undefined ? loaded : { item: known, problem: null }
}

async function open(kind: Kind, id: string, signal: AbortSignal): Promise<Opened> {
  if (kind === 'fhir') return fhirItem(id, await client.load(Fhir, id, { signal }))
  return { kind, id, record: await client.load(Intake, id, { signal }) }
}
