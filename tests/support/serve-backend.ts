/** Starts the backend for the browser's tests and tells them where it is. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    backendUrl: string
  }
}

/** Runs before the browser's tests; what it gives back runs after them. */
export default async function setup(project: TestProject): Promise<() => void> {
  const script = join(import.meta.dirname, 'backend-server.ts')
  const child = spawn(
    process.execPath,
    ['--conditions=@lockstitch/source', '--disable-warning=ExperimentalWarning', script],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  project.provide('backendUrl', `http://127.0.0.1:${port.toString().trim()}`)
  return () => void child.kill()
}
