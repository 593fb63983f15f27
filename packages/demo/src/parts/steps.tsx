/** Where one is on the way to a new account. */
import type { ReactElement } from 'react'

const TOTAL = 3

/** "Step 1 of 3", with the seam so far. */
export function Steps({ step }: { readonly step: 1 | 2 | 3 }): ReactElement {
  return (
    <div className="steps">
      <p>
        Step {step} of {TOTAL}
      </p>
      <div className="steps-seam" aria-hidden="true">
        {[1, 2, 3].map((number) => (
          <span key={number} className={number <= step ? 'is-done' : ''} />
        ))}
      </div>
    </div>
  )
}
