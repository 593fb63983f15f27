import { wycheproofVectors } from './suites/wycheproof.ts'
import { wycheproofFiles } from './support/node-files.ts'

wycheproofVectors('node', wycheproofFiles)
