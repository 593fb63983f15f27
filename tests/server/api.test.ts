/** The whole API, in this process, on each database. */
import { afterAll, beforeAll, describe } from 'vitest'
import type { Store } from '@lockstitch/server-stub'
import { accountDeletionCases } from './cases/account-deletion.ts'
import { accountRemainsCases } from './cases/account-remains.ts'
import { accountCases } from './cases/accounts.ts'
import { deviceCases } from './cases/devices.ts'
import { erasureCases } from './cases/erasure.ts'
import { stateCases } from './cases/states.ts'
import { keyUsageCases } from './cases/key-usage.ts'
import { limitCases } from './cases/limits.ts'
import { readingCases } from './cases/reading.ts'
import { refusedRecordCases } from './cases/refused-records.ts'
import { schemaCases } from './cases/schema.ts'
import { signedRequestCases } from './cases/signed-requests.ts'
import { storedRecordCases } from './cases/stored-records.ts'
import { BACKENDS } from './support/backends.ts'
import { startTestServer } from './support/server.ts'

for (const backend of BACKENDS) {
  describe(backend.name, () => {
    let open: { store: Store; close(): Promise<void> }
    beforeAll(async () => {
      open = await backend.open()
    }, 60_000)
    afterAll(() => open.close())

    const context = {
      store: () => open.store,
      start: (options: Parameters<typeof startTestServer>[1] = {}) => startTestServer(open.store, options),
    }
    schemaCases(context)
    accountCases(context)
    stateCases(context)
    erasureCases(context)
    accountDeletionCases(context)
    accountRemainsCases(context)
    signedRequestCases(context)
    refusedRecordCases(context)
    storedRecordCases(context)
    readingCases(context)
    keyUsageCases(context)
    deviceCases(context)
    limitCases(context)
  })
}
