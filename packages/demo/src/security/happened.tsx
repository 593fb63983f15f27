/** What happened to the account, newest first, and who says so. */
import { type ReactElement, useId, useMemo, useRef, useState } from 'react'
import type { AuditEntry } from '@lockstitch/sdk'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { useLoaded } from '../parts/use-loaded.ts'
import { linesOf, type LogLine } from './log.ts'
import { Section } from './section.tsx'
import { timeOf } from './words.ts'

const PAGE = 10

function loadLog(): Promise<AuditEntry[]> {
  return client.audit.list()
}

/** The list with its filter. */
export function HappenedSection(): ReactElement {
  const loaded = useLoaded(loadLog)
  return (
    <Section
      id="happened"
      title="What happened"
      loaded={loaded}
      busy="Reading and checking what happened"
      lead="Is there something that was not you? Then press “I think somebody got in” above."
    >
      {(entries) => <Log entries={entries} onReload={() => void loaded.reload()} isLoading={loaded.isLoading} />}
    </Section>
  )
}

interface LogProps {
  readonly entries: readonly AuditEntry[]
  readonly onReload: () => void
  readonly isLoading: boolean
}

function Log({ entries, onReload, isLoading }: LogProps): ReactElement {
  const [withAll, setAll] = useState(false)
  const [shown, setShown] = useState(PAGE)
  const list = useRef<HTMLOListElement>(null)
  const id = useId()
  const lines = useMemo(() => linesOf(entries, withAll), [entries, withAll])
  const more = Math.min(PAGE, lines.length - shown)
  const showMore = (): void => {
    setShown(shown + PAGE)
    // The button may go away: the focus goes on to the first line that it brought.
    requestAnimationFrame(() => (list.current?.children[shown] as HTMLElement | undefined)?.focus())
  }
  return (
    <>
      <div className="tick">
        <input type="checkbox" id={id} checked={withAll} onChange={({ target }) => setAll(target.checked)} />
        <label htmlFor={id}>Show also every time that records were read or saved</label>
      </div>
      <ol className="log" ref={list}>
        {lines.slice(0, shown).map((line) => (
          <Line key={`${line.seq} ${line.says}`} line={line} />
        ))}
      </ol>
      <div className="actions">
        {more > 0 && (
          <Button look="plain" icon="down" onPress={showMore}>
            Show {more} more of {lines.length}
          </Button>
        )}
        <Button look="plain" isDisabled={isLoading} onPress={onReload}>
          Look again
        </Button>
      </div>
    </>
  )
}

function Line({ line: { time, says, by, isAlarm, times } }: { readonly line: LogLine }): ReactElement {
  return (
    <li className={isAlarm ? 'log-line log-alarm' : 'log-line'} tabIndex={-1}>
      <p>
        {isAlarm && (
          <>
            <Icon name="alert" />
            <span className="visually-hidden">Look at this: </span>
          </>
        )}{' '}
        <span className="log-says">{says}</span> {times > 1 && <span className="hint">{times} times</span>}
      </p>
      <p className="hint log-who">
        <time dateTime={time.toISOString()}>{timeOf(time)}</time>
        <span>
          <Icon name={by === 'account' ? 'edit' : 'server'} />{' '}
          {by === 'account' ? 'Signed by you' : 'The server says so'}
        </span>
      </p>
    </li>
  )
}
