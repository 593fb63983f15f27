/** The fields of the intake form. */
import type { ReactElement } from 'react'
import { Field } from '../parts/field.tsx'
import { DateFields } from './date-fields.tsx'
import type { FormProblems, FormValues } from './form-values.ts'
import { MedicationFields } from './medication-fields.tsx'

interface IntakeFieldsProps {
  readonly values: FormValues
  readonly onChange: (values: FormValues) => void
  readonly problems: FormProblems
}

/** From name to notes. */
export function IntakeFields({ values, onChange, problems }: IntakeFieldsProps): ReactElement {
  const set = (change: Partial<FormValues>): void => onChange({ ...values, ...change })
  return (
    <>
      <Field label="Full name" value={values.name} onChange={(name) => set({ name })} problem={problems.name} />
      <DateFields values={values} onChange={set} problem={problems.birthDate} />
      <Field
        label="Social Security number"
        isOptional
        hint="9 digits. Dashes do not matter."
        inputMode="numeric"
        value={values.ssn}
        onChange={(ssn) => set({ ssn })}
        problem={problems.ssn}
      />
      <Field
        label="What is wrong?"
        isOptional
        hint="What your doctor calls it, or how you would say it."
        value={values.diagnosis}
        onChange={(diagnosis) => set({ diagnosis })}
      />
      <MedicationFields values={values.medications} onChange={(medications) => set({ medications })} />
      <Field
        label="Anything else we should know?"
        isOptional
        rows={4}
        value={values.notes}
        onChange={(notes) => set({ notes })}
      />
    </>
  )
}
