import type { Keyring, Verifier } from '@lockstitch/sdk/server'
import type { Logger } from 'pino'
import type { LoginSecrets } from './auth/login-secret.ts'
import type { ServerSecret } from './auth/server-secret.ts'
import type { Rate, RateLimits } from './http/rate-limits.ts'
import type { Scope } from './store/tables.ts'

/** What is limited; see docs/server-api.md, "Limits". */
export interface Limits {
  /** Bytes of the body of a write. */
  readonly bodyBytes: number
  /** Bytes of every other body. */
  readonly smallBodyBytes: number
  /** Records of a batch. */
  readonly batch: number
  /** Failed session starts of one handle or locator. */
  readonly loginsByName: Rate
  /** Failed session starts from one address. */
  readonly loginsByAddress: Rate
  /** Enrolments from one address. */
  readonly enrolments: Rate
  /** Requests in one session. */
  readonly sessionRequests: Rate
}

const MINUTE = 60_000

/** The limits of docs/server-api.md. */
export const LIMITS: Limits = {
  bodyBytes: 8 * 1024 * 1024,
  smallBodyBytes: 512 * 1024,
  batch: 500,
  loginsByName: { count: 10, ms: MINUTE },
  loginsByAddress: { count: 100, ms: MINUTE },
  enrolments: { count: 20, ms: 60 * MINUTE },
  sessionRequests: { count: 600, ms: MINUTE },
}

/** What every route works with. */
export interface Deps {
  readonly scope: Scope
  readonly verifier: Verifier
  readonly keyring: Keyring
  /** Models whose reading is an audit event. */
  readonly audited: ReadonlySet<string>
  readonly loginSecrets: LoginSecrets
  readonly serverSecret: ServerSecret
  readonly rates: RateLimits
  readonly limits: Limits
  readonly log: Logger
  /** Whether the browser speaks HTTPS with this server or with a proxy before it. */
  readonly secure: boolean
  readonly now: () => number
}

/** What hangs on a request. */
export interface Env {
  Variables: { requestId: string; address: string }
}
