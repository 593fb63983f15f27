/** Records in the shapes of seeds 000, 001 and 004, sealed the way those systems seal them, with their mappings. */
import { type ConversionMapping, defineModel, phi, pii, pub } from '@lockstitch/sdk'
import { sealForeign } from '@lockstitch/sdk/interop'

export const Patient = defineModel('patient', {
  firstName: pii(),
  lastName: pii(),
  birthDate: pii({ type: 'date' }),
  ssn: phi(),
  consented: phi({ type: 'boolean' }),
  allergies: phi({ type: 'json' }),
  status: pub(),
})

const bytes = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)

export const KEYS = {
  phase4: { keys: { 'dev-key-1': bytes(0x11) } },
  pazpaz: { keys: { v1: bytes(0x21), v2: bytes(0x22) } },
  surgicase: { dek: bytes(0x31) },
} as const

/** The same keys as the file of `--keys` spells them. */
export const KEY_FILE = {
  phase4: { keys: { 'dev-key-1': `hex:${'11'.repeat(32)}` } },
  pazpaz: { keys: { v1: `hex:${'21'.repeat(32)}`, v2: `base64:${Buffer.from(bytes(0x22)).toString('base64')}` } },
  surgicase: { dek: `hex:${'31'.repeat(32)}` },
}

/** Where each field of a patient stands. Each seed's shape has members of its own; what a record lacks is absent. */
export const MAPPING: ConversionMapping = {
  id: 'id',
  fields: {
    firstName: { from: 'patient_first', format: 'surgicase', accept: ['plain', 'empty'] },
    lastName: { from: 'patient_last', format: 'surgicase', accept: ['plain', 'sealed-twice'] },
    birthDate: { from: 'patient_dob', format: 'surgicase' },
    ssn: { from: 'ssn', format: 'phase4' },
    consented: { from: 'consented', format: 'phase4', accept: ['plain'] },
    allergies: { from: 'medical_history', format: 'pazpaz' },
    status: { from: 'status', format: 'plain' },
  },
  ignore: ['updated_at'],
}

/** What a record holds, and what the source system made of it. */
export interface Sample {
  readonly source: Record<string, unknown>
  /** `undefined` when it must fail. */
  readonly plain: Record<string, unknown> | undefined
}

const surgicase = (text: string): Promise<string> => sealForeign('surgicase', text, KEYS.surgicase)
const phase4 = (text: string): Promise<string> => sealForeign('phase4', text, KEYS.phase4)

/** A record of one of ten makes: by its number, so that a run and its control agree. */
export async function sample(number: number): Promise<Sample> {
  const id = `p-${number}`
  const name = `Zoë ${number} 🩺`
  const status = 'active'
  switch (number % 10) {
    case 0:
      return {
        source: { id, ssn: await phase4(name), consented: await phase4('false'), status },
        plain: { id, ssn: name, consented: false, status },
      }
    case 1: {
      const history = JSON.stringify({ note: name, codes: [1, null] })
      const form = (['3-part', '4-part'] as const)[number % 2]
      const sealed = await sealForeign('pazpaz', history, KEYS.pazpaz, form === undefined ? {} : { form })
      return {
        source: { id, medical_history: sealed, updated_at: 5 },
        plain: { id, allergies: JSON.parse(history) as unknown },
      }
    }
    case 2:
      return {
        source: {
          id,
          patient_first: await surgicase(name),
          patient_last: await surgicase('Doe'),
          patient_dob: await surgicase('1980-01-15'),
        },
        plain: { id, firstName: name, lastName: 'Doe', birthDate: new Date('1980-01-15T00:00:00Z') },
      }
    case 3:
      return {
        source: { id, patient_first: 'In clear', patient_last: null, consented: true },
        plain: { id, firstName: 'In clear', consented: true },
      }
    case 4:
      return {
        source: { id, patient_first: '', patient_last: await surgicase(await surgicase('Twice')) },
        plain: { id, firstName: '', lastName: 'Twice' },
      }
    case 5:
      return { source: { id, ssn: await phase4('[object Object]') }, plain: undefined }
    case 6:
      return {
        source: {
          id,
          ssn: (await phase4(name)).replace(/"t":"(.)/, (_, first) => `"t":"${first === 'A' ? 'B' : 'A'}`),
        },
        plain: undefined,
      }
    case 7:
      return { source: { id, patient_dob: await surgicase('15.01.1980'), status }, plain: undefined }
    case 8:
      return { source: { id, status, forgotten: 1 }, plain: undefined }
    default:
      return { source: { id, status }, plain: { id, status } }
  }
}
