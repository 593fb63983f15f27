import { cavpVectors } from './suites/cavp.ts'
import { browserFiles } from './support/browser-files.ts'

cavpVectors('chromium', browserFiles)
