/** An intake form as it is typed, and as it is kept. */
import type { IntakeRecord } from '../models.ts'
import { newId } from '../state/new-id.ts'

/** One line of the list of medicines. */
export interface MedicationValues {
  readonly name: string
  readonly dose: string
}

/** What stands in the fields. */
export interface FormValues {
  /** Id of the record that it becomes. */
  readonly id: string
  /** The revision that was opened; none for a new one. What somebody else wrote meanwhile is not written over. */
  readonly revision?: string
  readonly name: string
  readonly month: string
  readonly day: string
  readonly year: string
  readonly ssn: string
  readonly diagnosis: string
  readonly medications: readonly MedicationValues[]
  readonly notes: string
}

/** What is wrong, by field. */
export interface FormProblems {
  readonly name?: string
  readonly birthDate?: string
  readonly ssn?: string
}

const NO_MEDICATIONS: readonly MedicationValues[] = [{ name: '', dose: '' }]

/** A form with nothing in it. */
export function emptyForm(): FormValues {
  return {
    id: newId(),
    name: '',
    month: '',
    day: '',
    year: '',
    ssn: '',
    diagnosis: '',
    medications: NO_MEDICATIONS,
    notes: '',
  }
}

/** What a kept form shows in the fields. */
export function toValues({
  id,
  $revision,
  name,
  birthDate,
  ssn,
  diagnosis,
  medications,
  notes,
}: IntakeRecord): FormValues {
  const date = birthDate instanceof Date ? birthDate : undefined
  const lines = (medications ?? []).map((item) => ({ name: item.name ?? '', dose: item.dose ?? '' }))
  return {
    id: id ?? newId(),
    ...($revision === undefined ? {} : { revision: $revision }),
    name: name ?? '',
    month: date === undefined ? '' : String(date.getUTCMonth() + 1),
    day: date === undefined ? '' : String(date.getUTCDate()),
    year: date === undefined ? '' : String(date.getUTCFullYear()),
    ssn: ssn ?? '',
    diagnosis: diagnosis ?? '',
    medications: lines.length === 0 ? NO_MEDICATIONS : lines,
    notes: notes ?? '',
  }
}

/** What is wrong with what was typed. */
export function problemsOf(values: FormValues, now: Date): FormProblems {
  return {
    ...(values.name.trim() === '' ? { name: 'Type your name.' } : {}),
    ...birthDateProblem(values, now),
    ...(values.ssn.trim() === '' || digitsOf(values.ssn).length === 9
      ? {}
      : { ssn: 'A Social Security number has 9 digits. You can also leave this empty.' }),
  }
}

/** The record to keep. Call it only when {@link problemsOf} found nothing. */
export function toRecord(values: FormValues): IntakeRecord {
  const medications = values.medications
    .map((item) => ({ ...optional('name', item.name), ...optional('dose', item.dose) }))
    .filter((item) => Object.keys(item).length > 0)
  const birthDate = dateOf(values)
  return {
    id: values.id,
    ...(values.revision === undefined ? {} : { $revision: values.revision }),
    ...optional('name', values.name),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...optional('ssn', formatSsn(values.ssn)),
    ...optional('diagnosis', values.diagnosis),
    ...(medications.length === 0 ? {} : { medications }),
    ...optional('notes', values.notes),
  }
}

/** True when two forms say the same. */
export function isSame(a: FormValues, b: FormValues): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function birthDateProblem(values: FormValues, now: Date): Pick<FormProblems, 'birthDate'> {
  if ([values.month, values.day, values.year].every((part) => part.trim() === '')) return {}
  const date = dateOf(values)
  if (date === undefined) return { birthDate: 'This is not a date. Type it like this: 3, 27, 1984.' }
  if (date > now) return { birthDate: 'This date is in the future.' }
  return date.getUTCFullYear() < 1890 ? { birthDate: 'Type all 4 digits of the year.' } : {}
}

function dateOf({ month, day, year }: FormValues): Date | undefined {
  const [m, d, y] = [month, day, year].map((part) => (/^\d{1,4}$/.test(part.trim()) ? Number(part) : Number.NaN))
  if (m === undefined || d === undefined || y === undefined || [m, d, y].some(Number.isNaN)) return undefined
  const date = new Date(0)
  date.setUTCFullYear(y, m - 1, d)
  // A day that does not exist would become another one.
  return date.getUTCMonth() === m - 1 && date.getUTCDate() === d ? date : undefined
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '')
}

function formatSsn(text: string): string {
  const digits = digitsOf(text)
  return digits.length === 9 ? `${digits.slice(0, 3)}-${digits.slice(3, 5)}-${digits.slice(5)}` : text
}

function optional<K extends string>(name: K, text: string): { [P in K]?: string } {
  const trimmed = text.trim()
  return (trimmed === '' ? {} : { [name]: trimmed }) as { [P in K]?: string }
}
