/** Measures one workload in this process, which has run nothing before. Started by `run.ts`; answers over its channel. */
import { WORKLOADS } from '../workloads/index.ts'
import type { Order } from './browser-entry.ts'
import { measure, runnerOf } from './measure.ts'

process.once('message', ({ name, order }: { name: string; order: Order }) => {
  void (async () => {
    const workload = WORKLOADS.find((one) => one.name === name)
    if (workload === undefined) throw new Error(`no workload ${name}`)
    const { rounds, seed, ...rest } = order
    const cases = await workload.cases({ ...rest, place: 'node' })
    const runners = Object.entries(cases).map(([key, one]) => [`node/${key}`, runnerOf(one)] as const)
    const measured = await measure(Object.fromEntries(runners), rounds, seed)
    process.send?.(measured, () => process.exit(0))
  })()
})
