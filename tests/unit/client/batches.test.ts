import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { inBatches } from '../../../packages/sdk/src/client/batches.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Chunks that a vault gets which takes so many milliseconds an item, and when progress was told. */
async function play(items: number, msPerItem: number, isEven = true) {
  const sizes: number[] = []
  const told: number[] = []
  let busyUntil = 0
  const run = async (chunk: readonly number[]): Promise<{ ok: true; value: number }[]> => {
    sizes.push(chunk.length)
    busyUntil = Math.max(busyUntil, performance.now()) + chunk.length * msPerItem
    await new Promise((resolve) => setTimeout(resolve, busyUntil - performance.now()))
    return chunk.map((value) => ({ ok: true, value }))
  }
  const numbers = Array.from({ length: items }, (_, index) => index)
  const collecting = (async () => {
    const values: number[] = []
    const onProgress = (): void => void told.push(performance.now())
    for await (const item of inBatches(numbers, run, { onProgress }, isEven)) values.push(item.ok ? item.value : -1)
    return values
  })()
  await vi.runAllTimersAsync()
  expect(await collecting).toEqual(numbers)
  return { sizes, gaps: told.map((time, index) => time - (told[index - 1] ?? time)) }
}

test('chunks grow to what a fast worker can take, and no further', async () => {
  const { sizes } = await play(2000, 0.02)
  expect(sizes[0]).toBe(64)
  expect(sizes.slice(3, -1).every((size) => size === 256)).toBe(true)
})

test('chunks shrink on a slow one, so that progress comes at least every tenth of a second', async () => {
  const { sizes, gaps } = await play(600, 2)
  expect(Math.min(...sizes.slice(2, -1))).toBeLessThan(32)
  expect(Math.max(...gaps.slice(3))).toBeLessThanOrEqual(100)
})

test('never fewer than 16, however slow it is', async () => {
  const { sizes } = await play(300, 50)
  expect(new Set(sizes.slice(2, -1))).toEqual(new Set([16]))
})

test('where a chunk is a request it has as many as there may be', async () => {
  expect((await play(600, 5, false)).sizes).toEqual([256, 256, 88])
})
