/** Asks who is there once more: an unlocked page may have been left alone. */
import { type SlotInfo } from '@lockstitch/sdk'
import { type ReactElement, useEffect, useEffectEvent, useId } from 'react'
import { client } from '../client.ts'
import { CodeField } from '../parts/code-field.tsx'
import { PasswordField } from '../parts/field.tsx'
import { HandleField } from '../parts/handle-field.tsx'
import { useLoaded } from '../parts/use-loaded.ts'
import { usePasskeys } from '../parts/use-passkeys.ts'
import { session } from '../state/session.ts'
import { useStore } from '../state/store.ts'
import type { Proof, ProofKind } from './use-proof.ts'

interface ProofFieldsProps {
  readonly proof: Proof
  readonly isTried: boolean
  readonly isReadOnly: boolean
  /** The sign-in name is needed whatever the user proves with. */
  readonly withHandle?: boolean
}

const KINDS: readonly (readonly [ProofKind, string])[] = [
  ['password', 'My password'],
  ['recovery', 'My recovery code'],
  ['passkey', 'A passkey'],
]

function loadSlots(): Promise<readonly SlotInfo[]> {
  return client.slots.list()
}

/** What the account has of them; until that is known, what nearly every account has. */
function useKinds(): typeof KINDS {
  const canPass = usePasskeys() === true
  const { value: slots } = useLoaded(loadSlots)
  return KINDS.filter(([kind]) =>
    slots === null ? kind !== 'passkey' : slots.some((slot) => slot.kind === kind) && (kind !== 'passkey' || canPass),
  )
}

/** With what, and the field for it. */
export function ProofFields({ proof, isTried, isReadOnly, withHandle = false }: ProofFieldsProps): ReactElement {
  const { isShared, handle: known } = useStore(session)
  const name = useId()
  const kinds = useKinds()
  const first = kinds.some(([kind]) => kind === proof.kind) ? undefined : kinds[0]?.[0]
  const choose = useEffectEvent((kind: ProofKind) => proof.set({ kind }))
  useEffect(() => {
    if (first !== undefined) choose(first)
  }, [first])
  const isHandleAsked = known === '' && (withHandle || proof.kind === 'password')
  const isEmpty = isTried && proof.secret === ''
  return (
    <fieldset className="proof">
      <legend>First, show that it is you</legend>
      <div className="proof-kinds">
        {kinds.map(([kind, label]) => (
          <label key={kind} className="pick">
            <input
              type="radio"
              name={name}
              checked={proof.kind === kind}
              disabled={isReadOnly}
              onChange={() => proof.set({ kind })}
            />
            <span>{label}</span>
          </label>
        ))}
      </div>
      {isHandleAsked && (
        <HandleField
          isShared={isShared}
          value={proof.handle}
          onChange={(handle) => proof.set({ handle })}
          problem={isTried && proof.handle.trim() === '' ? 'Type your sign-in name.' : undefined}
          isReadOnly={isReadOnly}
        />
      )}
      {proof.kind === 'password' && (
        <PasswordField
          label="Password that you have now"
          name="password"
          autoComplete="current-password"
          isShared={isShared}
          value={proof.secret}
          onChange={(secret) => proof.set({ secret })}
          problem={isEmpty ? 'Type the password that you have now.' : undefined}
          isReadOnly={isReadOnly}
        />
      )}
      {proof.kind === 'recovery' && (
        <CodeField
          value={proof.secret}
          onChange={(secret) => proof.set({ secret })}
          problem={isEmpty ? 'Type or paste your code.' : undefined}
          isReadOnly={isReadOnly}
        />
      )}
      {proof.kind === 'passkey' && <p className="hint">Your browser asks for it when you go on.</p>}
    </fieldset>
  )
}
