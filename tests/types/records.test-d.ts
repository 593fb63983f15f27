/**
 * What the compiler knows of records. Read by the types gate; each expected error names its code, and reasons.test.ts
 * compares it with what the compiler says.
 */
import {
  type Client,
  confidential,
  defineModel,
  internal,
  type Model,
  phi,
  pii,
  type Plain,
  pub,
  type Sealed,
} from '@lockstitch/sdk'
import type { EnvelopeText, JsonValue } from '@lockstitch/sdk/format'
import { expectTypeOf } from 'vitest'

const Ledger = defineModel('ledger', { name: pii(), ssn: phi() })
const Wider = defineModel('wider', { name: pii(), ssn: phi(), city: pii() })
const Full = defineModel('full', {
  text: phi(),
  number: phi({ type: 'number' }),
  boolean: phi({ type: 'boolean' }),
  date: pii({ type: 'date' }),
  bigint: pii({ type: 'bigint' }),
  bytes: confidential({ type: 'bytes', audience: 'user' }),
  json: phi({ type: 'json' }),
  billing: confidential(),
  queue: internal({ type: 'number' }),
  version: pub({ type: 'number' }),
  address: { city: pii(), lines: [pii()] },
  medications: [{ name: phi(), milligrams: phi({ type: 'number' }) }],
  grid: [[phi({ type: 'number' })]],
})

type ShapeOf<M> = M extends Model<infer S> ? S : never
type PlainFull = Plain<ShapeOf<typeof Full>>
type SealedFull = Sealed<ShapeOf<typeof Full>>

declare const client: Client
declare const sealedLedger: Sealed<ShapeOf<typeof Ledger>>
declare const sealedWider: Sealed<ShapeOf<typeof Wider>>
declare const sealedFull: SealedFull
declare const plainLedger: Plain<ShapeOf<typeof Ledger>>
declare const plainFull: PlainFull

/** Every type of field, in clear: its value, or absent. */
export function plainValues(): void {
  expectTypeOf(plainFull.text).toEqualTypeOf<string | null | undefined>()
  expectTypeOf(plainFull.number).toEqualTypeOf<number | null | undefined>()
  expectTypeOf(plainFull.boolean).toEqualTypeOf<boolean | null | undefined>()
  expectTypeOf(plainFull.date).toEqualTypeOf<Date | null | undefined>()
  expectTypeOf(plainFull.bigint).toEqualTypeOf<bigint | null | undefined>()
  expectTypeOf(plainFull.bytes).toEqualTypeOf<Uint8Array | null | undefined>()
  expectTypeOf(plainFull.json).toEqualTypeOf<JsonValue | undefined>()
  expectTypeOf(plainFull.version).toEqualTypeOf<number | null | undefined>()
  expectTypeOf(plainFull.id).toEqualTypeOf<string | undefined>()
  expectTypeOf(plainFull.address?.city).toEqualTypeOf<string | null | undefined>()
  expectTypeOf(plainFull.address?.lines?.[0]).toEqualTypeOf<string | undefined>()
  expectTypeOf(plainFull.medications?.[0]?.milligrams).toEqualTypeOf<number | null | undefined>()
  expectTypeOf(plainFull.grid?.[0]?.[0]).toEqualTypeOf<number | undefined>()
}

/** Every type of field, sealed: an envelope where it is end to end, nothing that could be used where it is not. */
export function sealedValues(): void {
  expectTypeOf(sealedFull.text).toEqualTypeOf<EnvelopeText | undefined>()
  expectTypeOf(sealedFull.number).toEqualTypeOf<EnvelopeText | undefined>()
  expectTypeOf(sealedFull.bytes).toEqualTypeOf<EnvelopeText | undefined>()
  expectTypeOf(sealedFull.billing).toEqualTypeOf<unknown>()
  expectTypeOf(sealedFull.version).toEqualTypeOf<unknown>()
  expectTypeOf(sealedFull.address?.lines?.[0]).toEqualTypeOf<EnvelopeText | undefined>()
  expectTypeOf(sealedFull.medications?.[0]?.name).toEqualTypeOf<EnvelopeText | undefined>()
  expectTypeOf(sealedFull.id).toEqualTypeOf<string>()
}

/** What is sealed is not in clear, what is in clear is not sealed, and each belongs to its model. */
export async function brands(): Promise<void> {
  expectTypeOf(await client.seal(Ledger, plainLedger)).toEqualTypeOf<Sealed<ShapeOf<typeof Ledger>>>()
  expectTypeOf(await client.open(Ledger, sealedLedger)).toEqualTypeOf<Plain<ShapeOf<typeof Ledger>>>()
  // @ts-expect-error TS2345 a sealed record is not one in clear, not even where all fields are texts
  await client.seal(Ledger, sealedLedger)
  // @ts-expect-error TS2345 nor to save
  await client.save(Ledger, sealedLedger)
  // @ts-expect-error TS2345 nor in a batch
  client.sealMany(Ledger, [sealedLedger])
  // @ts-expect-error TS2379 a record in clear is not a sealed one
  await client.open(Ledger, plainLedger)
  // @ts-expect-error TS2345 nor in a batch
  client.openMany(Ledger, [plainLedger])
  // @ts-expect-error TS2379 a sealed record of a model with fewer fields
  await client.open(Wider, sealedLedger)
  // @ts-expect-error TS2379 a sealed record of a model with more fields
  await client.open(Ledger, sealedWider)
  // @ts-expect-error TS2322 what looks like a sealed record
  await client.open(Ledger, { id: 'r1', $seal: 'ls1m.AAAA' })
  // @ts-expect-error TS2322 a text is not an envelope
  const name: EnvelopeText = 'ls1.AAAAAAAAAAA.AAAA'
  await client.seal(Ledger, { name })
}

/** A record in clear has the fields of its model, at every depth, and no other. */
export async function fields(): Promise<void> {
  await client.seal(Full, {
    id: 'r1',
    text: null,
    number: undefined,
    address: {},
    medications: [],
    json: { a: [null] },
  })
  // @ts-expect-error TS2353 a field that the model does not name
  await client.seal(Full, { nickname: 'x' })
  // @ts-expect-error TS2353 nor below
  await client.seal(Full, { address: { country: 'x' } })
  // @ts-expect-error TS2353 nor in an item
  await client.seal(Full, { medications: [{ name: 'x', dose: 5 }] })
  // @ts-expect-error TS2322 a number for a text
  await client.seal(Full, { text: 5 })
  // @ts-expect-error TS2322 a text for a number
  await client.seal(Full, { number: '5' })
  // @ts-expect-error TS2322 a text for a date
  await client.seal(Full, { date: '2026-11-22' })
  // @ts-expect-error TS2322 a number for a bigint
  await client.seal(Full, { bigint: 5 })
  // @ts-expect-error TS2740 an array of numbers for bytes
  await client.seal(Full, { bytes: [1, 2] })
  // @ts-expect-error TS2322 a date in JSON
  await client.seal(Full, { json: { at: new Date() } })
  // @ts-expect-error TS2322 an absent item
  await client.seal(Full, { address: { lines: [null] } })
  // @ts-expect-error TS2322 one item for an array
  await client.seal(Full, { address: { lines: 'x' } })
  // @ts-expect-error TS2322 a number for an id
  await client.seal(Full, { id: 5 })
}
