/** The field for a password that is new: how strong it is, in words and as a bar, and no to one that is guessed quickly. */
import { type ReactElement, useState } from 'react'
import { sayAdvice, sayScore, TOO_WEAK } from '../strength-words.ts'
import { PasswordField } from './field.tsx'
import { MIN_PASSWORD, passwordProblem } from './password-rule.ts'
import { type Estimate, isAccepted, useStrength } from './use-strength.ts'

const STEPS = [0, 1, 2, 3, 4] as const

/** A new password while it is chosen. */
export interface NewPassword {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly strength: Estimate
  /** What is wrong with it, as far as it is known by now. */
  readonly problem: string | undefined
  /** Known at once, without an estimate. */
  readonly isTooShort: boolean
  /** Estimates it once more, before it is used. False: `problem` says why it must not be. */
  readonly check: () => Promise<boolean>
}

/** @param handle The sign-in name that it belongs to: whoever guesses tries that first. */
export function useNewPassword(handle: string): NewPassword {
  const [value, onChange] = useState('')
  const { found, check } = useStrength(value, handle)
  const short = passwordProblem(value)
  const problem = short ?? (isAccepted(found) ? undefined : TOO_WEAK)
  return { value, onChange, strength: found, problem, isTooShort: short !== undefined, check }
}

interface NewPasswordFieldProps {
  readonly label?: string
  readonly password: NewPassword
  readonly isShared: boolean
  /** The form was sent once: only from then on it says what is wrong. */
  readonly wasTried: boolean
  readonly isReadOnly: boolean
}

/** The field with its meter. */
export function NewPasswordField({
  label = 'New password',
  password,
  isShared,
  wasTried,
  isReadOnly,
}: NewPasswordFieldProps): ReactElement {
  return (
    <div className="new-password">
      <PasswordField
        label={label}
        hint={`Use ${MIN_PASSWORD} or more letters. Four words that do not belong together work well. A password manager can make one for you.`}
        name="new-password"
        autoComplete="new-password"
        isShared={isShared}
        value={password.value}
        onChange={password.onChange}
        problem={wasTried ? password.problem : undefined}
        isReadOnly={isReadOnly}
      />
      <Meter strength={password.strength} />
    </div>
  )
}

function Meter({ strength }: { readonly strength: Estimate }): ReactElement {
  return (
    <div role="status" className="strength">
      {strength === 'unknown' ? (
        <p className="hint">We could not check how strong this password is. You can still use it.</p>
      ) : strength === null ? null : (
        <>
          <div className={`strength-bar strength-${strength.score}`} aria-hidden="true">
            {STEPS.map((step) => (
              <span key={step} className={step <= strength.score ? 'is-full' : undefined} />
            ))}
          </div>
          <p>
            Strength: <strong>{sayScore(strength)}.</strong> {sayAdvice(strength)}
          </p>
        </>
      )}
    </div>
  )
}
