/** The field for a recovery code, or for its words. Spaces, dashes and small letters do not matter. */
import type { ReactElement } from 'react'
import { Field } from './field.tsx'

interface CodeFieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly problem?: string | undefined
  readonly isReadOnly: boolean
}

/** A field for nine groups of four, or fifteen words. */
export function CodeField({ value, onChange, problem, isReadOnly }: CodeFieldProps): ReactElement {
  return (
    <Field
      label="Recovery code"
      hint="9 groups of 4 letters and numbers, or 15 words. You can type it or paste it. Spaces and dashes do not matter."
      name="recovery-code"
      autoCapitalize="characters"
      rows={2}
      look="code"
      value={value}
      onChange={onChange}
      problem={problem}
      isReadOnly={isReadOnly}
    />
  )
}
