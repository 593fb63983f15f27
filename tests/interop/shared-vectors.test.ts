import { sharedVectors } from './suites/shared-vectors.ts'
import { isCi, readShared } from './support/read-shared.ts'

sharedVectors(readShared(), isCi)
