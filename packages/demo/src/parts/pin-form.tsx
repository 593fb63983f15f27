/** Opens the records with the PIN of this device. */
import { type ReactElement, useEffect, useEffectEvent, useRef, useState } from 'react'
import { isLockstitchError, type RememberedDevice } from '@lockstitch/sdk'
import { client } from '../client.ts'
import { unlock } from '../state/session.ts'
import { Button } from './button.tsx'
import { Field } from './field.tsx'
import { Notice } from './notice.tsx'
import { PinField } from './pin-field.tsx'
import { TaskForm } from './task-form.tsx'

interface PinFormProps {
  readonly onOpened: () => void
  /** The user wants another way in. */
  readonly onOther: () => void
  /** The device is not remembered any more. */
  readonly onGone: () => void
}

/** A field for the PIN, and how many tries are left once one went wrong. */
export function PinForm({ onOpened, onOther, onGone }: PinFormProps): ReactElement {
  const field = useRef<HTMLDivElement>(null)
  const [pin, setPin] = useState('')
  const [handle, setHandle] = useState('')
  const { devices, look } = useRemembered(onGone)
  const triesLeft = devices.length === 1 ? (devices[0]?.triesLeft ?? MAX_TRIES) : MAX_TRIES
  const open = async (): Promise<void> => {
    try {
      await unlock({ device: { pin }, ...(handle.trim() === '' ? {} : { handle }) }, {})
      onOpened()
    } catch (error) {
      if (isLockstitchError(error) && error.code === 'ERR_DEVICE_REVOKED') return onGone()
      setPin('')
      look()
      field.current?.querySelector('input')?.focus()
      throw error
    }
  }
  return (
    <>
      <TaskForm
        submit="Open my records"
        busy="Opening your records. This takes a few seconds."
        isReady={pin !== ''}
        work={open}
        more={(isBusy) => (
          <Button isDisabled={isBusy} onPress={onOther}>
            Use my password instead
          </Button>
        )}
      >
        {({ isTried, isBusy, problem }) => (
          <>
            {devices.length > 1 && (
              <Field
                label="Sign-in name"
                hint="Several accounts are remembered here. Without a name, the one used last is opened."
                isOptional
                name="username"
                autoCapitalize="none"
                value={handle}
                onChange={setHandle}
                isReadOnly={isBusy}
              />
            )}
            <div ref={field}>
              <PinField
                label="PIN of this device"
                value={pin}
                onChange={setPin}
                problem={isTried && pin === '' && problem === null ? 'Type your PIN.' : undefined}
                isReadOnly={isBusy}
              />
            </div>
            {triesLeft < MAX_TRIES && (
              <Notice tone="warn">
                <p>
                  <strong>{triesLeft === 1 ? '1 try is' : `${triesLeft} tries are`} left.</strong> Then this device is
                  forgotten. Your password and your recovery code go on working.
                </p>
              </Notice>
            )}
          </>
        )}
      </TaskForm>
      <ul className="links">
        <li>
          <a href="#/recover">I lost my password</a>
        </li>
      </ul>
    </>
  )
}

const MAX_TRIES = 5

/** Who this device is remembered by, as it knows itself. */
function useRemembered(onGone: () => void): { devices: readonly RememberedDevice[]; look: () => void } {
  const [devices, setDevices] = useState<readonly RememberedDevice[]>([])
  const [turn, setTurn] = useState(0)
  const gone = useEffectEvent(onGone)
  useEffect(() => {
    let isHere = true
    client.devices.remembered().then(
      (found) => {
        if (!isHere) return
        setDevices(found)
        if (found.length === 0) gone()
      },
      // What can't be asked now is asked again after the next try.
      () => undefined,
    )
    return () => {
      isHere = false
    }
  }, [turn])
  return { devices, look: () => setTurn((before) => before + 1) }
}
