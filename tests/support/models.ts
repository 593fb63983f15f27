/** The models of the tests. */
import { confidential, defineModel, internal, phi, pii, pub } from '@lockstitch/sdk'

/** One field of every type, audience and padding, nested and in arrays. */
const INTAKE = {
  name: pii(),
  ssn: phi(),
  notes: phi({ pad: 'none' }),
  weight: phi({ type: 'number' }),
  smoker: phi({ type: 'boolean' }),
  birthDate: pii({ type: 'date' }),
  mrn: pii({ type: 'bigint' }),
  scan: phi({ type: 'bytes' }),
  resource: phi({ type: 'json' }),
  address: { city: pii(), lines: [pii()] },
  medications: [{ name: phi(), milligrams: phi({ type: 'number' }) }],
  secretForUs: confidential({ audience: 'user' }),
  billing: confidential(),
  queue: internal({ type: 'number' }),
  formVersion: pub({ type: 'number' }),
  updated: pub({ type: 'date' }),
} as const

/** The fields of {@link INTAKE}, each in its own envelope. */
export const Intake = defineModel('intake', INTAKE)

/** The same fields in one envelope a classification, and places that hold both kinds. */
export const Bundled = defineModel(
  'bundled',
  { ...INTAKE, visits: [{ reason: phi(), room: pub() }], mixed: { note: phi(), flag: pub({ type: 'boolean' }) } },
  { layout: 'record' },
)

/** A small model, so that there are two. */
export const Ledger = defineModel('ledger', { name: pii(), ssn: phi() })

/** A model whose records carry a signature. */
export const Signed = defineModel('signed', { finding: phi() }, { signed: true })

/** A model with JSON in clear, inside an object. */
export const Deep = defineModel('deep', { notes: { text: internal({ type: 'json' }) } })
