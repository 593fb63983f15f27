/** What a workload is: cases that are measured side by side, and the ratios that are read from them. */

/**
 * Where a case runs: `node` is Node's only thread, `page` the main thread of a page in Chromium, `worker` a dedicated worker
 * of that page. The cases of `page` and `worker` are measured in one run, those of `node` in a run of their own.
 */
export type Place = 'node' | 'page' | 'worker'

/** Figures of one run by name. */
export type Figures = Readonly<Record<string, number>>

/** One thing that is measured. */
export interface Case {
  /** Units that one run does: its time is divided by them. 0 for what has no time. */
  readonly units: number
  /** Runs before each run and is not measured. */
  readonly prepare?: () => unknown
  /** The measured work. What it gives are figures of its own, beside its `time`. */
  readonly run: () => Promise<Figures | void> | Figures | void
}

/** One ratio of two medians of the same run, and what it should be. */
export interface Ratio {
  /** What is divided, as `place/case`. */
  readonly of: string
  /** What it is divided by; of several, the one with the least median. */
  readonly to: readonly string[]
  /** The figure that is compared; `time` unless said. */
  readonly figure?: string
  /** `quotient` (default) divides; `difference` subtracts, for figures that can be zero. */
  readonly by?: 'quotient' | 'difference'
  /** Which part of the samples is compared; `median` unless said. */
  readonly part?: 'median' | 'p90'
  readonly atMost?: number
  readonly atLeast?: number
}

/** What the environment gives the cases. */
export interface Env {
  readonly place: Place
  /** Address of the backend; see `backend.ts`. */
  readonly backendUrl: string
  /** True for `--quick`: less of everything, for looking whether it runs. */
  readonly quick: boolean
  /** True for `--large`: also what takes minutes to set up. */
  readonly large: boolean
}

/** A workload. Everything about it stands in its own file. */
export interface Workload {
  readonly name: string
  readonly title: string
  /** What was measured and how, for the report. */
  readonly about: string
  /** What the time is divided by: `field`, `record`, `call`. */
  readonly unit: string
  readonly places: readonly Place[]
  /** Rounds, where it needs other than the usual number. */
  readonly rounds?: number
  cases(env: Env): Promise<Readonly<Record<string, Case>>>
  readonly ratios: Readonly<Record<string, Ratio>>
}
