/**
 * A labelled field with its hint and its problem.
 *
 * Fields with health data have no autofill and no spelling help: browsers keep what is typed into the one on disk in clear,
 * and some send the text of the other to their maker.
 */
import { type ReactElement, type ReactNode, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextArea } from 'react-aria-components/TextArea'
import { TextField, type TextFieldProps } from 'react-aria-components/TextField'
import { FieldError } from 'react-aria-components/FieldError'

interface FieldProps extends Omit<TextFieldProps, 'children' | 'className' | 'isInvalid'> {
  readonly label: string
  readonly hint?: ReactNode
  readonly problem?: string | undefined
  readonly isOptional?: boolean
  /** Lines of text, when it is more than one. */
  readonly rows?: number
  readonly look?: 'normal' | 'short' | 'code'
  readonly autoCapitalize?: 'none' | 'characters' | 'sentences'
}

/** A field for text. */
export function Field({
  label,
  hint,
  problem,
  isOptional = false,
  rows,
  look = 'normal',
  autoCapitalize,
  ...props
}: FieldProps): ReactElement {
  const input = { className: 'input', ...(autoCapitalize === undefined ? {} : { autoCapitalize }) }
  return (
    <TextField
      autoComplete="off"
      autoCorrect="off"
      spellCheck="false"
      {...props}
      validationBehavior="aria"
      isInvalid={problem !== undefined}
      className={`field field-${look}`}
    >
      <Label>
        {label}
        {isOptional && <span className="optional"> (optional)</span>}
      </Label>
      {hint !== undefined && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      {rows === undefined ? <Input {...input} /> : <TextArea {...input} rows={rows} />}
      <FieldError className="problem">{problem}</FieldError>
    </TextField>
  )
}

interface PasswordFieldProps extends Omit<FieldProps, 'isOptional' | 'rows' | 'look' | 'autoCapitalize'> {
  /**
   * On a shared computer it is a text field that shows dots: next to a field of the type `password`, Chromium writes down the
   * sign-in name, also of a user who does not let it keep the password.
   */
  readonly isShared: boolean
  /** What is typed, for the button that shows it. */
  readonly what?: string
}

/** A field for a password, which the user can look at. */
export function PasswordField({
  label,
  hint,
  problem,
  isShared,
  what = 'password',
  ...props
}: PasswordFieldProps): ReactElement {
  const [isShown, setShown] = useState(false)
  const isText = isShown || isShared
  return (
    <TextField
      // A new one: Chromium knows of an input that it once was a password.
      key={isShared ? 'shared' : 'own'}
      autoCorrect="off"
      spellCheck="false"
      {...props}
      type={isText ? 'text' : 'password'}
      // What stands in a text field is written down by the browser for its session, unless autocomplete is off.
      {...(isText ? { autoComplete: 'off' } : {})}
      validationBehavior="aria"
      isInvalid={problem !== undefined}
      className="field"
    >
      <Label>{label}</Label>
      {hint !== undefined && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <div className="with-button">
        <Input className={isText && !isShown ? 'input dotted' : 'input'} autoCapitalize="none" />
        <Button className="button button-plain" onPress={() => setShown(!isShown)} aria-pressed={isShown}>
          {isShown ? 'Hide' : 'Show'}
          <span className="visually-hidden"> {what}</span>
        </Button>
      </div>
      <FieldError className="problem">{problem}</FieldError>
    </TextField>
  )
}

/** Puts the focus on the first field with a problem, once it is drawn. */
export function focusFirstProblem(form: HTMLElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
}
