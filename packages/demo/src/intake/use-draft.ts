/** The values of a form that survive a lock, a reload and a crash. */
import { useEffect, useRef, useState } from 'react'
import { dropDraft, keepDraft, openDraft } from '../state/drafts.ts'
import { type FormValues, isSame } from './form-values.ts'

const WAIT_MS = 800

/** A form that keeps its own draft. */
export interface DraftForm {
  /** `null` while an earlier draft is being looked for. */
  readonly values: FormValues | null
  readonly change: (values: FormValues) => void
  /** What stands there was typed before. */
  readonly isRestored: boolean
  /** Back to how the form began. */
  readonly startOver: () => void
  /** The form was saved: no draft is needed. */
  readonly finish: () => void
}

/** `form`: the id of the record, or `new`. `initial`: what is kept; `null` while it is being opened. */
export function useDraft(form: string, initial: FormValues | null): DraftForm {
  const [values, setValues] = useState<FormValues | null>(null)
  const [isRestored, setRestored] = useState(false)
  const isFinished = useRef(false)

  useEffect(() => {
    if (initial === null || values !== null) return undefined
    let isHere = true
    void openDraft(form).then((draft) => {
      if (!isHere) return
      setValues(draft ?? initial)
      setRestored(draft !== null)
    })
    return () => {
      isHere = false
    }
  }, [form, initial, values])

  useEffect(() => {
    if (values === null || initial === null || isFinished.current) return undefined
    if (isSame(values, initial)) {
      dropDraft(form)
      return undefined
    }
    // A draft that cannot be kept is no loss yet: the form itself is still there.
    const keep = (): void => void keepDraft(form, values).catch(() => undefined)
    const timer = window.setTimeout(keep, WAIT_MS)
    return () => window.clearTimeout(timer)
  }, [form, initial, values])

  return {
    values,
    change: setValues,
    isRestored,
    startOver: () => {
      setValues(initial)
      setRestored(false)
    },
    finish: () => {
      isFinished.current = true
      dropDraft(form)
    },
  }
}
