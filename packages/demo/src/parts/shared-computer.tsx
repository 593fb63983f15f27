/** The question whether others use the computer too. It stands before what is typed, so that nothing is remembered of it. */
import { type ReactElement, useId } from 'react'

interface SharedComputerProps {
  readonly isShared: boolean
  readonly onChange: (isShared: boolean) => void
  readonly isReadOnly: boolean
}

/** A box to tick. */
export function SharedComputer({ isShared, onChange, isReadOnly }: SharedComputerProps): ReactElement {
  const id = useId()
  return (
    <div className="tick">
      <input
        type="checkbox"
        id={id}
        checked={isShared}
        disabled={isReadOnly}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => onChange(target.checked)}
      />
      <label htmlFor={id}>This is a shared computer</label>
      <p id={`${id}-hint`} className="hint">
        Then nothing stays on it when you lock or leave, and it needs the internet.
      </p>
    </div>
  )
}
