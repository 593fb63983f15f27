import { LockstitchError } from '../errors.ts'

/**
 * The platform's WebCrypto.
 *
 * @throws LockstitchError `ERR_ENVIRONMENT` where there is none, which is every page that is not a secure context.
 */
export function subtle(): SubtleCrypto {
  const { subtle } = globalThis.crypto ?? {}
  if (subtle === undefined) throw new LockstitchError('ERR_ENVIRONMENT')
  return subtle
}
