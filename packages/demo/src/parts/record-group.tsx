/** A group of records that opens and closes. Long groups show a part at a time, so that the page stays quick and short. */
import { type ReactElement, useRef, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure'
import { Heading } from 'react-aria-components/Heading'
import type { Group } from '../state/filter.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import { RecordRow } from './record-row.tsx'

const PAGE = 25

interface RecordGroupProps {
  readonly group: Group
  readonly isOpen: boolean
  readonly onOpenChange: (isOpen: boolean) => void
}

/** The heading with the count, and under it the first rows. */
export function RecordGroup({ group, isOpen, onOpenChange }: RecordGroupProps): ReactElement {
  const [shown, setShown] = useState(PAGE)
  const list = useRef<HTMLUListElement>(null)
  const rows = group.rows.slice(0, shown)
  const more = Math.min(PAGE, group.rows.length - rows.length)
  const showMore = (): void => {
    setShown(shown + PAGE)
    // The button may go away: the focus goes on to the first row that it brought.
    requestAnimationFrame(() => list.current?.children[shown]?.querySelector('a')?.focus())
  }
  return (
    <Disclosure className="group" isExpanded={isOpen} onExpandedChange={onOpenChange}>
      <Heading level={2}>
        <AriaButton slot="trigger" className="group-button">
          <Icon name="next" />
          <span className="group-title">{group.title}</span>
          <span className="count" aria-label={`${group.rows.length} records`}>
            {group.rows.length}
          </span>
        </AriaButton>
      </Heading>
      <DisclosurePanel>
        {isOpen && (
          <>
            <ul className="rows" ref={list} translate="no">
              {rows.map((row, index) => (
                <RecordRow key={row.item.id ?? index} row={row} />
              ))}
            </ul>
            {more > 0 && (
              <Button look="plain" icon="down" onPress={showMore}>
                Show {more} more of {group.rows.length}
              </Button>
            )}
          </>
        )}
      </DisclosurePanel>
    </Disclosure>
  )
}
