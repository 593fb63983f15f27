/** A part of the Security page: its heading can take the focus when what had it is gone. */
import type { ReactElement, ReactNode, RefObject } from 'react'
import { Button } from '../parts/button.tsx'
import { ErrorNotice } from '../parts/notice.tsx'
import { Busy } from '../parts/progress.tsx'
import type { Loaded } from '../parts/use-loaded.ts'

interface SectionProps<T> {
  readonly id: string
  readonly title: string
  readonly lead?: ReactNode
  readonly loaded: Loaded<T>
  /** What is said while it is asked for. */
  readonly busy: string
  readonly heading?: RefObject<HTMLHeadingElement | null>
  readonly children: (value: T) => ReactNode
}

/** The heading, and under it what was loaded, or why it was not. */
export function Section<T>({ id, title, lead, loaded, busy, heading, children }: SectionProps<T>): ReactElement {
  const { value, problem, isLoading, reload } = loaded
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id} ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {lead !== undefined && <p className="hint">{lead}</p>}
      <Busy label={isLoading && value === null ? busy : null} />
      <ErrorNotice code={problem}>
        <Button onPress={() => void reload()}>Try again</Button>
      </ErrorNotice>
      {value !== null && children(value)}
    </section>
  )
}
