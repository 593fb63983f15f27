/** Every way into the account, with what can be done with it. Two must stay, so the page says why one can't go. */
import type { DeviceInfo, SlotInfo } from '@lockstitch/sdk'
import type { ReactElement } from 'react'
import { client } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { useLoaded } from '../parts/use-loaded.ts'
import { usePasskeys } from '../parts/use-passkeys.ts'
import { useTask } from '../parts/use-task.ts'
import { DeviceRow } from './device-row.tsx'
import { RemoveButton } from './remove-button.tsx'
import { Section } from './section.tsx'
import { SlotRow } from './slot-row.tsx'
import { useChanged } from './use-changed.ts'
import { dayOf } from './words.ts'

interface Ways {
  readonly slots: readonly SlotInfo[]
  readonly devices: readonly DeviceInfo[]
}

const WAYS_IN = ['password', 'recovery', 'passkey']

async function loadWays(): Promise<Ways> {
  const [slots, devices] = await Promise.all([client.slots.list(), client.devices.list()])
  return { slots, devices }
}

/** True when two ways in that were tried stay without it, and one of them is not a passkey. */
function canGo(slots: readonly SlotInfo[], id: string): boolean {
  const rest = slots.filter((slot) => slot.id !== id && WAYS_IN.includes(slot.kind) && slot.confirmed !== null)
  return rest.length >= 2 && rest.some(({ kind }) => kind !== 'passkey')
}

/** The list. */
export function WaysSection(): ReactElement {
  const loaded = useLoaded(loadWays)
  const { place, changed } = useChanged<HTMLHeadingElement>(loaded.reload)
  return (
    <Section
      id="ways"
      title="Ways into your records"
      loaded={loaded}
      busy="Looking up your ways in"
      heading={place}
      lead="Only what is in this list opens your records."
    >
      {({ slots, devices }) => (
        <>
          <ul className="ways">
            {slots
              .filter(({ kind }) => kind === 'password')
              .map((slot) => (
                <SlotRow
                  key={slot.id}
                  icon="edit"
                  title="Password"
                  detail={`Set on ${dayOf(slot.created)}`}
                  isCurrent={slot.isCurrent}
                >
                  <ButtonLink href="#/security/password">Change password</ButtonLink>
                  <Removal slot={slot} slots={slots} name="your password" onDone={changed} />
                </SlotRow>
              ))}
            {slots
              .filter(({ kind }) => kind === 'recovery')
              .map((slot) => (
                <KitRow key={slot.id} slot={slot} slots={slots} onDone={changed} />
              ))}
            {slots
              .filter(({ kind }) => kind === 'passkey')
              .map((slot) => (
                <PasskeyRow key={slot.id} slot={slot} slots={slots} onDone={changed} />
              ))}
            {devices.map((device) => (
              <DeviceRow key={device.slot} device={device} onDone={changed} />
            ))}
          </ul>
          {!slots.some((slot) => WAYS_IN.includes(slot.kind) && canGo(slots, slot.id)) && (
            <p className="hint">
              Two ways in must stay, so that losing one never locks you out. To remove one of these, add another way in
              first.
            </p>
          )}
          <h3>Add a way in</h3>
          <AddWays isRemembered={devices.some(({ isCurrent }) => isCurrent)} />
        </>
      )}
    </Section>
  )
}

interface RowProps {
  readonly slot: SlotInfo
  readonly slots: readonly SlotInfo[]
  readonly onDone: (text: string) => Promise<void>
}

function KitRow({ slot, slots, onDone }: RowProps): ReactElement {
  const { confirmed, created, isCurrent } = slot
  const detail =
    confirmed === null
      ? `Made on ${dayOf(created)}, not checked yet. The kit of before works until you test this one.`
      : `Made on ${dayOf(created)}`
  return (
    <SlotRow icon="print" title="Recovery kit" detail={detail} isCurrent={isCurrent} isWarning={confirmed === null}>
      <ButtonLink href="#/security/test">Test my kit</ButtonLink>
      <ButtonLink href="#/security/kit">Make a new kit</ButtonLink>
      <Removal slot={slot} slots={slots} name="this recovery kit" onDone={onDone} />
    </SlotRow>
  )
}

function PasskeyRow({ slot, slots, onDone }: RowProps): ReactElement {
  const { problem, isBusy, run } = useTask()
  const name = slot.name === null ? 'Passkey with a name that can’t be read' : (slot.name ?? 'Passkey')
  const tryIt = (): Promise<boolean> =>
    run(async () => {
      await client.slots.test({ passkey: true })
      await onDone('A passkey of yours works. It opens your records.')
    })
  const isNew = slot.confirmed === null
  return (
    <SlotRow
      icon="person"
      title={name}
      detail={`Passkey, added on ${dayOf(slot.created)}${isNew ? ', not tried yet' : ''}`}
      isCurrent={slot.isCurrent}
      isWarning={isNew}
      problem={problem}
    >
      <Button isDisabled={isBusy} onPress={() => void tryIt()} aria-label={`Try passkey ${name}`}>
        Try it
      </Button>
      <Removal slot={slot} slots={slots} name={`the passkey “${name}”`} onDone={onDone} />
    </SlotRow>
  )
}

function Removal({ slot, slots, name, onDone }: RowProps & { readonly name: string }): ReactElement | null {
  if (!canGo(slots, slot.id)) return null
  return (
    <RemoveButton
      label="Remove"
      name={name}
      onRemove={() => client.slots.remove(slot.id)}
      onDone={() => onDone('It is removed, and opens nothing any more.')}
    >
      <p>
        From then on, {name} opens nothing any more.
        {slot.isCurrent && ' You came in with it just now, so your records lock. Have another way in at hand.'}
      </p>
    </RemoveButton>
  )
}

function AddWays({ isRemembered }: { readonly isRemembered: boolean }): ReactElement {
  const hasPasskeys = usePasskeys()
  return (
    <>
      <div className="actions">
        {hasPasskeys === true && (
          <ButtonLink href="#/security/passkey" icon="plus">
            Add a passkey
          </ButtonLink>
        )}
        <ButtonLink href="#/security/device" icon="plus">
          {isRemembered ? 'New PIN for this device' : 'Remember this device with a PIN'}
        </ButtonLink>
      </div>
      {hasPasskeys === false && (
        <Notice tone="info">
          <p>This browser can’t use passkeys here.</p>
        </Notice>
      )}
    </>
  )
}
