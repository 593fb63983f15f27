/** What became of a file: in numbers, and each record that was not taken with its reason. */
import type { ReactElement } from 'react'
import { summarize } from '../fhir/summarize.ts'
import { messageOf } from '../messages.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import type { ImportResult, NewEntry } from '../state/import-file.ts'

interface ImportSummaryProps {
  readonly result: ImportResult
  /** Entries that the account has already. */
  readonly known: number
  readonly onRetry: (entries: readonly NewEntry[]) => void
  readonly onAnother: () => void
}

/** The result with the ways to go on. */
export function ImportSummary({ result, known, onRetry, onAnother }: ImportSummaryProps): ReactElement {
  const { stored, queued, failed, left, stoppedBy } = result
  const again = [...failed.map(({ entry }) => entry), ...left]
  return (
    <section aria-labelledby="import-result" className="stack">
      <h2 id="import-result" tabIndex={-1} ref={(heading) => heading?.focus()}>
        {again.length === 0 ? 'All done' : 'Not all records were added'}
      </h2>
      <ul className="tally">
        {stored > 0 && <Count tone="good" count={stored} text="locked and stored" />}
        {queued > 0 && <Count tone="info" count={queued} text="locked and waiting to be sent" />}
        {known > 0 && <Count tone="info" count={known} text="left out, because you have them already" />}
        {failed.length > 0 && <Count tone="bad" count={failed.length} text="not added" />}
        {left.length > 0 && <Count tone="warn" count={left.length} text="not tried" />}
      </ul>
      {stoppedBy !== null && (
        <Notice tone="warn" role="alert">
          <p>
            <strong>{messageOf(stoppedBy).says}</strong> {messageOf(stoppedBy).next}
          </p>
        </Notice>
      )}
      {failed.length > 0 && (
        <ul className="rows failures" translate="no">
          {failed.map(({ entry, code }, index) => (
            <li key={index} className="row">
              <span className="row-title">{summarize(entry.entry).title}</span>
              <span className="row-detail">
                {messageOf(code).says} {messageOf(code).next}
              </span>
            </li>
          ))}
        </ul>
      )}
      <div className="actions">
        {again.length > 0 && (
          <Button look="main" onPress={() => onRetry(again)}>
            Try the other {again.length} again
          </Button>
        )}
        <ButtonLink href="#/" look={again.length > 0 ? 'quiet' : 'main'}>
          See my records
        </ButtonLink>
        <Button onPress={onAnother}>Add another file</Button>
      </div>
    </section>
  )
}

function Count({
  tone,
  count,
  text,
}: {
  readonly tone: string
  readonly count: number
  readonly text: string
}): ReactElement {
  return (
    <li className={`tally-${tone}`}>
      <strong>{count}</strong> {text}
    </li>
  )
}
