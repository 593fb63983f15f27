/** Sealed records of the test models, by the independent writer. */
import { type Account, canonical, type Entry, envelope, type Json, manifest, type SealOptions } from './writer.ts'

/** A sealed record, what a write of it is, and the hash of its manifest. */
export interface Sealed {
  readonly model: string
  readonly record: Json & { id: string; $seal: string }
  readonly hash: string
}

/** A sealed record of any fields: each an envelope, a clear value or an empty container. */
export function seal(
  account: Account,
  model: string,
  id: string,
  fields: Json,
  entries: readonly Entry[],
  options: SealOptions = {},
): Sealed {
  const { seal: $seal, hash } = manifest(account, entries, { model, id, ...options })
  return { model, record: { id, ...fields, $seal }, hash }
}

/** Every kind of field once. `changes` replaces clear values or envelopes; the digest follows them. */
export function intake(account: Account, id: string, options: SealOptions = {}, changes: Json = {}): Sealed {
  const { pii, phi } = account.keys
  const fields: Json = {
    name: envelope(pii.kid),
    diagnosis: envelope(phi.kid),
    address: {},
    medications: [{ name: envelope(phi.kid) }],
    insurer: 'Acme Health Insurance',
    triage: { level: 3, notes: ['waits', -1.5] },
    formVersion: 7,
    tags: [],
    ...changes,
  }
  return seal(account, 'intake', id, fields, entriesOf(fields), options)
}

const CLEAR = new Set(['insurer', 'triage', 'formVersion'])

/** The digest's entries of the fields of an intake, whatever stands in them. */
export function entriesOf(value: unknown, path = ''): Entry[] {
  const name = path.split('.')[0] ?? ''
  if (CLEAR.has(name)) return [[path, 'clear', canonical(value)]]
  if (typeof value !== 'object' || value === null) {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return [name === 'tags' ? [path, 'clear', canonical(value)] : [path, 'envelope', text]]
  }
  const members = Object.entries(value)
  if (members.length === 0) return path === '' ? [] : [[path, 'empty', Array.isArray(value) ? '[]' : '{}']]
  return members.flatMap(([key, member]) => entriesOf(member, path === '' ? key : `${path}.${key}`))
}

/** A signed letter. */
export function letter(account: Account, id: string, options: SealOptions = {}): Sealed {
  const text = envelope(account.keys.phi.kid)
  return seal(account, 'letter', id, { text }, [['text', 'envelope', text]], { signature: 'right', ...options })
}

/** A public leaflet. */
export function leaflet(account: Account, id: string, title = 'Wash your hands', options: SealOptions = {}): Sealed {
  return seal(account, 'leaflet', id, { title }, [['title', 'clear', canonical(title)]], options)
}

/** A deletion. */
export function tombstone(account: Account, id: string, options: SealOptions, fields: Json = {}): Sealed {
  return seal(account, 'intake', id, fields, entriesOf(fields), { state: 'tombstone', ...options })
}
