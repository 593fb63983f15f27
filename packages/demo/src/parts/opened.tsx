/** An opened record, as only its owner sees it. */
import type { ReactElement } from 'react'
import { formatDay } from '../fhir/dates.ts'
import { factsOf } from '../fhir/summarize.ts'
import type { IntakeRecord } from '../models.ts'
import type { FhirItem } from '../state/records.ts'
import { Details } from './details.tsx'
import { type FactLine, Facts, Hidden } from './facts.tsx'
import { ScrollText } from './scroll-text.tsx'

/** The answers of a form. */
export function OpenedIntake({ record }: { readonly record: IntakeRecord }): ReactElement {
  return <Facts facts={intakeFacts(record)} />
}

/** A health record in plain words, and the whole of it for those who want to look. */
export function OpenedFhir({ item }: { readonly item: FhirItem }): ReactElement {
  const facts = [
    ...factsOf(item.entry),
    ...(item.record.source ? [{ label: 'From the file', value: item.record.source }] : []),
  ]
  return (
    <>
      <Facts facts={facts} />
      <Details title="Everything in this record" level={3}>
        <ScrollText label="Everything in this record" text={JSON.stringify(item.entry, null, 2)} look="opened" />
      </Details>
    </>
  )
}

function intakeFacts({ name, birthDate, ssn, diagnosis, medications, notes }: IntakeRecord): readonly FactLine[] {
  const medicines = (medications ?? []).map((item) => [item.name, item.dose].filter(Boolean).join(', '))
  return [
    { label: 'Full name', value: name },
    { label: 'Date of birth', value: birthDate instanceof Date ? formatDay(birthDate) : undefined },
    { label: 'Social Security number', value: ssn ? <Hidden value={ssn} name="Social Security number" /> : undefined },
    { label: 'What is wrong', value: diagnosis },
    { label: 'Medicines', value: medicines.length === 0 ? undefined : <List lines={medicines} /> },
    { label: 'Notes', value: notes },
  ].filter(({ value }) => value !== undefined && value !== null)
}

function List({ lines }: { readonly lines: readonly string[] }): ReactElement {
  return (
    <ul>
      {lines.map((line, index) => (
        <li key={index}>{line}</li>
      ))}
    </ul>
  )
}
