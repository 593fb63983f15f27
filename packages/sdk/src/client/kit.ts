import { LockstitchError } from '../errors.ts'
import type { RecoveryKit } from '../vault/api.ts'

/** What {@link recoveryKitHtml} writes beside the secret. */
export interface KitOptions {
  /** Name of the app; `Lockstitch` unless said. */
  readonly app?: string
  /** Address of the app, where the kit is used. */
  readonly address?: string
}

/**
 * The recovery kit as one HTML document to print or to save: the words, the code, the code as a QR code, and what to do with them.
 * It has no script and asks for nothing. Whoever has the text has the account: it is to be printed or saved, and not kept.
 *
 * @throws LockstitchError `ERR_WORKER_START` when the code that makes it cannot be loaded.
 */
export async function recoveryKitHtml(kit: RecoveryKit, options: KitOptions = {}): Promise<string> {
  const { renderRecoveryKit } = await import('./recovery-kit.ts').catch(() => {
    throw new LockstitchError('ERR_WORKER_START')
  })
  return renderRecoveryKit(kit, options)
}
