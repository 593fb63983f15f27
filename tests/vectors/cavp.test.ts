import { cavpVectors } from './suites/cavp.ts'
import { cavpFiles } from './support/node-files.ts'

cavpVectors('node', cavpFiles)
