/** Measures cases side by side: every round runs each of them once, in an order of its own. */
import { seededRandom, shuffled, summarize, type Summary } from './stats.ts'
import type { Case, Figures } from './workload.ts'

/** The figures of every case, by case and figure. */
export type Measured = Readonly<Record<string, Readonly<Record<string, Summary>>>>

/** Runs a case once and gives its figures. */
export type Runner = () => Promise<Figures>

const WARM_UP_ROUNDS = 2

/** The runner of a case in this very thread; `time` is in microseconds a unit; without units there is none. */
export function runnerOf({ units, prepare, run }: Case): Runner {
  return async () => {
    await prepare?.()
    ;(globalThis as { gc?: () => void }).gc?.()
    const started = performance.now()
    const figures = await run()
    const time = ((performance.now() - started) * 1000) / units
    return units === 0 ? { ...figures } : { time, ...figures }
  }
}

/** Rounds of all runners, the first ones not counted. */
export async function measure(
  runners: Readonly<Record<string, Runner>>,
  rounds: number,
  seed: number,
): Promise<Measured> {
  const random = seededRandom(seed)
  const samples = new Map<string, Map<string, number[]>>()
  const warmUp = rounds > 1 ? WARM_UP_ROUNDS : 0
  for (let round = -warmUp; round < rounds; round++) {
    for (const [name, runner] of shuffled(Object.entries(runners), random)) {
      const figures = await runner()
      if (round < 0) continue
      const known = samples.get(name) ?? new Map<string, number[]>()
      samples.set(name, known)
      for (const [figure, value] of Object.entries(figures)) known.set(figure, [...(known.get(figure) ?? []), value])
    }
  }
  return Object.fromEntries(
    Object.keys(runners).map((name) => [
      name,
      Object.fromEntries([...(samples.get(name) ?? [])].map(([figure, values]) => [figure, summarize(values)])),
    ]),
  )
}

/** Runs `work` for 0 to `count - 1` with at most `limit` of them under way. */
export async function inFlight(limit: number, count: number, work: (index: number) => unknown): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: Math.min(limit, count) }, lane))
}
