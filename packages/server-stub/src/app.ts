import { getConnInfo } from '@hono/node-server/conninfo'
import { type Context, Hono } from 'hono'
import type { Logger } from 'pino'
import { CLASSIFICATIONS, modelFields, type ModelSpec } from '@lockstitch/sdk/format'
import { createKeyring, createVerifier, type Kms } from '@lockstitch/sdk/server'
import { createLoginSecrets } from './auth/login-secret.ts'
import { openServerSecret } from './auth/server-secret.ts'
import { type Deps, type Env, type Limits, LIMITS } from './deps.ts'
import { Problem, problemResponse } from './http/problem.ts'
import { createRateLimits } from './http/rate-limits.ts'
import { describeFailure, requestLog } from './http/request-log.ts'
import { securityHeaders } from './http/security-headers.ts'
import { staticFiles } from './http/static-files.ts'
import { createLog } from './log.ts'
import { accountStateRoute } from './routes/account-state.ts'
import { accountsRoute } from './routes/accounts.ts'
import { auditRoute } from './routes/audit.ts'
import { deleteAccountRoute } from './routes/delete-account.ts'
import { filesRoute } from './routes/files.ts'
import { escrowRequestsRoute } from './routes/escrow-requests.ts'
import { escrowRoute } from './routes/escrow.ts'
import { healthRoutes } from './routes/health.ts'
import { devicesRoute } from './routes/devices.ts'
import { kdfRoute } from './routes/kdf.ts'
import { linksRoute } from './routes/links.ts'
import { readRecordsRoute } from './routes/read-records.ts'
import { sessionsRoute } from './routes/sessions.ts'
import { writeRecordsRoute } from './routes/write-records.ts'
import { createMemoryObjects } from './objects/memory-objects.ts'
import type { ObjectStore } from './objects/object-store.ts'
import { atRestKeyStore } from './store/at-rest-keys.ts'
import type { Store } from './store/open-store.ts'

/** What the server is made of. */
export interface AppOptions {
  readonly store: Store
  readonly models: readonly ModelSpec[]
  readonly kms: Kms
  /** Where the parts of sealed files lie; in memory unless given. It stays the caller's to close. */
  readonly objects?: ObjectStore
  /** Whose rows are served; one database can hold several. `default` unless given. */
  readonly tenant?: string
  /** Whether browsers reach it over HTTPS: sets the `__Host-` cookie and HSTS. */
  readonly secure?: boolean
  /** Folder of a built app to serve. */
  readonly staticFolder?: string
  readonly limits?: Partial<Limits>
  /** Base-2 logarithm of scrypt's N for login secrets: 15 unless given. */
  readonly loginCost?: number
  /** The address that rates are counted for; that of the connection unless given. */
  readonly clientAddress?: (c: Context) => string
  readonly log?: Logger
  readonly now?: () => number
  /** False once the server stops: load balancers then send nothing more. */
  readonly isReady?: () => boolean
}

const LOGIN_COST = 15

/**
 * The server as a Hono app: `app.fetch` serves it, `app.request` calls it without a network. The store stays the caller's
 * to close.
 */
export async function createApp(options: AppOptions): Promise<Hono<Env>> {
  const deps = await createDeps(options)
  const address = options.clientAddress ?? connectionAddress
  const app = new Hono<Env>()
  app.use(securityHeaders(deps.secure))
  app.use(requestLog(deps.log))
  app.use(async (c, next) => {
    c.set('address', address(c))
    await next()
  })
  app.onError((error, c) => {
    if (error instanceof Problem) return problemResponse(error)
    deps.log.error({ request: c.get('requestId'), failure: describeFailure(error) })
    return problemResponse(new Problem(500, 'ERR_SERVER'))
  })
  app.notFound(() => problemResponse(new Problem(404, 'ERR_REJECTED_BY_SERVER')))

  healthRoutes(app, async () => (options.isReady?.() ?? true) && (await answers(options.store)))
  kdfRoute(app, deps)
  accountsRoute(app, deps)
  sessionsRoute(app, deps)
  accountStateRoute(app, deps)
  deleteAccountRoute(app, deps)
  devicesRoute(app, deps)
  linksRoute(app, deps)
  auditRoute(app, deps)
  writeRecordsRoute(app, deps)
  readRecordsRoute(app, deps)
  filesRoute(app, deps)
  escrowRoute(app, deps)
  escrowRequestsRoute(app, deps)
  if (options.staticFolder !== undefined) app.get('*', staticFiles(options.staticFolder))
  return app
}

async function createDeps(options: AppOptions): Promise<Deps> {
  const { store, models, kms, now = Date.now } = options
  const scope = { db: store.db, tenant: options.tenant ?? 'default' }
  return {
    scope,
    verifier: createVerifier(models),
    keyring: createKeyring({ kms, store: atRestKeyStore(scope), now }),
    objects: options.objects ?? createMemoryObjects(),
    audited: new Set(models.filter(isAudited).map(({ name }) => name)),
    loginSecrets: createLoginSecrets(options.loginCost ?? LOGIN_COST),
    serverSecret: await openServerSecret(scope, kms),
    rates: createRateLimits(now),
    limits: { ...LIMITS, ...options.limits },
    log: options.log ?? createLog('silent'),
    secure: options.secure ?? false,
    now,
  }
}

function isAudited(model: ModelSpec): boolean {
  return modelFields(model).some(({ field }) => CLASSIFICATIONS[field.classification].audited)
}

function connectionAddress(c: Context): string {
  // Without a connection (`app.request`) there is no address; then all callers are one.
  return c.env?.incoming === undefined ? 'local' : (getConnInfo(c).remote.address ?? 'unknown')
}

async function answers(store: Store): Promise<boolean> {
  try {
    await store.ping()
    return true
  } catch {
    return false
  }
}
