import { encodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
import { KID_BYTES } from './constants.ts'

/** A key id: base64url of the first 8 bytes of the key's commitment. It says which key, and the commitment proves it. */
export type Kid = string & { readonly __kid: never }

/** A key id in a pattern. The last two bits of its last character belong to no byte and are zero. */
export const KID_FORM = '[\\w-]{10}[AEIMQUYcgkosw048]'
const KID = new RegExp(`^${KID_FORM}$`)

/** The key id of a commitment. */
export function kidOf(commitment: Uint8Array): Kid {
  return encodeBase64url(commitment.subarray(0, KID_BYTES)) as Kid
}

/**
 * The text, once it is known to be a key id.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` when it is not 11 characters of canonical base64url.
 */
export function parseKid(text: unknown): Kid {
  if (typeof text !== 'string' || !KID.test(text)) throw new LockstitchError('ERR_FORMAT_INVALID')
  return text as Kid
}
