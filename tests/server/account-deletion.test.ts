/** What a server holds of an account that had everything an account can have, before it was deleted and after. */
import 'fake-indexeddb/auto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createFiles, managed } from '@lockstitch/sdk'
import { createVault, type Vault } from '@lockstitch/sdk/vault'
import { openFolderObjects } from '../../packages/server-stub/src/objects/folder-objects.ts'
import { removeAbandoned } from '../../packages/server-stub/src/store/remove-file.ts'
import { createBackend } from '../support/backend.ts'
import { Ledger } from '../support/models.ts'
import { tableNames } from './support/dump.ts'
import { BACKENDS } from './support/backends.ts'

for (const backend of BACKENDS) {
  test(
    `${backend.name}: nothing but the log is left, and nobody else loses anything`,
    { timeout: 120_000 },
    async () => {
      const opened = await backend.open()
      const { store } = opened
      const folder = mkdtempSync(join(tmpdir(), 'lockstitch-objects-'))
      const folderObjects = openFolderObjects(folder)
      let isBroken = true
      const objects: typeof folderObjects = {
        ...folderObjects,
        // The object storage is down while the account is deleted.
        remove: (key) => (isBroken ? Promise.reject(new Error('no storage')) : folderObjects.remove(key)),
      }
      const server = await createBackend([Ledger], store, { objects })
      afterAll(async () => {
        await server.close()
        await opened.close()
        rmSync(folder, { recursive: true })
      })
      const enrolled = async (name: string) => {
        const database = `${backend.name}-${name}`
        const vault = createVault({ transport: { send: (request) => server.send(database, request) }, database })
        const { recoveryKit } = await vault.enrol({ handle: `${database}@example.org`, password: 'one two three four' })
        await vault.confirmRecovery(recoveryKit.recoveryCode)
        await vault.saveMany(Ledger, [{ id: 'one', name: 'x', ssn: 'y' }])
        await createFiles(async (...call) => vault.files(...call)).upload(new Blob([`a scan of ${name}`]))
        return { vault, ...recoveryKit, calls: managed(async (...call) => vault.manage(...call)) }
      }
      const [leaver, friend, other] = [await enrolled('leaver'), await enrolled('friend'), await enrolled('other')]
      const opening = { recoveryCode: leaver.recoveryCode }
      await leaver.calls.devices.add({ with: opening, name: 'phone', pin: '271828' })
      const cards = await Promise.all([friend, other].map(async ({ calls }) => (await calls.escrow.card()).card))
      await leaver.calls.escrow.configure({ with: opening, custodians: cards, threshold: 2, delayMs: 3_600_000 })
      const custody = [(await leaver.calls.escrow.card()).card, (await other.calls.escrow.card()).card]
      const byFriend = { with: { recoveryCode: friend.recoveryCode }, threshold: 2, delayMs: 3_600_000 }
      await friend.calls.escrow.configure({ ...byFriend, custodians: custody })
      await friend.calls.escrow.request({ handle: leaver.handle as string })
      const rowsOf = async (account: string): Promise<string[]> => {
        const found: string[] = []
        for (const name of await tableNames(store)) {
          const rows = await store.db
            .selectFrom(name as 'settings')
            .selectAll()
            .execute()
          const texts = rows.map((row) =>
            JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
          )
          found.push(...texts.filter((text) => text.includes(account)).map(() => name))
        }
        return found
      }
      const before = new Set(await rowsOf(leaver.account))
      // Each of them has a row, so that each is tried.
      expect(before).toEqual(new Set((await tableNames(store)).filter((name) => !NOT_OF_AN_ACCOUNT.has(name))))
      const report = await leaver.calls.keys.destroy({ account: true, models: [Ledger], with: opening })
      expect(report).toMatchObject({ isDeleted: true, isForgotten: true })
      // The friend's own escrow document still names its custodian: it is the friend's, and signed.
      const friends = ['account_states', 'escrows']
      const left = (names: readonly string[]): string[] => names.filter((name) => !friends.includes(name))
      expect(new Set(left(await rowsOf(leaver.account)))).toEqual(
        new Set(['accounts', 'audit_log', 'files', 'file_parts', 'file_usage']),
      )
      expect(objectsOf(folder, leaver.account)).toHaveLength(1)
      // What the storage could not remove goes when it can again.
      isBroken = false
      await removeAbandoned({ db: store.db, tenant: 'default' }, objects, 0)
      expect(objectsOf(folder, leaver.account)).toEqual([])
      expect(new Set(left(await rowsOf(leaver.account)))).toEqual(new Set(['accounts', 'audit_log', 'file_usage']))
      await expectWhole(friend.vault)
      await expectWhole(other.vault)
      expect(objectsOf(folder, friend.account)).toHaveLength(1)
    },
  )
}

/** Tables without a row of an account in this test: of nobody's, or of what is not under way. */
const NOT_OF_AN_ACCOUNT = new Set(['settings', 'link_messages', 'escrow_approvals'])

function objectsOf(folder: string, account: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  return files.filter((one) => one.isFile() && one.parentPath.includes(account)).map(({ name }) => name)
}

async function expectWhole(vault: Vault): Promise<void> {
  expect(await vault.load(Ledger, 'one')).toMatchObject({ ssn: 'y' })
}
