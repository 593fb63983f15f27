import { isPlainObject } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import { AUDIT_PREFIX, type AuditEvent, type AuditFact, type AuditStatement } from './audit.ts'
import { HASH_BYTES, VERSION } from './constants.ts'
import { arrayOf, base64url, integer, object, oneOf, type Reader } from './reader.ts'
import { parseSigned, type SignedText } from './signed-text.ts'
import { parseUuid } from './uuid.ts'

const MAX_CHARS = 65_536
const MAX_FACTS = 512
const EVENTS: readonly AuditEvent[] = [
  'account.enrolled',
  'account.unlocked',
  'slot.added',
  'slot.changed',
  'slot.removed',
  'key.added',
  'key.changed',
  'policy.tightened',
]

const word: Reader<string> = (value) => {
  if (typeof value !== 'string' || !/^[\w-]{1,32}$/.test(value)) throw new LockstitchError('ERR_FORMAT_INVALID')
  return value
}
const FACT_MEMBERS: { readonly [K in keyof AuditFact]-?: Reader<NonNullable<AuditFact[K]>> } = {
  event: oneOf(...EVENTS),
  id: word,
  kind: word,
  state: word,
  version: integer(1, 1_000_000),
}
const readFact: Reader<AuditFact> = (value) => {
  if (!isPlainObject(value) || !Object.hasOwn(value, 'event')) throw new LockstitchError('ERR_FORMAT_INVALID')
  const present = Object.entries(FACT_MEMBERS).filter(([name]) => Object.hasOwn(value, name))
  return object(Object.fromEntries(present) as typeof FACT_MEMBERS)(value)
}
const readStatement: Reader<AuditStatement> = object<AuditStatement>({
  format: oneOf(VERSION),
  account: parseUuid,
  revision: integer(1, Number.MAX_SAFE_INTEGER),
  state: base64url(HASH_BYTES),
  time: integer(0, Number.MAX_SAFE_INTEGER),
  facts: arrayOf(readFact, 0, MAX_FACTS),
})

/**
 * Reads a statement. The signature is not checked here.
 *
 * @throws LockstitchError `ERR_FORMAT_VERSION`, `ERR_FORMAT_LIMIT`, `ERR_FORMAT_INVALID` or `ERR_TEXT_INVALID`.
 */
export function parseAuditStatement(text: unknown): SignedText<AuditStatement> {
  return parseSigned(text, AUDIT_PREFIX, MAX_CHARS, readStatement)
}
