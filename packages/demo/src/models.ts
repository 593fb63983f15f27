/**
 * What this app keeps. Plain data: the page seals with it, the worker opens with it, and the server checks with it that
 * what it stores is sealed. Nothing here is public, not even the kind of a health record: a count of visits or test
 * results already tells about a patient.
 */
import { defineModel, type Model, phi, pii, type Plain } from '@lockstitch/sdk'

type ShapeOf<M> = M extends Model<infer S> ? S : never

/** The form that a patient fills in before a visit. */
export const Intake = defineModel('intake', {
  name: pii(),
  birthDate: pii({ type: 'date' }),
  ssn: pii(),
  diagnosis: phi(),
  medications: [{ name: phi(), dose: phi() }],
  notes: phi(),
  /** Scans and photos: their references, which hold their names; the files themselves lie beside the record. */
  files: [phi({ type: 'json' })],
})

/** One entry of a FHIR bundle, whole, so that it can be given back as it came. */
export const Fhir = defineModel('fhir', {
  /** Name of the file it came in, which often holds the patient's name. */
  source: pii(),
  entry: phi({ type: 'json' }),
  /** Decimals that lose digits in JavaScript (`10.0` is not `10` in medicine): their place in the entry and their text. */
  decimals: phi({ type: 'json' }),
})

/** Every model of the app: each may hold values of both classifications. */
export const MODELS = [Intake, Fhir] as const

/** An opened intake form. */
export type IntakeRecord = Plain<ShapeOf<typeof Intake>>
/** An opened FHIR entry. */
export type FhirRecord = Plain<ShapeOf<typeof Fhir>>
