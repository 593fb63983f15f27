/** Scans and photos of a form: attached, shown, kept on the device, removed. */
import { type ReactElement, useEffect, useRef, useState } from 'react'
import type { FileRef, Progress as HowFar } from '@lockstitch/sdk'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { attach, detach, filesOf, isPicture, openAttached } from '../state/attached.ts'
import { saveBlob } from '../state/export-file.ts'
import type { IntakeItem } from '../state/records.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Icon } from './icon.tsx'
import { ErrorNotice } from './notice.tsx'
import { Busy, Progress } from './progress.tsx'
import { useTask } from './use-task.ts'

const SIZE = new Intl.NumberFormat('en-US', { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 })

interface Work {
  readonly label: string
  readonly done: number
  readonly total: number
  /** Absent where it is too short to give up. */
  readonly stop?: () => void
}

/** The list, and the button that adds to it. */
export function Attachments({ item }: { readonly item: IntakeItem }): ReactElement {
  const { problem, run } = useTask()
  const [work, setWork] = useState<Work | null>(null)
  const [told, setTold] = useState('')
  const [shown, setShown] = useState<{ readonly ref: FileRef; readonly url: string } | null>(null)
  const files = filesOf(item.record)
  const isBusy = work !== null

  const stop = useRef<AbortController>(null)
  // What leaves the screen is given up: the records may have been locked.
  useEffect(() => () => stop.current?.abort(), [])
  const close = (): void => setShown(null)
  useEffect(() => () => void (shown && URL.revokeObjectURL(shown.url)), [shown])

  const follow = async (
    label: string,
    size: number,
    task: (following: { signal: AbortSignal; onProgress: (progress: HowFar) => void }) => Promise<void>,
  ): Promise<boolean> => {
    const controller = new AbortController()
    stop.current = controller
    const show = (done: number): void =>
      setWork({ label, done, total: Math.max(size, 1), stop: () => controller.abort() })
    setTold('')
    show(0)
    try {
      return await run(() => task({ signal: controller.signal, onProgress: ({ done }) => show(done) }))
    } finally {
      setWork(null)
    }
  }
  const add = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    const isDone = await follow('Locking and sending the file', file.size, (following) => attach(item, file, following))
    if (isDone) setTold('The file is locked and saved.')
  }
  const show = (ref: FileRef): Promise<boolean> =>
    follow('Opening the file', ref.size, async (following) => {
      const blob = await openAttached(ref, following)
      if (isPicture(ref)) setShown({ ref, url: URL.createObjectURL(blob) })
      // Anything else could run in this page if it were opened here, so it is only given to the user to keep.
      else saveBlob(blob, ref.name || 'file')
    })
  const remove = async (ref: FileRef): Promise<void> => {
    setWork({ label: 'Removing the file', done: 0, total: 0 })
    const isDone = await run(() => detach(item, ref))
    setWork(null)
    if (isDone) setTold('The file is removed.')
  }
  return (
    <section className="attachments" aria-labelledby="attached">
      <h3 id="attached">Scans and photos</h3>
      {files.length === 0 && <p className="hint">Nothing is attached yet.</p>}
      {files.length > 0 && (
        <ul className="attached" translate="no">
          {files.map((ref) => (
            <li key={ref.id}>
              <Icon name={isPicture(ref) ? 'image' : 'file'} />
              <span className="attached-name">
                {nameOf(ref)} <span className="hint">{SIZE.format(Math.ceil(ref.size / 1000))}</span>
              </span>
              <Button
                icon={isPicture(ref) ? 'eye' : 'save'}
                aria-label={`${isPicture(ref) ? 'Show' : 'Save'} ${nameOf(ref)}`}
                isDisabled={isBusy}
                onPress={() => void show(ref)}
              >
                {isPicture(ref) ? 'Show' : 'Save'}
              </Button>
              <Button
                look="plain"
                icon="trash"
                aria-label={`Remove ${nameOf(ref)}`}
                isDisabled={isBusy}
                onPress={() => void remove(ref)}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      {work?.stop === undefined ? (
        <Busy label={work?.label ?? null} />
      ) : (
        <div className="attaching">
          <Progress label={work.label} done={percent(work)} total={100} inPercent />
          <Button onPress={work.stop}>Cancel</Button>
        </div>
      )}
      {/* A file that the user gave up is no problem. */}
      <ErrorNotice code={problem === 'ERR_ABORTED' ? null : problem} />
      <p role="status" className="told">
        {told}
      </p>
      <FileTrigger
        acceptedFileTypes={['image/*', 'application/pdf']}
        onSelect={(chosen) => void add(chosen?.[0] ?? undefined)}
      >
        <Button icon="plus" isDisabled={isBusy}>
          Attach a scan or a photo
        </Button>
      </FileTrigger>
      {shown !== null && (
        <Dialog title={nameOf(shown.ref)} onClose={close}>
          <img className="attached-picture" src={shown.url} alt={`What is in ${nameOf(shown.ref)}`} />
          <div className="actions">
            <Button autoFocus onPress={close}>
              Close
            </Button>
          </div>
        </Dialog>
      )}
    </section>
  )
}

const nameOf = ({ name }: FileRef): string => name || 'File without a name'

const percent = ({ done, total }: Work): number => Math.min(100, Math.floor((done / total) * 100))
