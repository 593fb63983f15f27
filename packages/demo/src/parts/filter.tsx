/** Search and kind, above the list. The select is the phone's own: it is the one that people know. */
import { type ReactElement, useId } from 'react'
import { Button } from 'react-aria-components/Button'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { SearchField } from 'react-aria-components/SearchField'
import type { Group, GroupName } from '../state/filter.ts'
import { Icon } from './icon.tsx'

interface FilterProps {
  readonly groups: readonly Group[]
  readonly search: string
  readonly onSearch: (search: string) => void
  readonly only: GroupName | 'all'
  readonly onOnly: (only: GroupName | 'all') => void
  readonly found: number
  readonly total: number
}

/** Narrows the list. */
export function Filter({ groups, search, onSearch, only, onOnly, found, total }: FilterProps): ReactElement {
  const id = useId()
  const isNarrowed = search.trim() !== '' || only !== 'all'
  return (
    <div className="filter" role="search" aria-label="Your records">
      <SearchField className="field search" value={search} onChange={onSearch} autoComplete="off" spellCheck="false">
        <Label>Search</Label>
        <div className="search-box">
          <Icon name="search" />
          <Input className="input" />
          {search !== '' && <Button className="button button-plain">Clear</Button>}
        </div>
      </SearchField>
      <div className="field">
        <label htmlFor={id}>Show</label>
        <select
          id={id}
          className="input"
          value={only}
          onChange={(event) => onOnly(event.target.value as GroupName | 'all')}
        >
          <option value="all">Everything</option>
          {groups.map(({ name, title, rows }) => (
            <option key={name} value={name}>
              {title} ({rows.length})
            </option>
          ))}
        </select>
      </div>
      <p role="status" className="found">
        {isNarrowed ? `${found} of ${total} records fit` : `${total} ${total === 1 ? 'record' : 'records'}`}
      </p>
    </div>
  )
}
