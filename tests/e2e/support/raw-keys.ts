/** The raw bytes of an account's data keys, worked out from its state and its password as only a test should. */
import { derivePasswordCredential } from '../../../packages/sdk/src/keys/credential.ts'
import { parseAccountState } from '../../../packages/sdk/src/format/account-state.ts'
import { normalizeHandle } from '../../../packages/sdk/src/vault/handle.ts'
import { openSession } from '../../../packages/sdk/src/vault/session.ts'

const NONCE_BYTES = 12
const KEY_BYTES = 32

/** Every key of the keyring. */
export async function rawDataKeys(stateText: string, handle: string, password: string): Promise<Uint8Array[]> {
  const { state } = parseAccountState(stateText)
  const slot = state.slots.find(({ kind }) => kind === 'password')
  if (slot?.kind !== 'password') throw new Error('the account has no password')
  const credential = await derivePasswordCredential(password, normalizeHandle(handle), slot.kdf)
  const { accountKeys } = await openSession(stateText, credential)
  return Promise.all(
    state.keyring.map(async ({ wrapped }) => {
      const bytes = Buffer.from(wrapped ?? '', 'base64url')
      // The wrapping key may not decrypt. GCM is a stream: encrypting nothing but zeros gives what the key was covered with.
      const algorithm = { name: 'AES-GCM', iv: bytes.subarray(0, NONCE_BYTES) }
      const stream = await crypto.subtle.encrypt(algorithm, accountKeys.wrapping, new Uint8Array(KEY_BYTES))
      const cover = new Uint8Array(stream)
      return Uint8Array.from(
        { length: KEY_BYTES },
        (_, index) => (bytes[NONCE_BYTES + index] ?? 0) ^ (cover[index] ?? 0),
      )
    }),
  )
}
