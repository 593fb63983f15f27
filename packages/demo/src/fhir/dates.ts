/** FHIR dates as a person reads them. They are never moved to another time zone: a birthday stays that day. */

const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?$/

const YEAR = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', year: 'numeric' })
const MONTH = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', year: 'numeric', month: 'long' })
const DAY = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', year: 'numeric', month: 'short', day: 'numeric' })
const TIME = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', hour: 'numeric', minute: '2-digit' })

/** True for a FHIR date or time of day at a date, however precise, but for a year alone, which may be any number. */
export function isFhirDate(text: string): boolean {
  return text.length > 4 && DATE.test(text)
}

/** `2019-03-04T09:15:00+01:00` as `Mar 4, 2019, 9:15 AM`; the text itself when it is not a FHIR date. */
export function formatFhirDate(text: string, withTime = true): string {
  const match = DATE.exec(text)
  if (match === null) return text
  const [, year, month, day, hour, minute] = match
  const date = new Date(`${year}-${month ?? '01'}-${day ?? '01'}T${hour ?? '00'}:${minute ?? '00'}:00Z`)
  if (Number.isNaN(date.getTime())) return text
  if (month === undefined) return YEAR.format(date)
  if (day === undefined) return MONTH.format(date)
  if (hour === undefined || !withTime) return DAY.format(date)
  return `${DAY.format(date)}, ${TIME.format(date)}`
}

/** A day that is kept as a date at midnight UTC. */
export function formatDay(date: Date): string {
  return DAY.format(date)
}
