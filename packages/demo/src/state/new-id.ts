/**
 * The id of a new record, made before it is saved: when a save fails halfway and is tried again, it is the same record and
 * not a second one.
 */

let lastTime = 0
let counter = 0

/** A UUID of version 7 (RFC 9562), greater than the one before: ids sort as they were made, also within a millisecond. */
export function newId(now: number = Date.now()): string {
  counter = now > lastTime ? 0 : counter + 1
  lastTime = Math.max(now, lastTime)
  if (counter > 0xfff) {
    lastTime += 1
    counter = 0
  }
  const random = crypto.getRandomValues(new Uint8Array(8))
  // The variant of RFC 9562: the first two bits are 1 and 0.
  random[0] = ((random[0] ?? 0) & 0x3f) | 0x80
  const time = hex(lastTime, 12)
  const rest = Array.from(random, (byte) => hex(byte, 2)).join('')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-${rest.slice(0, 4)}-${rest.slice(4)}`
}

function hex(value: number, length: number): string {
  return value.toString(16).padStart(length, '0')
}
