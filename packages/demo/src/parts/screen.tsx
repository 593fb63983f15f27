/** One screen: its heading takes the focus when it appears, so that a reader and a keyboard start at its top. */
import { type ReactElement, type ReactNode, useEffect, useRef } from 'react'

interface ScreenProps {
  readonly title: string
  /** What the browser's tab says when the title is the patient's own words: browsers keep that in their history, on disk. */
  readonly tabTitle?: string
  readonly lead?: ReactNode
  readonly children: ReactNode
  /** Narrow for a form, wide for lists. */
  readonly size?: 'narrow' | 'wide'
  /** What stands over the heading: a way back, or the steps. */
  readonly above?: ReactNode
}

let isFirst = true

/** A screen with its heading. */
export function Screen({ title, tabTitle = title, lead, children, size = 'narrow', above }: ScreenProps): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${tabTitle} · Lockstitch`
    // The page's own start is where the browser puts the focus by itself.
    if (!isFirst) {
      heading.current?.focus()
      window.scrollTo(0, 0)
    }
    isFirst = false
  }, [title, tabTitle])
  return (
    <div className={`screen screen-${size}`}>
      {above}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {lead !== undefined && <div className="lead">{lead}</div>}
      {children}
    </div>
  )
}
