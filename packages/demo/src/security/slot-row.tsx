/** One way in. */
import type { ErrorCode } from '@lockstitch/sdk'
import type { ReactElement, ReactNode } from 'react'
import { Icon, type IconName } from '../parts/icon.tsx'
import { ErrorNotice } from '../parts/notice.tsx'

interface SlotRowProps {
  readonly icon: IconName
  readonly title: string
  readonly detail: string
  /** The records were opened with it. */
  readonly isCurrent: boolean
  readonly isWarning?: boolean
  readonly problem?: ErrorCode | null
  readonly children: ReactNode
}

/** Its name, what is known of it, and what can be done with it. */
export function SlotRow(props: SlotRowProps): ReactElement {
  const { icon, title, detail, isCurrent, isWarning = false, problem = null, children } = props
  return (
    <li className="way">
      <Icon name={icon} />
      <div className="way-text">
        <h3>
          <span translate="no">{title}</span>{' '}
          {isCurrent && <span className="badge badge-wait">You came in with this</span>}
        </h3>
        <p className={isWarning ? 'way-warning' : 'hint'}>
          {isWarning && <Icon name="alert" />} {detail}
        </p>
      </div>
      <div className="actions way-actions">{children}</div>
      {problem !== null && (
        <div className="way-problem">
          <ErrorNotice code={problem} />
        </div>
      )}
    </li>
  )
}
