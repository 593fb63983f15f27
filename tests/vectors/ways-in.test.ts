import { waysInVectors } from './suites/ways-in.ts'

waysInVectors()
