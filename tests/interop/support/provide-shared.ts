/** Hands the files beside the repository to the browser, which cannot read them. */
import type { TestProject } from 'vitest/node'
import { isCi, readShared } from './read-shared.ts'
import type { SharedTexts } from './shared-files.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    interopShared: { texts: SharedTexts; required: boolean }
  }
}

/** Runs before the browser's tests. */
export default function setup(project: TestProject): void {
  project.provide('interopShared', { texts: readShared(), required: isCi })
}
