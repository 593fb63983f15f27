/** What is not measured yet, and what it should reach. The report says so. */

/** A workload that does not exist. */
export interface NotBuilt {
  readonly title: string
  readonly targets: readonly string[]
}

export const NOT_BUILT: readonly NotBuilt[] = [
  {
    title: 'Files with two workers: not built, since raw calls gave 1.18 x with two',
    targets: ['one worker / two workers, for files: >= 1.3 x'],
  },
]
