/** Takes a health record file: choose it, watch it, read what became of it. */
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { type FileProblem, readHealthFile } from '../import/read-file.ts'
import { ImportSummary } from '../import/summary.tsx'
import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { Busy, Progress } from '../parts/progress.tsx'
import { Screen } from '../parts/screen.tsx'
import { FilePicker } from '../import/file-picker.tsx'
import { importEntries, type ImportResult, type NewEntry, withoutKnown } from '../state/import-file.ts'
import { loadRecords } from '../state/records.ts'

type State =
  | { readonly at: 'choose'; readonly problem: FileProblem | null }
  | { readonly at: 'read' }
  | { readonly at: 'run'; readonly done: number; readonly total: number }
  | { readonly at: 'done'; readonly source: string; readonly result: ImportResult; readonly known: number }

/** The screen with its three steps. */
export function ImportScreen(): ReactElement {
  const [state, setState] = useState<State>({ at: 'choose', problem: null })
  const stop = useRef(new AbortController())
  useEffect(() => () => stop.current.abort(), [])

  const run = async (entries: readonly NewEntry[], source: string, known: number): Promise<void> => {
    stop.current = new AbortController()
    setState({ at: 'run', done: 0, total: entries.length })
    const onProgress = (done: number): void => setState({ at: 'run', done, total: entries.length })
    const result = await importEntries(entries, source, { signal: stop.current.signal, onProgress })
    setState({ at: 'done', source, result, known })
    void loadRecords()
  }
  const take = async (file: File): Promise<void> => {
    setState({ at: 'read' })
    const read = await readHealthFile(file)
    if (!read.ok) return setState({ at: 'choose', problem: read.problem })
    const fresh = withoutKnown(read.entries)
    await run(fresh, file.name, read.entries.length - fresh.length)
  }

  return (
    <Screen
      title="Add a health record file"
      lead="Many clinics and insurers give you your records as a FHIR file. Its name ends in .json. Each record in it is locked on this device, then sent."
    >
      {state.at === 'choose' && <FilePicker problem={state.problem} onFile={(file) => void take(file)} />}
      <Busy label={state.at === 'read' ? 'Reading the file' : null} />
      {state.at === 'run' && (
        <div className="card">
          <Progress label="Locking and sending" done={state.done} total={state.total} />
          <Spoken done={state.done} total={state.total} />
          <p className="hint">Please keep this page open. What is done stays done if you stop.</p>
          <div className="actions">
            <Button onPress={() => stop.current.abort()}>Stop</Button>
          </div>
        </div>
      )}
      {state.at === 'done' && (
        <ImportSummary
          result={state.result}
          known={state.known}
          onRetry={(entries) => void run(entries, state.source, 0)}
          onAnother={() => setState({ at: 'choose', problem: null })}
        />
      )}
      {state.at === 'choose' && (
        <Notice tone="info">
          <p>
            Don’t have a file? Ask your clinic for a “FHIR R4 export”, or look in their patient app for “Download my
            data”.
          </p>
        </Notice>
      )}
    </Screen>
  )
}

/** A reader hears each quarter, not each record. */
function Spoken({ done, total }: { readonly done: number; readonly total: number }): ReactElement {
  const quarter = total === 0 ? 0 : Math.floor((done / total) * 4)
  return (
    <p role="status" className="visually-hidden">
      {quarter === 0 ? 'Locking and sending' : `${quarter * 25} percent done`}
    </p>
  )
}
