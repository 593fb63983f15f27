import { hostileVectors } from './suites/hostile.ts'

hostileVectors()
