/** Fills in a new form, or changes one. What is typed stays there until it is saved. */
import { type FormEvent, type ReactElement, useEffect, useMemo, useRef, useState } from 'react'
import type { ErrorCode } from '@lockstitch/sdk'
import { client } from '../client.ts'
import { emptyForm, type FormValues, problemsOf, toRecord, toValues } from '../intake/form-values.ts'
import { IntakeFields } from '../intake/intake-fields.tsx'
import { useDraft } from '../intake/use-draft.ts'
import { codeOf } from '../messages.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { focusFirstProblem } from '../parts/field.tsx'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { Busy } from '../parts/progress.tsx'
import { Screen } from '../parts/screen.tsx'
import { useFocusBack } from '../parts/use-focus-back.ts'
import { useTask } from '../parts/use-task.ts'
import { Intake, type IntakeRecord } from '../models.ts'
import { say } from '../state/flash.ts'
import { records, showSaved } from '../state/records.ts'
import { session } from '../state/session.ts'
import { currentHash, goOn } from '../state/route.ts'

/** `id` is absent for a new form. */
export function IntakeScreen({ id }: { readonly id: string | undefined }): ReactElement {
  const { record, problem } = useKept(id)
  const initial = useMemo(
    () => (id === undefined ? emptyForm() : record === null ? null : toValues(record)),
    [id, record],
  )
  const { values, change, isRestored, startOver, finish } = useDraft(id ?? 'new', initial)
  const [wasTried, setTried] = useState(false)
  const [today] = useState(() => new Date())
  const form = useRef<HTMLFormElement>(null)
  const { isBusy, problem: saveProblem, run } = useTask()
  useFocusBack(form, isBusy)

  const save = async (filled: FormValues): Promise<void> => {
    const from = currentHash()
    // What is attached is no field of the form, and stays.
    const next = { ...toRecord(filled), ...(record?.files && { files: record.files }) }
    const saved = await client.save(Intake, next)
    finish()
    await showSaved(saved, next)
    say(
      saved.state === 'stored'
        ? 'Your form is locked and saved.'
        : session.get().isShared
          ? 'Your form is locked. It is sent as soon as it can be, as long as your records are open.'
          : 'Your form is locked and kept on this device. It is sent as soon as it can be.',
    )
    goOn(from, { name: 'start' })
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (values === null) return
    if (Object.keys(problemsOf(values, today)).length > 0) focusFirstProblem(form.current)
    else void run(() => save(values))
  }

  return (
    <Screen
      title={id === undefined ? 'Fill in a form' : 'Change your form'}
      lead="Only you can read what you write here."
    >
      <ErrorNotice code={problem} />
      <Busy
        label={
          values === null && problem === null ? 'Opening the form' : isBusy ? 'Locking and saving your form' : null
        }
      />
      {isRestored && (
        <Notice tone="info" role="status">
          <p>We kept what you typed last time. It was locked on this device.</p>
          <Button onPress={startOver}>
            {id === undefined ? 'Start with an empty form' : 'Go back to the saved form'}
          </Button>
        </Notice>
      )}
      {values !== null && (
        <form ref={form} onSubmit={submit} noValidate autoComplete="off" className="stack" translate="no">
          <IntakeFields values={values} onChange={change} problems={wasTried ? problemsOf(values, today) : {}} />
          <ErrorNotice code={saveProblem}>
            <p>Nothing is lost. What you typed is still in the form.</p>
          </ErrorNotice>
          <div className="actions">
            <Button type="submit" look="main" icon="lock" isDisabled={isBusy}>
              Lock and save
            </Button>
            <ButtonLink href="#/" look="plain">
              Back to my records
            </ButtonLink>
          </div>
        </form>
      )}
    </Screen>
  )
}

/** The kept form: from the list, or opened now when the page was loaded at this address. */
function useKept(id: string | undefined): { readonly record: IntakeRecord | null; readonly problem: ErrorCode | null } {
  const [state, setState] = useState<{ record: IntakeRecord | null; problem: ErrorCode | null }>(() => ({
    record: knownRecord(id),
    problem: null,
  }))
  useEffect(() => {
    if (id === undefined || state.record !== null) return undefined
    const controller = new AbortController()
    client.load(Intake, id, { signal: controller.signal }).then(
      (record) => setState({ record, problem: null }),
      (error: unknown) => controller.signal.aborted || setState({ record: null, problem: codeOf(error) }),
    )
    return () => controller.abort()
  }, [id, state.record])
  return state
}

function knownRecord(id: string | undefined): IntakeRecord | null {
  const item = records.get().items.find((other) => other.id === id)
  return id !== undefined && item?.kind === 'intake' ? item.record : null
}
