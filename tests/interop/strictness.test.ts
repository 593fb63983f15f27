import { strictness } from './suites/strictness/index.ts'

strictness()
