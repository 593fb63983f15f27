/** The screen of one task, with the way back to the Security page. */
import type { ReactElement, ReactNode } from 'react'
import { Icon } from '../parts/icon.tsx'
import { Screen } from '../parts/screen.tsx'
import { say } from '../state/flash.ts'
import { goOn, hrefOf, type SecurityTask } from '../state/route.ts'

interface TaskScreenProps {
  readonly title: string
  readonly lead?: ReactNode
  readonly size?: 'narrow' | 'wide'
  readonly children: ReactNode
}

/** A screen under the Security page. */
export function TaskScreen({ title, lead, size = 'narrow', children }: TaskScreenProps): ReactElement {
  return (
    <Screen
      title={title}
      lead={lead}
      size={size}
      above={
        <a className="back no-print" href="#/security">
          <Icon name="back" />
          Back to security
        </a>
      }
    >
      {children}
    </Screen>
  )
}

/** Says what was done and goes back to the Security page, unless the user has left the task meanwhile. */
export function finish(task: SecurityTask, text: string): void {
  say(text)
  goOn(hrefOf({ name: 'security', task }), { name: 'security' })
}
