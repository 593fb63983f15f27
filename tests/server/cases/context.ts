import type { AppOptions, Store } from '@lockstitch/server-stub'
import type { TestServer } from '../support/server.ts'

/** What the cases are given: a database that stays, and servers of their own in it. */
export interface Context {
  readonly store: () => Store
  readonly start: (options?: Partial<AppOptions>) => Promise<TestServer>
}
