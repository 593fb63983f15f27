import { officialVectors } from './suites/official.ts'

officialVectors()
