import { ownVectors } from './suites/own-vectors.ts'

ownVectors()
