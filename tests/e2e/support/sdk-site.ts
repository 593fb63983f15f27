/** The site of `escrow-site.ts` in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Starts the site on a free port. */
export async function startSdkSite(): Promise<{ readonly url: string; stop(): void }> {
  const script = join(import.meta.dirname, 'escrow-site.ts')
  const flags = ['--conditions=@lockstitch/source', '--disable-warning=ExperimentalWarning']
  const site = spawn(process.execPath, [...flags, script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(site.stdout as NonNullable<ChildProcess['stdout']>, 'data')) as [Buffer]
  return { url: `http://localhost:${port.toString().trim()}`, stop: () => void site.kill() }
}
