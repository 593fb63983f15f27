/** All records: forms first, then what came from files, in groups. */
import { type ReactElement, useMemo, useState } from 'react'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Filter } from '../parts/filter.tsx'
import { Icon } from '../parts/icon.tsx'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { Busy } from '../parts/progress.tsx'
import { RecordGroup } from '../parts/record-group.tsx'
import { Screen } from '../parts/screen.tsx'
import { exportText, saveAsFile } from '../state/export-file.ts'
import { type GroupName, groupItems, searchGroups } from '../state/filter.ts'
import { say } from '../state/flash.ts'
import { kitTest } from '../state/kit-test.ts'
import { type Item, loadRecords, records } from '../state/records.ts'
import { useStore } from '../state/store.ts'

/** More groups than this begin closed. */
const FEW = 30

/** The list with its search. */
export function HomeScreen(): ReactElement {
  const { items, loading, from, problem } = useStore(records)
  const { isDue } = useStore(kitTest)
  const [search, setSearch] = useState('')
  const [only, setOnly] = useState<GroupName | 'all'>('all')
  const [opened, setOpened] = useState<ReadonlyMap<GroupName, boolean>>(new Map())
  const groups = useMemo(() => groupItems(items), [items])
  const shown = useMemo(() => searchGroups(groups, search, only), [groups, search, only])
  const isNarrowed = search.trim() !== '' || only !== 'all'
  const isOpen = (name: GroupName): boolean =>
    opened.get(name) ?? (isNarrowed || items.length <= FEW || name === 'forms' || name === 'damaged')

  return (
    <Screen title="Your records" size="wide">
      <div className="actions">
        <ButtonLink href="#/new" look="main" icon="form">
          Fill in a form
        </ButtonLink>
        <ButtonLink href="#/import" icon="file">
          Add a health record file
        </ButtonLink>
      </div>
      {isDue && (
        <Notice tone="info" icon="clock">
          <p>
            It is some time since you last used your recovery code:{' '}
            <a href="#/security/test">test that you still have it</a>.
          </p>
        </Notice>
      )}
      <Busy label={loading ? opening(items.length) : null} />
      {from === 'device' && (
        <Notice tone="warn" icon="away">
          <p>These are the records that this device saw last. Newer ones may be on the server.</p>
        </Notice>
      )}
      <ErrorNotice code={problem}>
        <Button onPress={() => void loadRecords()}>Try again</Button>
      </ErrorNotice>
      {items.length > 0 && (
        <Filter
          groups={groups}
          search={search}
          onSearch={setSearch}
          only={only}
          onOnly={setOnly}
          found={countOf(shown)}
          total={items.length}
        />
      )}
      {!loading && problem === null && items.length === 0 && <Empty />}
      {shown.length > 0 && (
        <div className="groups">
          {shown.map((group) => (
            <RecordGroup
              key={group.name}
              group={group}
              isOpen={isOpen(group.name)}
              onOpenChange={(next) => setOpened(new Map(opened).set(group.name, next))}
            />
          ))}
        </div>
      )}
      {items.length > 0 && !loading && <Export items={items} />}
    </Screen>
  )
}

function Empty(): ReactElement {
  return (
    <div className="empty">
      <Icon name="form" />
      <h2>Nothing here yet</h2>
      <p>Fill in your first form, or add a health record file from your clinic or insurer.</p>
    </div>
  )
}

function Export({ items }: { readonly items: readonly Item[] }): ReactElement {
  const save = (): void => {
    saveAsFile(exportText(items), `my-health-records-${new Date().toISOString().slice(0, 10)}.json`, 'application/json')
    say('Your records are in your downloads. That file is not locked, so keep it in a safe place.')
  }
  return (
    <section className="export" aria-labelledby="export-title">
      <h2 id="export-title">Take your records with you</h2>
      <p>Save all records that are open here in one file. The file is not locked: anyone who has it can read it.</p>
      <Button icon="save" onPress={save}>
        Export my records
      </Button>
    </section>
  )
}

function opening(count: number): string {
  return count === 0 ? 'Opening your records' : `Opening your records, ${count} so far`
}

function countOf(groups: readonly { readonly rows: readonly unknown[] }[]): number {
  return groups.reduce((sum, { rows }) => sum + rows.length, 0)
}
