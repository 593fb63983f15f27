import { beforeAll, expect, test } from 'vitest'
import { parseEnvelope, verifySealedRecord } from '@lockstitch/sdk/format'
import { allocateBriefly } from '../../../packages/sdk/src/bytes/arena.ts'
import { sealBytes } from '../../../packages/sdk/src/crypto/aead.ts'
import { openFields, verifyRecord } from '../../../packages/sdk/src/records/open-record.ts'
import { sealRecord } from '../../../packages/sdk/src/records/seal-record.ts'
import { sealRow } from '../../../packages/sdk/src/storage/local-box.ts'
import { Intake } from '../../support/models.ts'
import { createAccount, type TestAccount } from '../support/account.ts'
import { FULL } from '../support/records.ts'

let account: TestAccount
beforeAll(async () => {
  account = await createAccount()
})

test('a piece is zeros, and no byte of it is ever part of another', () => {
  const pieces = Array.from({ length: 5000 }, (_, index) => allocateBriefly(index % 97))
  for (const [index, piece] of pieces.entries()) {
    expect(piece.every((byte) => byte === 0)).toBe(true)
    piece.fill(1 + (index % 255))
  }
  for (const [index, piece] of pieces.entries()) expect(piece.every((byte) => byte === 1 + (index % 255))).toBe(true)
  expect(allocateBriefly(100_000).length).toBe(100_000)
})

test('what is kept or given to the app has a buffer of its own: a block holds what others wrote', async () => {
  const { keys, derived } = account
  const { record, head } = await sealRecord(keys, Intake, FULL, 'r1', undefined)
  const parsed = verifySealedRecord(Intake, record)
  const opened = await openFields(keys, Intake, await verifyRecord(keys, Intake, record))
  const row = await sealRow(derived.local, { account: account.id, model: 'intake', id: 'r1', ...head }, record)
  const arrays = {
    box: row.box,
    sealed: await sealBytes(derived.local, new Uint8Array(1), new Uint8Array(5)),
    envelope: parseEnvelope(record['name']).sealed,
    payload: parsed.manifest.payload,
    digestInput: parsed.digestInput,
    opened: opened['scan'] as Uint8Array,
  }
  const shared = Object.entries(arrays).filter(([, bytes]) => bytes.buffer.byteLength !== bytes.length)
  expect(shared.map(([name]) => name)).toEqual([])
})
