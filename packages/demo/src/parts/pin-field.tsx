/** The field for the PIN of a device: no password manager should keep it, so it is never a field of the type `password`. */
import type { ReactElement } from 'react'
import { PasswordField } from './field.tsx'

interface PinFieldProps {
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly problem: string | undefined
  readonly isReadOnly: boolean
}

/** A text field that shows dots. */
export function PinField(props: PinFieldProps): ReactElement {
  return <PasswordField name="pin" autoComplete="off" isShared what="PIN" {...props} />
}
