import { wycheproofVectors } from './suites/wycheproof.ts'
import { browserFiles } from './support/browser-files.ts'

wycheproofVectors('chromium', browserFiles)
