/** Takes the focus when it appears: what had it is gone, or stands far from what is said now. */
import { type ReactElement, type ReactNode, useEffect, useRef } from 'react'

/** A box around it. */
export function Focused({ children }: { readonly children: ReactNode }): ReactElement {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [])
  return (
    <div ref={box} tabIndex={-1} className="stack">
      {children}
    </div>
  )
}
