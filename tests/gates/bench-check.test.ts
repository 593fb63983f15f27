import { expect, test } from 'vitest'
import { problemsOfRun } from '../bench/lib/check.ts'
import { ratiosOf, type RatioFigure } from '../bench/lib/figures.ts'
import { measure, runnerOf } from '../bench/lib/measure.ts'
import { insertFigures } from '../bench/lib/report.ts'
import { seededRandom, shuffled, summarize } from '../bench/lib/stats.ts'
import type { Ratio } from '../bench/lib/workload.ts'

const ratios: Record<string, Ratio> = {
  limit: { of: 'node/ours', to: ['node/raw'], atMost: 2 },
  peer: { of: 'node/peer', to: ['node/ours'], atLeast: 10 },
}
const workload = { name: 'w', ratios }
const read = (limit: number, peer: number): Record<string, { ratios: Record<string, RatioFigure> }> => ({
  w: {
    ratios: { limit: { value: limit, to: 'node/raw', atMost: 2 }, peer: { value: peer, to: 'node/ours', atLeast: 10 } },
  },
})
const figure = (median: number): { time: ReturnType<typeof summarize> } => ({ time: summarize([median]) })

test('passes a run that is at most 15 % worse than its targets', () => {
  expect(problemsOfRun([workload], read(2.29, 8.6), {})).toEqual([])
})

test('fails a ratio that fell by more than 15 %, in both directions', () => {
  expect(problemsOfRun([workload], read(2.31, 10), {})).toEqual(['w: limit is 2.31, 16 % worse than at most 2'])
  expect(problemsOfRun([workload], read(2, 8.4), {})).toEqual(['w: peer is 8.40, 16 % worse than at least 10'])
})

test('compares a known miss with what is reached, and still fails when that falls', () => {
  const misses = { w: { limit: { reached: 3, why: 'reason' }, peer: { reached: 5, why: 'reason' } } }
  expect(problemsOfRun([workload], read(3.4, 4.3), misses)).toEqual([])
  expect(problemsOfRun([workload], read(3.5, 4.2), misses)).toHaveLength(2)
})

test('a miss that is written down never makes a target harder', () => {
  const misses = { w: { limit: { reached: 1, why: 'reason' }, peer: { reached: 90, why: 'reason' } } }
  expect(problemsOfRun([workload], read(2, 10), misses)).toEqual([])
})

test('a run that read nothing has failed', () => {
  expect(problemsOfRun([], {}, {})).toEqual(['there is no workload'])
  expect(problemsOfRun([workload], {}, {})).toEqual(['w: read nothing'])
  expect(problemsOfRun([workload], { w: { ratios: {} } }, {})).toEqual(['w: read nothing'])
})

test('a ratio that was not read has failed', () => {
  const { limit } = read(2, 10)['w']?.ratios ?? {}
  expect(problemsOfRun([workload], { w: { ratios: { limit: limit as RatioFigure } } }, {})).toEqual([
    'w: peer was not read',
  ])
  expect(problemsOfRun([workload], read(Number.NaN, 10), {})).toEqual(['w: limit was not read'])
})

test('reads ratios of medians, against the fastest of several limits, and none where a case is missing', () => {
  const of = (to: string[]): Record<string, RatioFigure> =>
    ratiosOf({ ratios: { r: { of: 'a', to } } }, { a: figure(6), b: figure(3), c: figure(2) })
  expect(of(['b', 'c'])['r']).toEqual({ value: 3, to: 'c' })
  expect(of(['b', 'missing'])['r']).toEqual({ value: 2, to: 'b' })
  expect(of(['missing'])).toEqual({})
})

test('measures every case in every round, in an order of its own, and keeps what the cases give', async () => {
  const order: string[] = []
  const one = (name: string) => runnerOf({ units: 2, run: () => (order.push(name), { calls: order.length }) })
  const measured = await measure({ a: one('a'), b: one('b'), c: one('c') }, 8, 1)
  expect(measured['a']?.['time']?.samples).toBe(8)
  expect(measured['b']?.['calls']?.median).toBeGreaterThan(0)
  const rounds = Array.from({ length: 10 }, (_, round) => order.slice(round * 3, round * 3 + 3).join(''))
  expect(new Set(rounds).size).toBeGreaterThan(1)
  expect(rounds.map((round) => [...round].sort().join(''))).toEqual(Array(10).fill('abc'))
})

test('percentiles lie between the samples, and chance repeats itself for one seed', () => {
  expect(summarize([4, 1, 3, 2])).toEqual({ median: 2.5, p10: 1.3, p90: 3.7, samples: 4 })
  const items = 'abcdefgh'.split('')
  expect(shuffled(items, seededRandom(7))).toEqual(shuffled(items, seededRandom(7)))
  expect(shuffled(items, seededRandom(7))).not.toEqual(items)
})

test('writes figures between the markers only', () => {
  const document = insertFigures(
    'before <!-- figures: written by "pnpm bench" -->old<!-- end of figures --> after',
    'new',
  )
  expect(document).toMatch(/^before .*\n\nnew\n<!-- end of figures --> after$/s)
  expect(document).not.toContain('old')
  expect(() => insertFigures('no markers', 'new')).toThrow('no markers')
})
