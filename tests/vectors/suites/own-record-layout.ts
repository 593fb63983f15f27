/** Our vectors of record layout. */
import { expect } from 'vitest'
import type { Bytes } from '../../../packages/sdk/src/assert.ts'
import { parseJson, stringifyJson } from '../../../packages/sdk/src/bytes/json.ts'
import type { AccountState } from '../../../packages/sdk/src/format/account-state.ts'
import { bundleRecord, BUNDLES_MEMBER } from '../../../packages/sdk/src/format/bundle.ts'
import { parseModel } from '../../../packages/sdk/src/format/model.ts'
import { openFields, verifyRecord } from '../../../packages/sdk/src/records/open-record.ts'
import layouts from '../own/ls1-record-layout/records.json' with { type: 'json' }
import records from '../own/ls1/records.json' with { type: 'json' }
import { recordKeysOf } from '../support/account.ts'
import { toHex } from '../support/hex.ts'
import { changedCharacters } from '../support/tamper.ts'
import { checkVectors, outcome, type VectorFile } from '../support/vectors.ts'

interface LayoutIn {
  readonly account: string
  readonly model: unknown
  readonly record: string
}

interface LayoutOut {
  readonly bundles: Readonly<Record<string, string>>
  readonly sealed: string
  readonly hash: string
}

export function ownRecordLayoutVectors(): void {
  checkVectors(
    'record layout',
    layouts as unknown as VectorFile<LayoutIn, LayoutOut>,
    3,
    async ({ id, in: input, out }) => {
      const account = records.cases.find((one) => one.id === input.account)?.in
      if (account === undefined) throw new Error('the vector names no account')
      const keys = await recordKeysOf(account.accountKey, account.state as unknown as AccountState)
      const model = parseModel(input.model)
      const record = parseJson(input.record) as object
      const bundles = (bundleRecord(model, record, []) as Record<string, Record<string, Bytes>>)[BUNDLES_MEMBER] ?? {}
      const hex = Object.entries(bundles).map(([name, bytes]) => [name, toHex(bytes)])
      expect(Object.fromEntries(hex)).toEqual(out.bundles)
      const sealed = parseJson(out.sealed) as { $fields: Record<string, string> }
      expect(stringifyJson(sealed)).toBe(out.sealed)
      const verified = await verifyRecord(keys, model, sealed)
      expect(verified.head.hash).toBe(out.hash)
      expect(await openFields(keys, model, verified)).toStrictEqual({ id, ...record })
      for (const [name, text] of Object.entries(sealed.$fields)) {
        const changed = changedCharacters(text).filter((_, index) => index % 7 === 0)
        const outcomes = await Promise.all(
          changed.map((other) =>
            outcome(() => verifyRecord(keys, model, { ...sealed, $fields: { ...sealed.$fields, [name]: other } })),
          ),
        )
        expect(outcomes).not.toContain('ok')
      }
    },
  )
}
