/** A record with a value of every type, and what happens to sealed ones. */
import { isPlainObject } from '../../../packages/sdk/src/assert.ts'
import type { ModelSpec } from '../../../packages/sdk/src/format/model.ts'
import { verifySealedRecord } from '../../../packages/sdk/src/format/sealed-record.ts'
import type { RecordKeys } from '../../../packages/sdk/src/records/keys.ts'
import { openFields, verifyRecord } from '../../../packages/sdk/src/records/open-record.ts'

export const FULL = {
  name: 'John Doe',
  ssn: '078-05-1120',
  notes: '',
  weight: -0,
  smoker: false,
  birthDate: new Date(0),
  mrn: -(2n ** 70n),
  scan: Uint8Array.of(0, 128, 255, 128, 0),
  resource: { b: [null, -0], a: { '': '\ufeff' } },
  address: { city: 'Z\u00fcrich', lines: ['1 Main St', ''] },
  medications: [{ name: 'metformin', milligrams: 500 }, { name: 'aspirin' }, {}],
  secretForUs: 'x',
  billing: 'plan B',
  queue: -0,
  formVersion: 3,
  updated: new Date(1_790_000_000_000),
}

/** Proves and opens a sealed record, as the owner does. */
export async function open(keys: RecordKeys, model: ModelSpec, sealed: unknown): Promise<Record<string, unknown>> {
  return openFields(keys, model, await verifyRecord(keys, model, sealed))
}

/** Opens the fields without any look at the manifest: only what each field is bound to is left to protect it. */
export async function openUnproved(
  keys: RecordKeys,
  model: ModelSpec,
  sealed: unknown,
): Promise<Record<string, unknown>> {
  const head = { revision: 1, hash: '', state: 'live' } as const
  return openFields(keys, model, { parsed: verifySealedRecord(model, sealed), head })
}

/** Every string in a record, with a function that gives the record with another value there. */
export function strings(record: unknown): { path: string; text: string; put: (value: unknown) => unknown }[] {
  const found: { path: string; text: string; put: (value: unknown) => unknown }[] = []
  const visit = (node: unknown, path: string, put: (value: unknown) => unknown): void => {
    if (typeof node === 'string') found.push({ path, text: node, put })
    else if (Array.isArray(node)) {
      for (const [index, item] of node.entries())
        visit(item, `${path}.${index}`, (value) => put(node.with(index, value)))
    } else if (isPlainObject(node)) {
      for (const [name, member] of Object.entries(node)) {
        visit(member, path === '' ? name : `${path}.${name}`, (value) => put({ ...node, [name]: value }))
      }
    }
  }
  visit(record, '', (value) => value)
  return found
}
