import type { Keyring, Verifier } from '@lockstitch/sdk/server'
import type { Logger } from 'pino'
import type { LoginSecrets } from './auth/login-secret.ts'
import type { ServerSecret } from './auth/server-secret.ts'
import type { Rate, RateLimits } from './http/rate-limits.ts'
import type { ObjectStore } from './objects/object-store.ts'
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
  /** Messages of devices that are being linked, from one address. */
  readonly linkMessages: Rate
  /** Requests for the escrow of one handle. */
  readonly escrowByName: Rate
  /** Requests for an escrow from one address. */
  readonly escrowByAddress: Rate
  /** Requests in one session. */
  readonly sessionRequests: Rate
  /** Requests for parts of files in one session. */
  readonly partRequests: Rate
  /** Bytes of all sealed files of one account. */
  readonly fileBytes: number
  /** Files of one account. */
  readonly files: number
  /** Uploads of one account that are under way. */
  readonly openUploads: number
  /** How long an upload may rest before it is forgotten. */
  readonly uploadMs: number
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
  linkMessages: { count: 60, ms: MINUTE },
  escrowByName: { count: 10, ms: 60 * MINUTE },
  escrowByAddress: { count: 20, ms: 60 * MINUTE },
  sessionRequests: { count: 600, ms: MINUTE },
  partRequests: { count: 6000, ms: MINUTE },
  fileBytes: 10 * 1024 ** 3,
  files: 10_000,
  openUploads: 32,
  uploadMs: 7 * 24 * 60 * MINUTE,
}

/** What every route works with. */
export interface Deps {
  readonly scope: Scope
  readonly verifier: Verifier
  readonly keyring: Keyring
  /** Where the parts of sealed files lie. */
  readonly objects: ObjectStore
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
