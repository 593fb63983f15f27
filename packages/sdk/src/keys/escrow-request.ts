/** A request for an escrow: everything it needs comes from the code that the requester keeps. */
import type { Bytes } from '../assert.ts'
import { encodeBase64url } from '../bytes/base64url.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { wipe } from '../bytes/wipe.ts'
import { ESCROW_LABELS } from '../format/labels.ts'
import { deriveBytes, importDerivationKey } from '../crypto/hkdf.ts'
import type { LocatorLogin } from './credential.ts'
import { deriveReceivingPair, type ReceivingPair } from './hpke.ts'
import { generateCode, parseCode } from './recovery-code.ts'

/** What a code stands for. */
export interface EscrowRequestKeys {
  /** Names the request and proves to the server that it is one's own. */
  readonly login: LocatorLogin
  /**
   * The pair that shares are sealed to. It depends on the account that is asked for: shown another account later, the
   * requester has another key, which nobody can have sealed anything to.
   */
  pairFor(signing: Bytes): Promise<ReceivingPair>
}

/** A new code. */
export function generateRequestCode(): Promise<string> {
  return generateCode(ESCROW_LABELS.requestChecksum)
}

/**
 * What a code stands for.
 *
 * @throws LockstitchError `ERR_RECOVERY_CODE` when it is not a complete code, which a typing error shows.
 */
export async function deriveRequestKeys(code: unknown): Promise<EscrowRequestKeys> {
  const bytes = await parseCode(ESCROW_LABELS.requestChecksum, code)
  const base = await importDerivationKey(bytes)
  wipe(bytes)
  const [locator, secret] = await Promise.all([
    deriveBytes(base, encodeFrame([ESCROW_LABELS.requestLocate]), 16),
    deriveBytes(base, encodeFrame([ESCROW_LABELS.requestAuth])),
  ])
  return {
    login: { locator: encodeBase64url(locator), secret: encodeBase64url(secret) },
    async pairFor(signing) {
      const seed = await deriveBytes(base, encodeFrame([ESCROW_LABELS.requestKey, signing]))
      try {
        return await deriveReceivingPair(seed)
      } finally {
        wipe(seed)
      }
    },
  }
}
