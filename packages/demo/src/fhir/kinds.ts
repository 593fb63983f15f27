/** What a person wants to know of each kind of FHIR resource: one row each, paths as in {@link valuesAt}. */
import type { GroupId } from './groups.ts'

/** How one kind of resource is told. */
export interface Kind {
  /** What a patient calls it. */
  readonly noun: string
  readonly group: GroupId
  /** Paths of its title; the first that says something. */
  readonly title: readonly string[]
  /** Paths of its date; the first that says something. */
  readonly date: readonly string[]
  /** Paths of the line under the title; the first that says something. */
  readonly detail: readonly string[]
  /** What the record page lists. */
  readonly facts: readonly (readonly [label: string, path: string])[]
}

const BILL: Omit<Kind, 'noun'> = {
  group: 'bills',
  title: ['item.productOrService', 'type'],
  date: ['billablePeriod.start', 'created'],
  detail: ['total.amount', 'total', 'payment.amount', 'status'],
  facts: [
    ['Status', 'status'],
    ['For', 'item.productOrService'],
    ['Total', 'total'],
    ['Paid', 'payment.amount'],
    ['Insurance', 'insurance.coverage'],
    ['Care given by', 'provider'],
  ],
}

const MEDICINE: Omit<Kind, 'noun'> = {
  group: 'medicines',
  title: ['medication*', 'code'],
  date: ['authoredOn', 'effective*', 'dateAsserted', 'whenHandedOver'],
  detail: ['dosageInstruction.text', 'dosage.text', 'status'],
  facts: [
    ['Status', 'status'],
    ['How to take it', 'dosageInstruction'],
    ['How it is taken', 'dosage'],
    ['Reason', 'reasonCode'],
    ['Prescribed by', 'requester'],
    ['Note', 'note'],
  ],
}

const PERSON: Omit<Kind, 'noun'> = {
  group: 'people',
  title: ['name'],
  date: [],
  detail: ['qualification.code', 'type', 'address'],
  facts: [
    ['Kind', 'type'],
    ['Phone or e-mail', 'telecom'],
    ['Address', 'address'],
  ],
}

