/** The groups of the list, in the order in which a patient looks for things. */
export const GROUPS = {
  about: 'About you',
  problems: 'Health problems',
  medicines: 'Medicines',
  allergies: 'Allergies',
  tests: 'Tests and measurements',
  vaccines: 'Vaccines',
  procedures: 'Procedures',
  visits: 'Visits',
  plans: 'Care plans and goals',
  papers: 'Letters and forms',
  bills: 'Bills and insurance',
  people: 'Care team and places',
  other: 'Other records',
} as const

/** Name of a group. */
export type GroupId = keyof typeof GROUPS

/** What most records of a group are, so that it need not be said in each line. */
export const USUAL: Partial<Record<GroupId, string>> = {
  problems: 'Health problem',
  medicines: 'Prescription',
  allergies: 'Allergy',
  tests: 'Test or measurement',
  vaccines: 'Vaccine',
  procedures: 'Procedure',
  visits: 'Visit',
  plans: 'Care plan',
}
