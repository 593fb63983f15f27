/** "What the server sees": the stored row beside the opened record. */
import { type ReactElement, useEffect, useState } from 'react'
import type { Kind } from '../state/route.ts'
import { fetchStoredRow, layOut, type StoredRow } from '../state/stored-row.ts'
import { Icon } from './icon.tsx'
import { ErrorNotice, Notice } from './notice.tsx'
import { ScrollText } from './scroll-text.tsx'

/** What no lock hides, said honestly. */
const VISIBLE: Record<Kind, string> = {
  intake: 'that this is a form, which parts are filled in, how many medicines there are and files are attached',
  fhir: 'that this is a health record from a file',
}
const SIZE = new Intl.NumberFormat('en-US')

interface ServerPanelProps {
  readonly kind: Kind
  readonly id: string
  /** The record waits to be sent: the server may have nothing, or an older version. */
  readonly isWaiting: boolean
}

/** The row of a record, with what it tells and what it does not. */
export function ServerPanel({ kind, id, isWaiting }: ServerPanelProps): ReactElement {
  const [row, setRow] = useState<StoredRow | null>(null)
  useEffect(() => {
    const controller = new AbortController()
    void fetchStoredRow(kind, id, controller.signal).then((found) => controller.signal.aborted || setRow(found))
    return () => controller.abort()
  }, [kind, id, isWaiting])
  return (
    <section className="panel panel-sealed" aria-labelledby="server-sees">
      <h2 id="server-sees">
        <Icon name="server" />
        What the server sees
      </h2>
      {isWaiting ? (
        <Notice tone="info" icon="clock">
          <p>Your last change is not on the server yet. It is kept on this device and waits to be sent.</p>
        </Notice>
      ) : (
        <Sealed row={row} kind={kind} />
      )}
    </section>
  )
}

function Sealed({ row, kind }: { readonly row: StoredRow | null; readonly kind: Kind }): ReactElement {
  if (row === null) return <p role="status">Asking the server</p>
  if (!row.ok) return <ErrorNotice code={row.code} />
  return (
    <>
      <p>This is all that our server keeps of this record. Each long text is one locked part. Only you can open it.</p>
      <ScrollText label="The stored row" text={layOut(row.text)} look="sealed" />
      <dl className="sees">
        <div>
          <dt>The server can see</dt>
          <dd>
            {VISIBLE[kind]}, when it was saved, and about how big it is ({SIZE.format(row.text.length)} letters)
          </dd>
        </div>
        <div>
          <dt>The server can’t see</dt>
          <dd>a single word that is in it</dd>
        </div>
      </dl>
    </>
  )
}
