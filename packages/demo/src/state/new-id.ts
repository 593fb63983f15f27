/**
 * The id of a new record, made before it is saved: when a save fails halfway and is tried again, it is the same record and
 * not a second one.
 */

/** A UUID of version 7 (RFC 9562): it begins with the time, so that ids sort as they were made. */
export function newId(now: number = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(10))
  const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const time = now.toString(16).padStart(12, '0')
  const variant = (8 + ((random[2] ?? 0) & 3)).toString(16)
  const rest = hex(random)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-${variant}${rest.slice(5, 8)}-${rest.slice(8)}`
}
