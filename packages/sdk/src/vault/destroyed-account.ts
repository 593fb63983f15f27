/** Accounts that their owners destroyed: what the server shows of them, and what a device that remembers one does. */
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { AccountState } from '../format/account-state.ts'
import type { Certificate } from '../format/certificate.ts'
import { nullable, object, type Reader, text } from '../format/reader.ts'
import { signingKeyOf } from '../keys/account-state.ts'
import { readSignedCertificate } from '../keys/certificate.ts'
import type { VaultContext } from './context.ts'
import { answer } from './server-answer.ts'

const readText: Reader<string | null> = nullable(text(1, 32_768))
const SHOWN = answer(object<{ certificate: string | null }>({ certificate: readText }))

/** A certificate of a whole account, proved to be of that account. */
export interface ProvedDestruction {
  readonly text: string
  readonly certificate: Certificate
}

/**
 * What the server shows of the destruction of an account that this device knows: `undefined` unless the account itself signed it, and
 * it names every key that the device knows of.
 *
 * @throws LockstitchError the codes of the transport.
 */
export async function shownDestruction(
  { server }: VaultContext,
  state: AccountState,
): Promise<ProvedDestruction | undefined> {
  const { certificate: shown } = await server.call(SHOWN, 'GET', `/v1/destroyed/${state.account}`)
  if (shown === null) return undefined
  try {
    const certificate = await readSignedCertificate(shown, signingKeyOf(state))
    const isOf = certificate.whole === true && certificate.account === state.account
    const isLast = state.keyring.every(({ kid }) => certificate.kids.includes(kid))
    return isOf && isLast ? { text: shown, certificate } : undefined
  } catch (error) {
    if (isLockstitchError(error)) return undefined
    throw error
  }
}

/**
 * Why another account than the remembered one is not opened under its handle. One that was destroyed is forgotten, so that from now on
 * the handle is the other's. Only now is the server asked: what opened has shown it that the password was right.
 *
 * @returns `ERR_ACCOUNT_DESTROYED`, or `ERR_ACCOUNT_STATE` unless the remembered account itself says that it is gone.
 */
export async function refuseOther(context: VaultContext, remembered: AccountState): Promise<LockstitchError> {
  const shown = await shownDestruction(context, remembered).catch(() => undefined)
  if (shown === undefined) return new LockstitchError('ERR_ACCOUNT_STATE')
  await forgetWhole(context, remembered.account)
  return new LockstitchError('ERR_ACCOUNT_DESTROYED')
}

/** Takes everything of an account from this device: the account itself last, so that what is broken off is known of. */
export async function forgetWhole({ storage, exclusive }: VaultContext, account: string): Promise<void> {
  await storage.forgetHeads(await storage.allHeads(account))
  for (const { model, id } of await storage.listOutbox(account)) await storage.discard([account, model, id])
  for (const { name } of await storage.listUploads(account)) await storage.forgetUpload(account, name)
  for (const device of await storage.listDevices())
    if (device.account === account) await storage.forgetDevice(device.slot)
  await exclusive(`pin/${account}`, () => storage.forgetAccount(account))
}
