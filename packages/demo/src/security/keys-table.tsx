/** Every key, for who wants to know. It scrolls by itself on a narrow screen. */
import type { KeyInfo } from '@lockstitch/sdk'
import type { ReactElement } from 'react'
import { dayOf, keyName } from './words.ts'

const STATES: Readonly<Record<KeyInfo['state'], string>> = {
  active: 'In use',
  'decrypt-only': 'Being replaced',
  retired: 'Retired',
  revoked: 'Taken out of use',
  destroyed: 'Destroyed',
}

/** The table. */
export function KeysTable({ keys }: { readonly keys: readonly KeyInfo[] }): ReactElement {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Your keys">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">For</th>
            <th scope="col">State</th>
            <th scope="col">Made</th>
            <th scope="col">Renewal due</th>
            <th scope="col">Records</th>
            <th scope="col">Id</th>
          </tr>
        </thead>
        <tbody>
          {keys.map(({ kid, classification, version, state, created, dueAt, records }) => (
            <tr key={kid}>
              <th scope="row">
                {keyName(classification)}, {version}
              </th>
              <td>{STATES[state]}</td>
              <td>{dayOf(created)}</td>
              <td>{dueAt === null ? '–' : dayOf(dueAt)}</td>
              <td>{records}</td>
              <td translate="no">{kid}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
