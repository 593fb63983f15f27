/** A list of medicines that grows and shrinks. */
import { type ReactElement, useRef } from 'react'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import type { MedicationValues } from './form-values.ts'

interface MedicationFieldsProps {
  readonly values: readonly MedicationValues[]
  readonly onChange: (values: readonly MedicationValues[]) => void
}

/** One line for each medicine. */
export function MedicationFields({ values, onChange }: MedicationFieldsProps): ReactElement {
  const list = useRef<HTMLFieldSetElement>(null)
  const replace = (index: number, change: Partial<MedicationValues>): void =>
    onChange(values.map((item, other) => (other === index ? { ...item, ...change } : item)))
  const focusLine = (index: number): void => {
    requestAnimationFrame(() =>
      list.current?.querySelectorAll<HTMLInputElement>('.medication input[name="medicine"]')[index]?.focus(),
    )
  }
  const add = (): void => {
    onChange([...values, { name: '', dose: '' }])
    focusLine(values.length)
  }
  const remove = (index: number): void => {
    onChange(values.length === 1 ? [{ name: '', dose: '' }] : values.filter((_, other) => other !== index))
    focusLine(Math.max(0, index - 1))
  }
  return (
    <fieldset className="field" ref={list}>
      <legend>
        Medicines you take<span className="optional"> (optional)</span>
      </legend>
      <ol className="medications">
        {values.map((item, index) => (
          <li key={index} className="medication">
            <Field
              label={`Medicine ${index + 1}`}
              name="medicine"
              value={item.name}
              onChange={(name) => replace(index, { name })}
            />
            <Field
              label={`How much and when (${index + 1})`}
              name="dose"
              value={item.dose}
              onChange={(dose) => replace(index, { dose })}
            />
            <Button look="plain" icon="trash" aria-label={`Remove medicine ${index + 1}`} onPress={() => remove(index)}>
              Remove
            </Button>
          </li>
        ))}
      </ol>
      <Button icon="plus" onPress={add}>
        Add a medicine
      </Button>
    </fieldset>
  )
}
