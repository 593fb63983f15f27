import type { PGlite } from '@electric-sql/pglite'
import { type DatabaseConnection, type Driver, PGliteDialect } from 'kysely'

/**
 * Kysely's dialect for PGlite, with a queue in front of its one connection.
 *
 * Kysely 0.29 hands the same connection to everyone at once, so that a query of one request runs inside the open
 * transaction of another and is rolled back with it. Here the next one waits until the connection is given back.
 */
export class QueuedPGliteDialect extends PGliteDialect {
  constructor(pglite: PGlite) {
    super({ pglite })
  }

  override createDriver(): Driver {
    return queued(super.createDriver())
  }
}

function queued(driver: Driver): Driver {
  let last: Promise<void> = Promise.resolve()
  let free: () => void = () => {}
  return {
    init: (options) => driver.init(options),
    async acquireConnection(options): Promise<DatabaseConnection> {
      const turn = last
      const { promise, resolve } = Promise.withResolvers<void>()
      last = promise
      await turn
      free = resolve
      return driver.acquireConnection(options)
    },
    async releaseConnection(connection, options) {
      await driver.releaseConnection(connection, options)
      free()
    },
    beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: (connection) => driver.commitTransaction(connection),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
    destroy: (options) => driver.destroy(options),
  }
}
