/** What a run of a workload left, and the ratios that are read from it. */
import type { Measured } from './measure.ts'
import type { Ratio, Workload } from './workload.ts'

/** What `docs/benchmarks.json` keeps of a workload. */
export interface WorkloadFigures {
  readonly title: string
  readonly about: string
  readonly unit: string
  /** ISO 8601. */
  readonly measured: string
  readonly rounds: number
  /** Load average of the machine at the end: what else it did. */
  readonly load?: number
  readonly seed: number
  /** By `place/case`, then by figure; `time` is in microseconds a unit. */
  readonly cases: Measured
  readonly ratios: Readonly<Record<string, RatioFigure>>
}

/** One ratio as it was read. */
export interface RatioFigure {
  readonly value: number
  readonly atMost?: number
  readonly atLeast?: number
  /** `place/case` of what it was divided by. */
  readonly to: string
  readonly difference?: true
}

/** Every ratio of a workload whose cases were measured. */
export function ratiosOf({ ratios }: Pick<Workload, 'ratios'>, cases: Measured): Record<string, RatioFigure> {
  const read: Record<string, RatioFigure> = {}
  for (const [id, ratio] of Object.entries(ratios)) {
    const figure = ratioOf(ratio, cases)
    if (figure !== undefined) read[id] = figure
  }
  return read
}

function ratioOf(ratio: Ratio, cases: Measured): RatioFigure | undefined {
  const { of, to, figure = 'time', part = 'median', by = 'quotient', atMost, atLeast } = ratio
  const read = (name: string): number => cases[name]?.[figure]?.[part] ?? Number.NaN
  const [best] = to.filter((name) => !Number.isNaN(read(name))).sort((a, b) => read(a) - read(b))
  if (best === undefined || Number.isNaN(read(of))) return undefined
  return {
    // A difference of equal times would otherwise be a rest of their rounding.
    value: by === 'quotient' ? read(of) / read(best) : Math.round((read(of) - read(best)) * 1000) / 1000,
    to: best,
    ...(atMost === undefined ? {} : { atMost }),
    ...(atLeast === undefined ? {} : { atLeast }),
    ...(by === 'difference' ? { difference: true } : {}),
  }
}

/** How far a value is past a bound, as a part of the bound; 0 or less when it is met. */
export function shortfall(value: number, { atMost, atLeast }: { atMost?: number; atLeast?: number }): number {
  if (atMost !== undefined) return atMost === 0 ? value : value / atMost - 1
  if (atLeast !== undefined) return 1 - value / atLeast
  return 0
}
