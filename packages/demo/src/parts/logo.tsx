/** The mark: a lock whose shackle and seam are stitched. */
import type { ReactElement } from 'react'

/** The mark with the name beside it. */
export function Logo(): ReactElement {
  return (
    <span className="logo">
      <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <path className="logo-thread" d="M10 14v-3a6 6 0 0 1 12 0v3" />
        <rect className="logo-body" x="6.5" y="14" width="19" height="13" rx="3.5" />
        <path className="logo-seam" d="M10.5 20.5h11" />
      </svg>
      Lockstitch
    </span>
  )
}
