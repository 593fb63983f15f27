import { afterEach, beforeEach, expect, test, vi } from 'vitest'

let randomBytes: (length: number) => Uint8Array
const fills: Uint8Array[] = []

/** A fresh module has a fresh pool; what fills it is counted, so that every byte says which one it is. */
beforeEach(async () => {
  fills.length = 0
  let next = 0
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    const bytes = array as unknown as Uint8Array
    for (let i = 0; i < bytes.length; i++) bytes[i] = 1 + (next++ % 255)
    fills.push(bytes)
    return array
  })
  vi.resetModules()
  ;({ randomBytes } = await import('../../../packages/sdk/src/crypto/random.ts'))
})

afterEach(() => {
  vi.restoreAllMocks()
})

test('hands out each byte of getRandomValues once, and nothing else', () => {
  expect([...randomBytes(3)]).toEqual([1, 2, 3])
  expect([...randomBytes(2)]).toEqual([4, 5])
  expect(fills.length).toBe(1)
})

test('wipes from the pool what it handed out', () => {
  const bytes = randomBytes(40)
  const [pool] = fills
  expect(pool?.slice(0, 40).every((byte) => byte === 0)).toBe(true)
  expect(pool?.[40]).toBe(41)
  expect(bytes.every((byte) => byte !== 0)).toBe(true)
})

test('what was handed out is a copy of its own', () => {
  const first = randomBytes(4)
  first.fill(9)
  randomBytes(4096)
  expect([...first]).toEqual([9, 9, 9, 9])
})

test('fills the pool again before it would run dry, and never gives a wiped byte', () => {
  for (let i = 0; i < 2000; i++) {
    const bytes = randomBytes(12)
    expect(bytes.length).toBe(12)
    expect(bytes.includes(0)).toBe(false)
  }
  expect(fills.length).toBe(Math.ceil(2000 / Math.floor(4096 / 12)))
})

test('at most a pool at once, whole', () => {
  expect(randomBytes(4096).includes(0)).toBe(false)
  expect(() => randomBytes(4097)).toThrow(RangeError)
  expect(randomBytes(0).length).toBe(0)
})
