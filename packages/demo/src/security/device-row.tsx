/** One remembered device: when it was used, when it is forgotten, another name, out with it. */
import type { DeviceInfo } from '@lockstitch/sdk'
import { type FormEvent, type ReactElement, useState } from 'react'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { ErrorNotice } from '../parts/notice.tsx'
import { useTask } from '../parts/use-task.ts'
import { RemoveButton } from './remove-button.tsx'
import { SlotRow } from './slot-row.tsx'
import { dayOf, timeOf } from './words.ts'

interface DeviceRowProps {
  readonly device: DeviceInfo
  readonly onDone: (text: string) => Promise<void>
}

const STATES: Readonly<Record<DeviceInfo['state'], string>> = {
  active: '',
  blocked: ' Blocked after too many wrong PINs: it opens nothing any more.',
  expired: ' Its time is over: it opens nothing any more.',
}

/** The name that a device goes by. */
export function deviceName({ name }: DeviceInfo): string {
  return name ?? 'A device with a name that can’t be read'
}

/** A row of the list. */
export function DeviceRow({ device, onDone }: DeviceRowProps): ReactElement {
  const name = deviceName(device)
  const until = device.state === 'active' ? ` Forgotten on ${dayOf(device.expires)} unless used before.` : ''
  return (
    <SlotRow
      icon="server"
      title={name}
      detail={`Device with a PIN. Last used ${timeOf(device.lastUsed)}.${until}${STATES[device.state]}`}
      isCurrent={device.isCurrent}
      isWarning={device.state !== 'active'}
    >
      <Rename device={device} onDone={onDone} />
      <RemoveButton
        label="Throw out"
        name={`“${name}”`}
        onRemove={() => client.devices.revoke(device.slot)}
        onDone={() => onDone(`“${name}” is out. Its PIN opens nothing any more.`)}
      >
        <p>
          Its PIN opens nothing any more, and if your records are open there, they close.
          {device.isCurrent && ' This is the device that you use now, and you came in with its PIN: your records lock.'}
        </p>
      </RemoveButton>
    </SlotRow>
  )
}

function Rename({ device, onDone }: DeviceRowProps): ReactElement {
  const [isOpen, setOpen] = useState(false)
  const [name, setName] = useState(device.name ?? '')
  const { isBusy, problem, run } = useTask()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void run(() => client.devices.rename(device.slot, name.trim())).then((isDone) => {
      if (!isDone) return
      setOpen(false)
      void onDone('The device has its new name.')
    })
  }
  return (
    <>
      <Button aria-label={`Rename “${deviceName(device)}”`} onPress={() => setOpen(true)}>
        Rename
      </Button>
      {isOpen && (
        <Dialog title="Rename this device" onClose={() => setOpen(false)}>
          <form onSubmit={submit} noValidate autoComplete="off" className="stack">
            <Field label="New name" value={name} onChange={setName} isReadOnly={isBusy} />
            <ErrorNotice code={problem} />
            <div className="actions">
              <Button type="submit" look="main" isDisabled={isBusy}>
                Save the name
              </Button>
              <Button isDisabled={isBusy} onPress={() => setOpen(false)}>
                Keep the old one
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  )
}
