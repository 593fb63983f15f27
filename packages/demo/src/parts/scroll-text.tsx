/** Long text in a box of its own. */
import type { ReactElement } from 'react'

interface ScrollTextProps {
  readonly label: string
  readonly text: string
  readonly look: 'sealed' | 'opened'
}

/** What scrolls must be reachable with the keyboard alone, so it takes the focus and has a name. */
export function ScrollText({ label, text, look }: ScrollTextProps): ReactElement {
  return (
    <pre className={`scroll-text scroll-text-${look}`} tabIndex={0} role="region" aria-label={label} translate="no">
      {text}
    </pre>
  )
}
