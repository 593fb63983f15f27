/** Labels and values of an opened record. */
import { type ReactElement, type ReactNode, useState } from 'react'
import { Button } from './button.tsx'

/** One pair. */
export interface FactLine {
  readonly label: string
  readonly value: ReactNode
}

/** A list of pairs. */
export function Facts({ facts }: { readonly facts: readonly FactLine[] }): ReactElement {
  return (
    <dl className="facts-list" translate="no">
      {facts.map(({ label, value }, index) => (
        <div key={index}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** A number that somebody behind you should not read: hidden until it is asked for. */
export function Hidden({ value, name }: { readonly value: string; readonly name: string }): ReactElement {
  const [isShown, setShown] = useState(false)
  return (
    <span className="hidden-value">
      <span>{isShown ? value : `••• •• ${value.slice(-4)}`}</span>
      <Button
        look="plain"
        icon="eye"
        aria-label={`${isShown ? 'Hide' : 'Show'} ${name}`}
        onPress={() => setShown(!isShown)}
      >
        {isShown ? 'Hide' : 'Show'}
      </Button>
    </span>
  )
}
