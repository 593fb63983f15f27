/** Managing an account: loaded only when it is used, since most sessions never do. */
import { LockstitchError } from '../errors.ts'
import type { LongCallOptions } from './api.ts'
import type { VaultContext } from './context.ts'
import { destroy } from './destroy.ts'
import { addDevice, listDevices, rememberedDevices, renameDevice, revokeDevice } from './devices.ts'
import { approveEscrow, cancelEscrow, configureEscrow, escrowCard, inspectCard, listEscrow } from './escrow.ts'
import { followEscrow, recoverEscrow, requestEscrow } from './escrow-recovery.ts'
import { keyStatus } from './key-status.ts'
import { revoke, rollback, rotate } from './keys.ts'
import { listAudit } from './audit.ts'
import { finishLink, inspectLink, linkDevice, linkWords, requestLink } from './link.ts'
import { addSlot, listSlots, removeSlot, testSlot } from './slots.ts'

export { addDataKeys } from './add-data-keys.ts'
export { confirmRecovery } from './confirm.ts'
export { refuseOther } from './destroyed-account.ts'
export { enrol } from './enrol.ts'
export { renewWrites, settleConflict } from './renew.ts'
export { startDevice } from './device-unlock.ts'
export { deriveOtherCredential } from './other-credentials.ts'
export { raiseIterations } from './raise-iterations.ts'

type ManagedCall = (context: VaultContext, args: readonly never[], options: LongCallOptions) => Promise<unknown>

const CALLS: Readonly<Record<string, ManagedCall>> = Object.freeze(
  Object.assign(Object.create(null) as Record<string, ManagedCall>, {
    'devices.add': (context, [request], { signal }) => addDevice(context, request as never, signal),
    'devices.requestLink': (context) => requestLink(context),
    'devices.linkWords': (context, _, options) => linkWords(context, options),
    'devices.finishLink': (context, [device], options) => finishLink(context, device as never, options),
    'devices.inspectLink': (context, [code], options) => inspectLink(context, code as never, options),
    'devices.link': (context, [request], { signal }) => linkDevice(context, request as never, signal),
    'devices.list': (context) => listDevices(context),
    'devices.remembered': (context) => rememberedDevices(context),
    'devices.rename': (context, [slot, name]) => renameDevice(context, slot as never, name as never),
    'devices.revoke': (context, [slot]) => revokeDevice(context, slot as never),
    'audit.list': (context, _, options) => listAudit(context, options),
    'slots.list': (context) => listSlots(context),
    'slots.add': (context, [request], { signal }) => addSlot(context, request as never, signal),
    'slots.remove': (context, [slot]) => removeSlot(context, slot as never),
    'slots.test': (context, [secret], { signal }) => testSlot(context, secret as never, signal),
    'escrow.card': (context) => escrowCard(context),
    'escrow.inspect': (context, [card]) => inspectCard(context, card),
    'escrow.configure': (context, [order], { signal }) => configureEscrow(context, order as never, signal),
    'escrow.list': (context) => listEscrow(context),
    'escrow.approve': (context, [order]) => approveEscrow(context, order as never),
    'escrow.cancel': (context, [request]) => cancelEscrow(context, request as never),
    'escrow.request': (context, [order]) => requestEscrow(context, order as never),
    'escrow.follow': (context, [code]) => followEscrow(context, code),
    'escrow.recover': (context, [order], { signal }) => recoverEscrow(context, order as never, signal),
    'keys.status': (context) => keyStatus(context),
    'keys.rotate': (context, [request], options) => rotate(context, request as never, options),
    'keys.rollback': (context, [request], options) => rollback(context, request as never, options),
    'keys.destroy': (context, [request], options) => destroy(context, request, options),
    'keys.revoke': (context, [request], options) => revoke(context, request as never, options),
  } satisfies Record<string, ManagedCall>),
)

/**
 * Carries out a call of `Managed` by its name.
 *
 * @throws LockstitchError `ERR_WORKER_METHOD` when there is no such call, and the codes of the call.
 */
export async function manage(
  context: VaultContext,
  name: string,
  args: readonly unknown[],
  options: LongCallOptions,
): Promise<unknown> {
  const call = CALLS[name]
  if (call === undefined) throw new LockstitchError('ERR_WORKER_METHOD')
  return call(context, args as readonly never[], options)
}
