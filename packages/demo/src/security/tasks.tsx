/** The screens of the shorter tasks: a new password, a test of the kit, a passkey, a PIN for this device. */
import { type ReactElement, useState } from 'react'
import { client } from '../client.ts'
import { CodeForm } from '../parts/code-form.tsx'
import { Field } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { PinField } from '../parts/pin-field.tsx'
import { TaskForm } from '../parts/task-form.tsx'
import { kitTest } from '../state/kit-test.ts'
import { rememberPin } from '../state/returning.ts'
import { session } from '../state/session.ts'
import { useStore } from '../state/store.ts'
import { NewPassword } from './new-password.tsx'
import { ProofFields } from './proof-fields.tsx'
import { finish, TaskScreen } from './task-screen.tsx'
import { useProof } from './use-proof.ts'

const MIN_PIN = 6

/** A new password. */
export function PasswordScreen(): ReactElement {
  return (
    <TaskScreen
      title="Change your password"
      lead="The old password stops working at once. Your records and your recovery kit stay as they are."
    >
      <NewPassword onDone={() => finish('password', 'Your password is changed. From now on, use the new one.')} />
    </TaskScreen>
  )
}

/** Whether the kit that the user kept still opens the account. */
export function TestScreen(): ReactElement {
  const test = async (code: string): Promise<void> => {
    await client.slots.test({ recoveryCode: code })
    kitTest.reset()
    finish('test', 'Your recovery kit works. It opens your records. Put it back in its safe place.')
  }
  return (
    <TaskScreen
      title="Test your recovery kit"
      lead="Take your kit from where you keep it, and type its code. Nothing changes: you only see if it works."
    >
      <CodeForm submit="Test my kit" work={test} />
      <Notice tone="info">
        <p>
          <strong>It does not work, or it is lost?</strong> <a href="#/security/kit">Make a new kit</a> now, while your
          records are open.
        </p>
      </Notice>
    </TaskScreen>
  )
}

/** A passkey, tried out as soon as it is made. */
export function PasskeyScreen(): ReactElement {
  const proof = useProof()
  const [name, setName] = useState('')
  const work = async (): Promise<void> => {
    const called = name.trim() === '' ? {} : { name: name.trim() }
    await client.slots.add({ with: proof.opening(), slot: { kind: 'passkey', ...called } })
    finish('passkey', 'Your passkey is added. Try it once now: press “Try it” beside it.')
  }
  return (
    <TaskScreen
      title="Add a passkey"
      lead="A passkey opens your records with your face, your finger or the PIN of your phone. Your browser asks you to make it."
    >
      <TaskForm submit="Make a passkey" busy="Waiting for your browser" isReady={proof.isComplete} work={work}>
        {({ isTried, isBusy }) => (
          <>
            <ProofFields proof={proof} isTried={isTried} isReadOnly={isBusy} />
            <Field
              label="What do you call it?"
              hint="For example “My phone”. The server can’t read it."
              isOptional
              value={name}
              onChange={setName}
              isReadOnly={isBusy}
            />
          </>
        )}
      </TaskForm>
    </TaskScreen>
  )
}

/** A PIN for this device. */
export function DeviceScreen(): ReactElement {
  const { isShared } = useStore(session)
  const proof = useProof()
  const [pin, setPin] = useState('')
  const [name, setName] = useState('This device')
  const work = async (): Promise<void> => {
    await client.devices.add({ with: proof.opening(), pin, name: name.trim() })
    rememberPin(true)
    finish('device', 'This device is remembered. Next time, its PIN opens your records here.')
  }
  return (
    <TaskScreen
      title="Remember this device"
      lead="Then a short PIN opens your records here. It works on this device only. After five wrong PINs, or two weeks without use, it is forgotten."
    >
      {isShared ? (
        <Notice tone="warn">
          <p>
            <strong>You said that this is a shared computer.</strong> It is not remembered. Is it only yours? Lock your
            records, and open them again without “This is a shared computer”.
          </p>
        </Notice>
      ) : (
        <TaskForm
          submit="Remember this device"
          busy="Remembering this device. This takes a few seconds."
          isReady={proof.isComplete && pinProblem(pin) === undefined && name.trim() !== ''}
          work={work}
        >
          {({ isTried, isBusy }) => (
            <>
              <ProofFields proof={proof} isTried={isTried} isReadOnly={isBusy} />
              <PinField
                label="New PIN"
                hint={`${MIN_PIN} to 12 numbers or letters. Not your birthday.`}
                value={pin}
                onChange={setPin}
                problem={isTried ? pinProblem(pin) : undefined}
                isReadOnly={isBusy}
              />
              <Field
                label="Name of this device"
                hint="So that you know it in your list. The server can’t read it."
                value={name}
                onChange={setName}
                problem={isTried && name.trim() === '' ? 'Give it a name.' : undefined}
                isReadOnly={isBusy}
              />
            </>
          )}
        </TaskForm>
      )}
    </TaskScreen>
  )
}

function pinProblem(pin: string): string | undefined {
  const { length } = [...pin]
  if (length < MIN_PIN) return `Choose ${MIN_PIN} or more numbers or letters.`
  return length > 12 ? 'Choose 12 or fewer.' : undefined
}
