/** Takes every key in use out of use, and says honestly what that can't undo. */
import type { Exposure, RevocationReport } from '@lockstitch/sdk'
import { type ReactElement, useState } from 'react'
import { client } from '../client.ts'
import { MODELS } from '../models.ts'
import { Button } from '../parts/button.tsx'
import { Focused } from '../parts/focused.tsx'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { Progress } from '../parts/progress.tsx'
import { useTask } from '../parts/use-task.ts'
import { isRenewing } from '../state/renewal.ts'
import { countOf, KEY_NAMES, keyName } from './words.ts'

const EXPOSED: Readonly<Record<Exposure['code'], string>> = {
  stored: 'If they copied your records and a key before, they can read what was in them until now.',
  earlier: 'The same is true of older versions, also of what you changed or deleted since.',
  copies: 'Backups and copies elsewhere keep the old lock. We can’t reach those.',
  files: 'Photos and files keep the lock they have. Attach them again, and delete the old ones.',
  later: 'What another device of yours saved meanwhile is locked anew before it is sent.',
}

interface Step {
  readonly label: string
  readonly done: number
  readonly total: number | undefined
}

/** The button, how far it is, and the report. */
export function AlarmKeys(): ReactElement {
  const [step, setStep] = useState<Step | null>(null)
  const [reports, setReports] = useState<readonly RevocationReport[]>([])
  const { isBusy, problem, run } = useTask()
  const work = async (): Promise<void> => {
    const keys = await client.keys.status()
    const made = new Set(reports.map(({ activeKid }) => activeKid))
    const inUse = keys.filter(
      ({ state, classification }) => state !== 'revoked' && state !== 'destroyed' && classification in KEY_NAMES,
    )
    for (const { kid, classification } of inUse) {
      // When it is tried again, what is new already stays.
      if (made.has(kid)) continue
      setStep({ label: `Making a new key: ${keyName(classification)}`, done: 0, total: undefined })
      const report = await client.keys.revoke(
        { kid, models: MODELS },
        { onProgress: ({ done, total }) => setStep((now) => now && { ...now, done, total }) },
      )
      made.add(report.activeKid)
      setReports((before) => [...before, report])
    }
  }
  const isDone = !isBusy && problem === null && reports.length > 0
  return (
    <>
      <p>Your records are locked with new keys, and the old ones lock nothing any more.</p>
      {isBusy && step !== null && (
        <Progress label={step.label} done={step.done} {...(step.total === undefined ? {} : { total: step.total })} />
      )}
      <ErrorNotice code={problem}>
        <p>Nothing is lost. Press the button again to go on.</p>
      </ErrorNotice>
      {isDone ? (
        <Report reports={reports} />
      ) : (
        <div className="actions">
          <Button look="main" isDisabled={isBusy || isRenewing()} onPress={() => void run(work)}>
            Get new keys
          </Button>
        </div>
      )}
    </>
  )
}

function Report({ reports }: { readonly reports: readonly RevocationReport[] }): ReactElement {
  const affected = new Set(reports.flatMap((report) => report.affected.map(({ model, id }) => `${model}/${id}`))).size
  const failed = reports.flatMap((report) => report.failed).length
  const codes = new Set(reports.flatMap((report) => report.exposed.map(({ code }) => code)))
  return (
    <Focused>
      <Notice tone={failed === 0 ? 'good' : 'warn'} role="status">
        <p>
          <strong>{countOf(reports.length, 'key')} taken out of use.</strong> {countOf(affected, 'record')}{' '}
          {affected === 1 ? 'was' : 'were'} locked with them, and {failed === 0 ? 'all of it is' : 'most of it is'}{' '}
          locked anew.
        </p>
        {failed > 0 && <p>{countOf(failed, 'record')} could not be locked anew. Try it again later.</p>}
      </Notice>
      <h3>What this can’t undo</h3>
      <ul className="plain-list">
        {[...codes].map((code) => (
          <li key={code}>{EXPOSED[code]}</li>
        ))}
      </ul>
    </Focused>
  )
}
