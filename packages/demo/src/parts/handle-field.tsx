/** The field for the sign-in name. On a shared computer the browser must not keep it. */
import type { ReactElement, ReactNode } from 'react'
import { Field } from './field.tsx'

interface HandleFieldProps {
  readonly hint?: ReactNode
  readonly value: string
  readonly onChange: (value: string) => void
  readonly problem: string | undefined
  readonly isShared: boolean
  readonly isReadOnly: boolean
}

/** A field that a password manager knows. */
export function HandleField({ isShared, ...props }: HandleFieldProps): ReactElement {
  return (
    <Field
      label="Sign-in name"
      name="username"
      autoComplete={isShared ? 'off' : 'username'}
      autoCapitalize="none"
      {...props}
    />
  )
}
