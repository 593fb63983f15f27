/** The devices that could be somebody else's: all but the one in front of the user. */
import type { DeviceInfo } from '@lockstitch/sdk'
import type { ReactElement } from 'react'
import { client } from '../client.ts'
import { Busy } from '../parts/progress.tsx'
import { ErrorNotice } from '../parts/notice.tsx'
import { useLoaded } from '../parts/use-loaded.ts'
import { DeviceRow } from './device-row.tsx'
import { useChanged } from './use-changed.ts'

async function loadDevices(): Promise<readonly DeviceInfo[]> {
  const [devices, here] = await Promise.all([client.devices.list(), client.devices.remembered()])
  return devices.filter(({ slot }) => !here.some((own) => own.slot === slot))
}

/** A list to throw out from. */
export function AlarmDevices(): ReactElement {
  const { value, problem, isLoading, reload } = useLoaded(loadDevices)
  const { place, changed } = useChanged<HTMLDivElement>(reload)
  return (
    <div ref={place} tabIndex={-1} className="stack">
      <Busy label={isLoading && value === null ? 'Looking up your devices' : null} />
      <ErrorNotice code={problem} />
      {value !== null && value.length === 0 && <p>No other device opens your records with a PIN. Go on with step 2.</p>}
      {value !== null && value.length > 0 && (
        <>
          <p>These devices open your records with a PIN. Throw out each that you do not have in your hands.</p>
          <ul className="ways">
            {value.map((device) => (
              <DeviceRow key={device.slot} device={device} onDone={changed} />
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
