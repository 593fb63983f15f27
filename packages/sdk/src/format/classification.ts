/** What each classification demands. The five come from HIPAA practice; the intervals are the customers' own rules. */

/** How sensitive a field is. */
export type Classification = 'phi' | 'pii' | 'confidential' | 'internal' | 'pub'
/** Who can open a field: only the user and whom they choose, or the server too. */
export type Audience = 'user' | 'server'
/** How the length of a value is hidden. */
export type Padding = 'none' | 'block' | 'padme'

/** The rules of one classification. */
export interface ClassificationRule {
  /** The value never reaches storage in clear. */
  readonly encrypted: boolean
  /** Every access is an audit event. */
  readonly audited: boolean
  /** Days after which the key is due for rotation; `null` where there is no key. */
  readonly rotationDays: number | null
  readonly audience: Audience
  readonly pad: Padding
}

/** The rules, by classification. */
export const CLASSIFICATIONS: Readonly<Record<Classification, ClassificationRule>> = {
  phi: { encrypted: true, audited: true, rotationDays: 90, audience: 'user', pad: 'padme' },
  pii: { encrypted: true, audited: true, rotationDays: 90, audience: 'user', pad: 'block' },
  confidential: { encrypted: true, audited: false, rotationDays: 180, audience: 'server', pad: 'none' },
  internal: { encrypted: false, audited: false, rotationDays: 365, audience: 'server', pad: 'none' },
  pub: { encrypted: false, audited: false, rotationDays: null, audience: 'server', pad: 'none' },
}

/** Those that have keys. */
export const KEYED: readonly Classification[] = ['phi', 'pii', 'confidential', 'internal']

/** True for one of the five names. */
export function isClassification(value: unknown): value is Classification {
  return typeof value === 'string' && Object.hasOwn(CLASSIFICATIONS, value)
}
