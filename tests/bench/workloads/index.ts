/** Every workload, in the order of the report. */
import type { Workload } from '../lib/workload.ts'
import { workload as fields } from './fields.ts'

export const WORKLOADS: readonly Workload[] = [fields]
