/** Every workload, in the order of the report. */
import type { Workload } from '../lib/workload.ts'
import { workload as account } from './account.ts'
import { workload as bundles } from './bundles.ts'
import { workload as call } from './call.ts'
import { workload as convert } from './convert.ts'
import { workload as fields } from './fields.ts'
import { workload as fileMemory } from './file-memory.ts'
import { workload as files } from './files.ts'
import { workload as frames } from './frames.ts'
import { workload as rows } from './rows.ts'
import { workload as scale } from './scale.ts'
import { workload as seeds } from './seeds.ts'
import { workload as unlock } from './unlock.ts'
import { workload as verify } from './verify.ts'
import { workload as workers } from './workers.ts'

export const WORKLOADS: readonly Workload[] = [
  fields,
  workers,
  files,
  fileMemory,
  call,
  seeds,
  unlock,
  frames,
  bundles,
  verify,
  convert,
  scale,
  account,
  rows,
]
