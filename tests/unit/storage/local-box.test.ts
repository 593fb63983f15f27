import { beforeAll, expect, test } from 'vitest'
import { openRow, proveRow, sealRow } from '../../../packages/sdk/src/storage/local-box.ts'
import type { HeadRow } from '../../../packages/sdk/src/storage/database.ts'
import { createAccount, type TestAccount } from '../support/account.ts'
import { outcome } from '../support/outcome.ts'

let account: TestAccount
let row: HeadRow
beforeAll(async () => {
  account = await createAccount()
  const columns = {
    account: account.id,
    model: 'm',
    id: 'r1',
    revision: 3,
    hash: 'A'.repeat(43),
    state: 'live',
  } as const
  row = await sealRow(account.derived.local, columns, { id: 'r1' })
})

test('a row that was written here is proved, and its record comes back', async () => {
  await proveRow(account.derived.local, row)
  expect(await openRow(account.derived.local, row)).toEqual({ id: 'r1' })
})

test('that a row was proved proves no other: no column of it may change', async () => {
  await proveRow(account.derived.local, row)
  const changes: object[] = [
    { account: `${account.id}0` },
    { model: 'n' },
    { id: 'r2' },
    { revision: 4 },
    { revision: '3' },
    { hash: 'B'.repeat(43) },
    { hash: ['A'.repeat(43)] },
    { state: 'tombstone' },
    { id: 'r1\n3', revision: 0 },
    { model: 'm\nr1', id: '3' },
    { hash: undefined },
  ]
  for (const change of changes) {
    const changed = { ...row, ...change } as HeadRow
    expect([change, await outcome(() => proveRow(account.derived.local, changed))]).toEqual([
      change,
      'ERR_STORAGE_TAMPERED',
    ])
  }
})

test('what one account proved is not proved to another', async () => {
  await proveRow(account.derived.local, row)
  const other = await createAccount()
  expect(await outcome(() => proveRow(other.derived.local, row))).toBe('ERR_STORAGE_TAMPERED')
})

test('the record of a proved row is opened anew, so that a changed one is noticed', async () => {
  await proveRow(account.derived.local, row)
  const box = row.box.slice()
  box[20] = (box[20] as number) ^ 1
  expect(await outcome(() => openRow(account.derived.local, { ...row, box }))).toBe('ERR_STORAGE_TAMPERED')
})
