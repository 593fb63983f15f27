import { expect, test } from 'vitest'
import { generateUuid } from '../../../packages/sdk/src/crypto/uuid.ts'
import { parseUuid } from '../../../packages/sdk/src/format/uuid.ts'

const timeOf = (uuid: string): number => Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)

test('a UUIDv7 of RFC 9562: version, variant, time in milliseconds', () => {
  const now = Date.parse('2022-02-22T19:22:22Z')
  const uuid = generateUuid(now)
  expect(parseUuid(uuid)).toBe(uuid)
  expect(uuid).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('ids sort in the order of their time, over every carry of the clock', () => {
  const times = [0, 1, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 40, 1_790_000_000_000, 1_790_000_000_001, 2 ** 48 - 1]
  const uuids = times.map((time) => generateUuid(time))
  expect([...uuids].sort()).toEqual(uuids)
  expect(uuids.map(timeOf)).toEqual(times)
})

test('the time is now', () => {
  const before = Date.now()
  const time = timeOf(generateUuid())
  expect(time).toBeGreaterThanOrEqual(before)
  expect(time).toBeLessThanOrEqual(Date.now())
})

test('ids of one millisecond differ in 74 bits', () => {
  const uuids = Array.from({ length: 5000 }, () => generateUuid(1))
  expect(new Set(uuids).size).toBe(5000)
  const varying = Array.from(
    { length: 32 },
    (_, index) => new Set(uuids.map((uuid) => uuid.replaceAll('-', '').charAt(index))).size,
  )
  // 12 digits of time, the version, 3 random, the variant (4 of 16), 15 random.
  expect(varying).toEqual([
    ...Array.from({ length: 12 }, () => 1),
    1,
    16,
    16,
    16,
    4,
    ...Array.from({ length: 15 }, () => 16),
  ])
})
