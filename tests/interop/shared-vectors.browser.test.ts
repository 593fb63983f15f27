import { inject } from 'vitest'
import { sharedVectors } from './suites/shared-vectors.ts'

const { texts, required } = inject('interopShared')
sharedVectors(texts, required)
