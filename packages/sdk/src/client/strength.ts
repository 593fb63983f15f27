/** Estimates passwords in a worker of its own, which knows no account. Loaded when somebody chooses a password. */
import type { PasswordStrength, StrengthOptions } from '../vault/strength-api.ts'
import type { Transport } from '../vault/transport.ts'
import { type ConnectedVault, connectVault } from './connect-vault.ts'
import type { ClientOptions } from './types.ts'

/** How long the worker waits for the next letter. Whatever was typed ends with it. */
const IDLE_MS = 10_000
const NO_SERVER: Transport = { send: async () => ({ status: 503, body: '' }) }

/** A worker that estimates passwords. */
export interface StrengthWorker {
  check(password: string, options?: StrengthOptions): Promise<PasswordStrength>
  /** Ends it, and with it what was typed. */
  end(): void
}

/** A worker for estimates: started by a check, ended 10 seconds after the last one or by `end`. */
export function createStrengthWorker(options: ClientOptions): StrengthWorker {
  let running: Promise<ConnectedVault> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = (): void => {
    clearTimeout(timer)
    running?.then(
      (worker) => worker.end('ERR_LOCKED'),
      () => undefined,
    )
    running = undefined
  }
  return {
    end,
    async check(password, strengthOptions) {
      clearTimeout(timer)
      running ??= connectVault({ ...options, shared: true }, NO_SERVER, end)
      try {
        return await (await running).vault.passwordStrength(password, strengthOptions)
      } catch (error) {
        end()
        throw error
      } finally {
        clearTimeout(timer)
        timer = setTimeout(end, IDLE_MS)
      }
    },
  }
}
