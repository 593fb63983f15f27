/** `--check`: whether the ratios of a run are what is committed. */
import { shortfall, type WorkloadFigures } from './figures.ts'
import type { Workload } from './workload.ts'

/** A target that is not met: what is reached, and why. Beside the workloads in `misses.json`, by workload and ratio. */
export type Misses = Readonly<
  Record<string, Readonly<Record<string, { readonly reached: number; readonly why: string }>>>
>

/** How much worse than committed a ratio may be. */
export const ALLOWED_FALL = 0.15

/**
 * What is wrong with a run: a workload that is missing or read nothing, a ratio that could not be read, one that is more than
 * 15 % worse than its target, or than what is reached where the target is known to be missed.
 */
export function problemsOfRun(
  workloads: readonly Pick<Workload, 'name' | 'ratios'>[],
  figures: Readonly<Record<string, Pick<WorkloadFigures, 'ratios'> | undefined>>,
  misses: Misses,
): string[] {
  if (workloads.length === 0) return ['there is no workload']
  return workloads.flatMap(({ name, ratios }) => {
    const read = figures[name]?.ratios ?? {}
    if (Object.keys(read).length === 0) return [`${name}: read nothing`]
    return Object.keys(ratios).flatMap((id) => {
      const figure = read[id]
      const label = `${name}: ${id}`
      if (figure === undefined || !Number.isFinite(figure.value)) return [`${label} was not read`]
      const { atMost, atLeast } = committed(figure, misses[name]?.[id]?.reached)
      const fall = shortfall(figure.value, {
        ...(atMost === undefined ? {} : { atMost }),
        ...(atLeast === undefined ? {} : { atLeast }),
      })
      if (fall <= ALLOWED_FALL) return []
      const wanted = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`
      return [`${label} is ${figure.value.toFixed(2)}, ${Math.round(fall * 100)} % worse than ${wanted}`]
    })
  })
}

/** The target, or what is reached where that is less. */
function committed(
  { atMost, atLeast }: { readonly atMost?: number; readonly atLeast?: number },
  reached: number | undefined,
): { atMost?: number | undefined; atLeast?: number | undefined } {
  if (reached === undefined) return { atMost, atLeast }
  return {
    atMost: atMost === undefined ? undefined : Math.max(atMost, reached),
    atLeast: atLeast === undefined ? undefined : Math.min(atLeast, reached),
  }
}
