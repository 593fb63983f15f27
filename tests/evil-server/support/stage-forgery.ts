/** Two people, and one record of every type in the hands of the adversary. */
import { expect } from 'vitest'
import type { ErrorCode } from '@lockstitch/sdk'
import { Intake } from '../../support/models.ts'
import { expectTyped, expectUntouched } from './oracles.ts'
import { fetchRaw, lendMacKey, type RawRecord } from './records.ts'
import { CANARIES, type Device, type Person, type World } from './world.ts'

/** A record of every type, audience and padding. */
export const FULL = {
  id: 'full',
  name: CANARIES.name,
  ssn: CANARIES.ssn,
  notes: CANARIES.note,
  secretForUs: CANARIES.phone,
  weight: 70.5,
  smoker: false,
  birthDate: new Date(CANARIES.birthDate),
  mrn: 7n,
  scan: Uint8Array.of(1, 2, 3),
  resource: { a: [1, 'b'] },
  address: { city: 'Łódź', lines: ['1 Main St', '2 Side St'] },
  medications: [{ name: 'Metformin', milligrams: 500 }, { name: 'Aspirin' }, {}],
  billing: 'invoice 7',
  queue: 3,
  formVersion: 2,
  updated: new Date('2026-01-02T03:04:05.678Z'),
}

/** The members of {@link FULL} that are one envelope each. */
export const SEALED = [
  'name',
  'ssn',
  'notes',
  'secretForUs',
  'weight',
  'smoker',
  'birthDate',
  'mrn',
  'scan',
  'resource',
] as const

/** Codes that a forged record can be refused with; anything else is a finding. */
const CODES: readonly ErrorCode[] = [
  'ERR_DIGEST_MISMATCH',
  'ERR_FIELD_UNKNOWN',
  'ERR_FORMAT_INVALID',
  'ERR_FORMAT_LIMIT',
  'ERR_FORMAT_VERSION',
  'ERR_KEY_INVALID',
  'ERR_KEY_UNKNOWN',
  'ERR_OPEN_FAILED',
  'ERR_RECORD_ID',
  'ERR_ROLLBACK',
  'ERR_TEXT_INVALID',
  'ERR_VALUE_INVALID',
]

/** What the attacks on single records share. */
export interface Forgery {
  readonly ada: { readonly person: Person; readonly device: Device }
  readonly eve: { readonly person: Person; readonly device: Device }
  /** {@link FULL} as the server has it. */
  readonly full: RawRecord
  /** The key of Ada's manifests. */
  readonly macKey: CryptoKey
  /**
   * Opens forged records, on a device of Ada's that knows no record and on one that knows them; every one must be
   * refused, for itself alone, with nothing of it given out and nothing of it kept. Gives the codes of the first.
   */
  readonly checkForged: (forged: readonly unknown[], model?: { readonly name: string }) => Promise<Set<ErrorCode>>
  /** Saves a record and gives it as the server has it. */
  readonly rawOf: (
    device: Device,
    record: { readonly id: string; readonly [field: string]: unknown },
  ) => Promise<RawRecord>
}

/** Sets the stage. */
export async function stageForgery(world: World): Promise<Forgery> {
  const [ada, eve] = [await world.enrol('ada'), await world.enrol('eve')]
  const macKey = await lendMacKey(() => ada.device.vault.saveMany(Intake, [FULL as never]))
  const full = await fetchRaw(ada.device.net, Intake, 'full')
  const fresh = await world.unlocked(ada.person)

  async function refusals(device: Device, forged: readonly unknown[], model: object): Promise<Set<ErrorCode>> {
    const codes = new Set<ErrorCode>()
    await expectUntouched(device, async () => {
      const results = await device.vault.openMany(model as never, forged as never[])
      expect(results).toHaveLength(forged.length)
      for (const [index, result] of results.entries()) {
        if (result.ok) throw new Error(`opened: ${JSON.stringify(forged[index])}`)
        codes.add(expectTyped(result.error, CODES).code)
        expect(Object.keys(result).filter((key) => !['ok', 'id', 'error'].includes(key))).toEqual([])
      }
    })
    return codes
  }
  return {
    ada,
    eve,
    full,
    macKey,
    async checkForged(forged, model = Intake) {
      expect(forged.length).toBeGreaterThan(0)
      const codes = await refusals(fresh, forged, model)
      await refusals(ada.device, forged, model)
      const [honest] = await ada.device.vault.openMany(Intake, [full as never])
      expect(honest).toMatchObject({ ok: true, value: { name: CANARIES.name, mrn: 7n } })
      return codes
    },
    async rawOf({ vault, net }, record) {
      const [saved] = await vault.saveMany(Intake, [record as never])
      if (saved?.ok !== true) throw saved?.error ?? new Error('not saved')
      return fetchRaw(net, Intake, record.id)
    },
  }
}
