import { LockstitchError } from '../errors.ts'
import type { EnrolRequest, RecoveryKit } from './api.ts'
import { beginTurn, type VaultContext } from './context.ts'
import { normalizeHandle } from './handle.ts'

/**
 * Makes a new account with the code that is loaded for it. Its turn begins at once, so that whoever locks while the code is
 * being loaded finds the vault locked.
 *
 * @throws LockstitchError `ERR_HANDLE_INVALID`, `ERR_PASSWORD_INVALID`, and the codes of `enrol`.
 */
export async function beginEnrolment(
  context: VaultContext,
  request: EnrolRequest,
  signal?: AbortSignal,
): Promise<{ recoveryKit: RecoveryKit }> {
  const handle = normalizeHandle(request.handle)
  if (typeof request.password !== 'string') throw new LockstitchError('ERR_PASSWORD_INVALID')
  const turn = beginTurn(context)
  const { enrol } = await context.part('manage')
  return enrol(context, { handle, password: request.password }, turn, signal)
}
