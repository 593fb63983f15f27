/** The login of a device slot: the server gives its share out against the proof of a PIN, and counts. */
import { encodeBase64url } from '@lockstitch/sdk/format'
import type { Deps } from '../deps.ts'
import { Problem } from '../http/problem.ts'
import { appendAudit } from '../store/audit.ts'
import { acceptTry, type CountedTry, countTry, endDevice, MAX_TRIES } from '../store/devices.ts'
import type { Scope } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'

/** A device slot whose PIN was right. */
export interface OpenedDevice {
  readonly account: string
  readonly slot: string
  /** 32 bytes in base64url. */
  readonly share: string
}

const MODEL = '$device'

/** The share of a device slot as it lies in the database: without the KMS it is nothing. */
export async function sealShare({ keyring }: Deps, account: string, slot: string, share: Uint8Array): Promise<string> {
  const cipher = await keyring.cipher(account)
  return cipher.seal({ model: MODEL, id: slot, path: 'share' }, encodeBase64url(share))
}

/**
 * Checks the proof of a PIN.
 *
 * @throws Problem `401 ERR_PIN_WRONG` with the tries that are left; `401 ERR_DEVICE_REVOKED` when there is no such slot, when
 * it has run out, and from the fifth wrong proof on; `429 ERR_RATE_LIMITED` while five proofs are being checked.
 */
export async function openDevice(deps: Deps, slot: string, secret: Uint8Array): Promise<OpenedDevice> {
  const { scope, loginSecrets, keyring, now } = deps
  const counted = await inTransaction(scope, (inside) => countTry(inside, slot, now()))
  if (counted === 'busy') throw new Problem(429, 'ERR_RATE_LIMITED', { retryAfter: 1 })
  if (counted === 'gone') throw new Problem(401, 'ERR_DEVICE_REVOKED')
  const isRight = await loginSecrets.isSecretOf(secret, counted.verifier)
  if (!isRight) throw await inTransaction(scope, (inside) => refuse(inside, slot, counted, now()))
  if (!(await inTransaction(scope, (inside) => acceptTry(inside, slot, counted, now()))))
    throw new Problem(401, 'ERR_DEVICE_REVOKED')
  const cipher = await keyring.cipher(counted.account)
  const share = cipher.open({ model: MODEL, id: slot, path: 'share' }, counted.share) as string
  return { account: counted.account, slot, share }
}

/** What a wrong proof is answered with. The fifth destroys what the PIN would have opened. */
async function refuse(scope: Scope, slot: string, { account, tries }: CountedTry, now: number): Promise<Problem> {
  const triesLeft = MAX_TRIES - tries
  await appendAudit(scope, account, 'device.pin-wrong', { slot, triesLeft }, now)
  if (triesLeft > 0) return new Problem(401, 'ERR_PIN_WRONG', { triesLeft })
  await endDevice(scope, slot)
  return new Problem(401, 'ERR_DEVICE_REVOKED')
}
