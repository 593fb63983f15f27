/** Three small fields for a date: quicker to type than a calendar for a day that one knows by heart. */
import { type ReactElement, useId } from 'react'
import { Field } from '../parts/field.tsx'
import type { FormValues } from './form-values.ts'

type DateValues = Pick<FormValues, 'month' | 'day' | 'year'>

interface DateFieldsProps {
  readonly values: DateValues
  readonly onChange: (values: DateValues) => void
  readonly problem: string | undefined
}

const PARTS = [
  ['month', 'Month', 2],
  ['day', 'Day', 2],
  ['year', 'Year', 4],
] as const

/** Month, day, year. */
export function DateFields({ values, onChange, problem }: DateFieldsProps): ReactElement {
  const id = useId()
  const { month, day, year } = values
  return (
    <fieldset className="field date" aria-describedby={`${id}-hint${problem === undefined ? '' : ` ${id}-problem`}`}>
      <legend>
        Date of birth<span className="optional"> (optional)</span>
      </legend>
      <p className="hint" id={`${id}-hint`}>
        For example 3, 27, 1984
      </p>
      <div className="date-parts">
        {PARTS.map(([name, label, length]) => (
          <Field
            key={name}
            label={label}
            look="short"
            inputMode="numeric"
            maxLength={length}
            value={values[name]}
            onChange={(text) => onChange({ month, day, year, [name]: text })}
            {...(problem === undefined ? {} : { 'aria-invalid': true })}
            problem={problem === undefined ? undefined : ''}
          />
        ))}
      </div>
      {problem !== undefined && (
        <p className="problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </fieldset>
  )
}