/** Known kinds, by resource type. */
export const KINDS: Readonly<Record<string, Kind>> = {
  Patient: {
    noun: 'Personal details',
    group: 'about',
    title: ['name'],
    date: [],
    detail: ['birthDate'],
    facts: [
      ['Date of birth', 'birthDate'],
      ['Date of death', 'deceasedDateTime'],
      ['Sex', 'gender'],
      ['Phone or e-mail', 'telecom'],
      ['Address', 'address'],
      ['Marital status', 'maritalStatus'],
      ['Language', 'communication.language'],
    ],
  },
  Condition: {
    noun: 'Health problem',
    group: 'problems',
    title: ['code'],
    date: ['onset*', 'recordedDate'],
    detail: ['clinicalStatus'],
    facts: [
      ['Status', 'clinicalStatus'],
      ['How sure', 'verificationStatus'],
      ['Began', 'onset*'],
      ['Ended', 'abatement*'],
      ['Severity', 'severity'],
      ['Note', 'note'],
    ],
  },
  AllergyIntolerance: {
    noun: 'Allergy',
    group: 'allergies',
    title: ['code'],
    date: ['onset*', 'recordedDate'],
    detail: ['reaction.manifestation', 'criticality'],
    facts: [
      ['Status', 'clinicalStatus'],
      ['Risk', 'criticality'],
      ['Reaction', 'reaction.manifestation'],
    ],
  },
  Observation: {
    noun: 'Test or measurement',
    group: 'tests',
    title: ['code'],
    date: ['effective*', 'issued'],
    detail: ['value*', 'dataAbsentReason'],
    facts: [
      ['Result', 'value*'],
      ['Meaning', 'interpretation'],
      ['Normal range', 'referenceRange'],
      ['Kind', 'category'],
      ['Status', 'status'],
      ['Note', 'note'],
    ],
  },
  DiagnosticReport: {
    noun: 'Test report',
    group: 'tests',
    title: ['code'],
    date: ['effective*', 'issued'],
    detail: ['conclusion', 'status'],
    facts: [
      ['Status', 'status'],
      ['Conclusion', 'conclusion'],
      ['Results', 'result'],
    ],
  },
  ImagingStudy: {
    noun: 'Scan or X-ray',
    group: 'tests',
    title: ['procedureCode', 'description', 'series.bodySite', 'series.modality'],
    date: ['started'],
    detail: ['series.modality'],
    facts: [
      ['Status', 'status'],
      ['Body part', 'series.bodySite'],
      ['Kind', 'series.modality'],
      ['Images', 'numberOfInstances'],
    ],
  },
  Immunization: {
    noun: 'Vaccine',
    group: 'vaccines',
    title: ['vaccineCode'],
    date: ['occurrence*'],
    detail: ['status'],
    facts: [
      ['Status', 'status'],
      ['Lot number', 'lotNumber'],
      ['Where on the body', 'site'],
    ],
  },
  Procedure: {
    noun: 'Procedure',
    group: 'procedures',
    title: ['code'],
    date: ['performed*'],
    detail: ['reasonReference', 'reasonCode', 'status'],
    facts: [
      ['Status', 'status'],
      ['Reason', 'reasonCode'],
      ['Reason', 'reasonReference'],
      ['Body part', 'bodySite'],
      ['Outcome', 'outcome'],
    ],
  },
  Encounter: {
    noun: 'Visit',
    group: 'visits',
    title: ['type', 'class'],
    date: ['period'],
    detail: ['reasonCode', 'serviceProvider', 'status'],
    facts: [
      ['When', 'period'],
      ['Reason', 'reasonCode'],
      ['Seen by', 'participant.individual'],
      ['Where', 'serviceProvider'],
      ['Status', 'status'],
    ],
  },
  CarePlan: {
    noun: 'Care plan',
    group: 'plans',
    title: ['title', 'category', 'description'],
    date: ['period', 'created'],
    detail: ['activity.detail.code', 'status'],
    facts: [
      ['When', 'period'],
      ['Status', 'status'],
      ['Steps', 'activity.detail.code'],
    ],
  },
  Goal: {
    noun: 'Goal',
    group: 'plans',
    title: ['description'],
    date: ['startDate', 'statusDate'],
    detail: ['lifecycleStatus'],
    facts: [
      ['Status', 'lifecycleStatus'],
      ['Target', 'target.measure'],
    ],
  },
  MedicationRequest: { noun: 'Prescription', ...MEDICINE },
  MedicationStatement: { noun: 'Medicine you take', ...MEDICINE },
  MedicationAdministration: { noun: 'Medicine you were given', ...MEDICINE },
  MedicationDispense: { noun: 'Medicine you picked up', ...MEDICINE },
  Medication: { noun: 'Medicine', ...MEDICINE },
  Claim: { noun: 'Bill to your insurer', ...BILL },
  ExplanationOfBenefit: { noun: 'Answer from your insurer', ...BILL },
  Practitioner: { noun: 'Doctor or nurse', ...PERSON },
  PractitionerRole: { noun: 'Doctor or nurse', ...PERSON, title: ['practitioner', 'code'] },
  Organization: { noun: 'Clinic or company', ...PERSON },
  Location: { noun: 'Place', ...PERSON },
  RelatedPerson: { noun: 'Relative or friend', ...PERSON, detail: ['relationship'] },
  CareTeam: { noun: 'Care team', ...PERSON, title: ['name', 'category', 'reasonCode'], detail: ['participant.member'] },
  Coverage: { noun: 'Insurance', ...BILL, title: ['payor', 'type'], date: ['period'], detail: ['type', 'status'] },
  DocumentReference: {
    noun: 'Letter or document',
    group: 'papers',
    title: ['description', 'type', 'category'],
    date: ['date', 'context.period'],
    detail: ['author'],
    facts: [
      ['Kind', 'type'],
      ['Written by', 'author'],
      ['Status', 'status'],
    ],
  },
}
