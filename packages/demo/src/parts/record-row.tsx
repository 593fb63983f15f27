/** One record in the list. */
import type { ReactElement } from 'react'
import { messageOf } from '../messages.ts'
import type { Row } from '../state/filter.ts'
import type { Item } from '../state/records.ts'
import { hrefOf } from '../state/route.ts'
import { Icon } from './icon.tsx'

/** A line that leads to the record. */
export function RecordRow({ row }: { readonly row: Row }): ReactElement {
  const { item, title, line, when } = row
  const href = addressOf(item)
  return (
    <li className="row">
      <div className="row-text">
        {href === null ? (
          <span className="row-title">{title}</span>
        ) : (
          <a className="row-title" href={href}>
            {title}
          </a>
        )}
        {item.kind === 'damaged' ? (
          <span className="row-detail">{messageOf(item.code).says} Your other records are not touched.</span>
        ) : (
          <span className="row-detail">{line}</span>
        )}
      </div>
      {when !== '' && <span className="row-when">{when}</span>}
      <Badge item={item} />
    </li>
  )
}

function Badge({ item }: { readonly item: Item }): ReactElement | null {
  if (item.kind === 'damaged') {
    return (
      <span className="badge badge-bad">
        <Icon name="alert" /> Damaged
      </span>
    )
  }
  if (item.pending === undefined) return null
  return item.pending === 'waiting' ? (
    <span className="badge badge-wait">
      <Icon name="clock" /> Waiting to be sent
    </span>
  ) : (
    <span className="badge badge-bad">
      <Icon name="alert" /> Needs your choice
    </span>
  )
}

function addressOf(item: Item): string | null {
  if (item.kind !== 'damaged') return hrefOf({ name: 'record', kind: item.kind, id: item.id })
  return item.id === undefined ? null : hrefOf({ name: 'record', kind: item.of, id: item.id })
}
