/** A message in the page: what happened and what to do. */
import type { ReactElement, ReactNode } from 'react'
import type { ErrorCode } from '@lockstitch/sdk'
import { messageOf } from '../messages.ts'
import { Icon, type IconName } from './icon.tsx'

/** How serious it is. */
export type NoticeTone = 'info' | 'good' | 'warn' | 'bad'

const ICONS: Record<NoticeTone, IconName> = { info: 'info', good: 'check', warn: 'alert', bad: 'alert' }

interface NoticeProps {
  readonly tone: NoticeTone
  readonly children: ReactNode
  /** `alert` is read out at once, `status` when the reader has finished. */
  readonly role?: 'alert' | 'status' | 'note'
  readonly icon?: IconName
}

/** A box with a message. */
export function Notice({ tone, children, role = 'note', icon }: NoticeProps): ReactElement {
  return (
    <div className={`notice notice-${tone}`} role={role}>
      <Icon name={icon ?? ICONS[tone]} />
      <div>{children}</div>
    </div>
  )
}

/** What an error means and what to do about it. Nothing when there is no error. */
export function ErrorNotice({
  code,
  children,
}: {
  readonly code: ErrorCode | null
  readonly children?: ReactNode
}): ReactElement | null {
  if (code === null) return null
  const { says, next } = messageOf(code)
  return (
    <Notice tone="bad" role="alert">
      <p>
        <strong>{says}</strong> {next}
      </p>
      {children}
    </Notice>
  )
}
