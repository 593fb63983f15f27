/** Buttons: one look for each weight. */
import type { ReactElement, ReactNode } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button'
import { Icon, type IconName } from './icon.tsx'

interface ButtonProps extends Omit<AriaButtonProps, 'children' | 'className'> {
  readonly look?: 'main' | 'quiet' | 'plain' | 'danger' | 'danger-main'
  readonly icon?: IconName
  readonly children: ReactNode
}

/** A button with its text and perhaps a picture. */
export function Button({ look = 'quiet', icon, children, ...props }: ButtonProps): ReactElement {
  return (
    <AriaButton {...props} className={`button button-${look}`}>
      {icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </AriaButton>
  )
}

interface ButtonLinkProps {
  readonly href: string
  readonly look?: 'main' | 'quiet' | 'plain' | 'danger'
  readonly icon?: IconName
  readonly children: ReactNode
}

/** A link that looks like a button: it goes somewhere and does nothing else. */
export function ButtonLink({ href, look = 'quiet', icon, children }: ButtonLinkProps): ReactElement {
  return (
    <a href={href} className={`button button-${look}`}>
      {icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  )
}
