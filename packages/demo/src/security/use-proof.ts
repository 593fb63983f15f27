/** What the user types once more before something is changed: a password or a recovery code, or a passkey that is asked for. */
import type { OpeningCredentials } from '@lockstitch/sdk'
import { useState } from 'react'
import { session } from '../state/session.ts'

/** What opens the account now. */
export type ProofKind = 'password' | 'recovery' | 'passkey'

/** The fields, and what is in them. */
export interface Proof {
  readonly kind: ProofKind
  readonly handle: string
  readonly secret: string
  readonly set: (change: { kind?: ProofKind; handle?: string; secret?: string }) => void
  /** True when every field that is needed has something in it. */
  readonly isComplete: boolean
  /** As the client takes it. */
  readonly opening: () => OpeningCredentials
}

/** Fields of a proof; they begin with the sign-in name where it is known, and end with their component. */
export function useProof(): Proof {
  const [state, setState] = useState(() => ({
    kind: 'password' as ProofKind,
    handle: session.get().handle,
    secret: '',
  }))
  const { kind, handle, secret } = state
  return {
    ...state,
    set: (change) =>
      setState((before) => ({ ...before, ...(change.kind === undefined ? {} : { secret: '' }), ...change })),
    isComplete: kind === 'passkey' || (secret !== '' && (kind === 'recovery' || handle.trim() !== '')),
    opening: () =>
      kind === 'passkey'
        ? { passkey: true }
        : kind === 'recovery'
          ? { recoveryCode: secret }
          : { handle, password: secret },
  }
}
