/** The keys: one line that says that all is well, and the renewals that are due. The rest is behind "Details". */
import type { KeyInfo } from '@lockstitch/sdk'
import { type ReactElement, useEffect } from 'react'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Details } from '../parts/details.tsx'
import { Notice } from '../parts/notice.tsx'
import { useLoaded } from '../parts/use-loaded.ts'
import { isRenewing, renew, type Renewable, renewal } from '../state/renewal.ts'
import { useStore } from '../state/store.ts'
import { KeysTable } from './keys-table.tsx'
import { RenewalBar } from './renewal-bar.tsx'
import { Section } from './section.tsx'
import { countOf, dayOf, KEY_NAMES } from './words.ts'

const RENEWABLE = Object.keys(KEY_NAMES) as readonly Renewable[]

function loadKeys(): Promise<KeyInfo[]> {
  return client.keys.status()
}

/** The line, the renewals, the table. */
export function KeysSection(): ReactElement {
  const loaded = useLoaded(loadKeys)
  const { state } = useStore(renewal)
  const { reload } = loaded
  useEffect(() => {
    // Whatever became of a renewal, the keys are others now.
    if (['done', 'paused', 'failed'].includes(state)) void reload()
  }, [state, reload])
  return (
    <Section id="keys" title="Keys" loaded={loaded} busy="Looking at your keys">
      {(keys) => (
        <>
          <Summary keys={keys} />
          <RenewalBar />
          <Unfinished keys={keys} />
          {RENEWABLE.filter((of) => keys.some(({ classification, isDue }) => isDue && classification === of)).map(
            (of) => (
              <RenewButton key={of} of={of} look="main" />
            ),
          )}
          <Details title="Details of your keys" level={3}>
            <div className="stack">
              <KeysTable keys={keys} />
              <p className="hint">You can renew a key before it is due. You can go on using your records meanwhile.</p>
              <div className="actions">
                {RENEWABLE.map((of) => (
                  <RenewButton key={of} of={of} />
                ))}
              </div>
            </div>
          </Details>
        </>
      )}
    </Section>
  )
}

function Summary({ keys }: { readonly keys: readonly KeyInfo[] }): ReactElement {
  const active = keys.filter(
    ({ state, classification }) => state === 'active' && RENEWABLE.includes(classification as Renewable),
  )
  const dates = active.flatMap(({ dueAt }) => (dueAt === null ? [] : [dueAt])).toSorted((a, b) => +a - +b)
  const due = active.filter(({ isDue }) => isDue).length
  const [first] = dates
  return due > 0 ? (
    <Notice tone="warn" icon="clock">
      <p>
        <strong>{countOf(due, 'key')} should be renewed now.</strong> Your records are safe meanwhile. It goes by itself
        once you start it.
      </p>
    </Notice>
  ) : (
    <p>
      Your records are locked with {countOf(active.length, 'key')}
      {first === undefined ? '.' : `; the next renewal is due on ${dayOf(first)}.`}
    </p>
  )
}

function RenewButton({
  of,
  look = 'quiet',
}: {
  readonly of: Renewable
  readonly look?: 'main' | 'quiet'
}): ReactElement {
  const { state } = useStore(renewal)
  const isBusy = state === 'running' || state === 'pausing'
  return (
    <div>
      <Button look={look} isDisabled={isBusy} onPress={() => void renew(of)}>
        Renew now: {KEY_NAMES[of]}
      </Button>
    </div>
  )
}

/** A renewal that another visit or device began: it waits in the account, not in this page. */
function Unfinished({ keys }: { readonly keys: readonly KeyInfo[] }): ReactElement | null {
  const { of: current, state } = useStore(renewal)
  if (isRenewing()) return null
  const waiting = RENEWABLE.filter(
    (of) =>
      !(current === of && state !== 'none' && state !== 'done') &&
      keys.some(({ classification, state: use }) => classification === of && use === 'decrypt-only'),
  )
  if (waiting.length === 0) return null
  return (
    <>
      {waiting.map((of) => (
        <Notice key={of} tone="info" icon="clock">
          <p>
            <strong>A renewal was not finished: {KEY_NAMES[of]}.</strong> Nothing is lost. You can go on, or undo it.
          </p>
          <div className="actions">
            <Button look="main" onPress={() => void renew(of)}>
              Go on
            </Button>
            <Button onPress={() => void renew(of, 'rollback')}>Undo it</Button>
          </div>
        </Notice>
      ))}
    </>
  )
}
