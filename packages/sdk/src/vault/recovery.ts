import { deriveRecoveryCredential, type LocatorCredential } from '../keys/credential.ts'
import type { VaultContext } from './context.ts'

/** A code of 36 characters has room for 12 words of three letters, so what has more of them is not one. */
const MAX_WORDS_OF_A_CODE = 12

/**
 * The credential of a recovery code, as characters or as words.
 *
 * @throws LockstitchError `ERR_RECOVERY_CODE` for a typing error.
 */
export async function deriveRecovery(context: VaultContext, typed: string): Promise<LocatorCredential> {
  if (typeof typed !== 'string' || typed.length > 512) return deriveRecoveryCredential('')
  const words = typed.match(/\p{L}{3,}/gu) ?? []
  if (words.length <= MAX_WORDS_OF_A_CODE) return deriveRecoveryCredential(typed)
  return deriveRecoveryCredential(await (await context.part('words')).codeOfWords(typed))
}

/** The words of a recovery code. */
export async function recoveryWords(context: VaultContext, code: string): Promise<readonly string[]> {
  return (await context.part('words')).wordsOfCode(code)
}
