/** Something that only some want to see: closed behind its heading. */
import type { ReactElement, ReactNode } from 'react'
import { Button } from 'react-aria-components/Button'
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure'
import { Heading } from 'react-aria-components/Heading'
import { Icon } from './icon.tsx'

interface DetailsProps {
  readonly title: string
  /** Of the heading. */
  readonly level: 2 | 3
  /** It stands on the page as a part of its own. */
  readonly isCard?: boolean
  readonly children: ReactNode
}

/** The heading, and what is behind it. */
export function Details({ title, level, isCard = false, children }: DetailsProps): ReactElement {
  return (
    <Disclosure className={isCard ? 'card details' : 'details'}>
      <Heading level={level}>
        <Button slot="trigger" className="group-button">
          <Icon name="next" />
          <span>{title}</span>
        </Button>
      </Heading>
      <DisclosurePanel>{children}</DisclosurePanel>
    </Disclosure>
  )
}
