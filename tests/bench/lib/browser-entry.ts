/** Measures one workload in a page and in its worker at once; a bundle calls it with the workload. */
import { measure, type Measured, type Runner, runnerOf } from './measure.ts'
import type { Env, Figures, Workload } from './workload.ts'

/** What the page is told to do. */
export interface Order extends Omit<Env, 'place'> {
  readonly rounds: number
  readonly seed: number
}

type Ask = { readonly order: Order } | { readonly run: string }
type Answer = { readonly names: string[] } | { readonly figures: Figures } | { readonly error: string }

/** Waits for orders: the page for the one of `window.bench`, the worker for messages of the page. */
export function serveWorkload(workload: Workload): void {
  // A worker with a name is one that a workload starts for itself.
  if (typeof document === 'undefined') return self.name === '' ? serveInWorker(workload) : undefined
  Object.assign(globalThis, { bench: async (order: Order): Promise<Measured> => runInPage(workload, order) })
}

async function runInPage(workload: Workload, order: Order): Promise<Measured> {
  const runners: Record<string, Runner> = {}
  const { rounds, seed, ...rest } = order
  if (workload.places.includes('page')) {
    const cases = await workload.cases({ ...rest, place: 'page' })
    for (const [name, one] of Object.entries(cases)) runners[`page/${name}`] = runnerOf(one)
  }
  if (workload.places.includes('worker')) {
    const ask = askWorker(new Worker('/bundle.js', { type: 'module' }))
    const { names } = (await ask({ order })) as { names: string[] }
    for (const name of names) {
      runners[`worker/${name}`] = async () => ((await ask({ run: name })) as { figures: Figures }).figures
    }
  }
  return measure(runners, rounds, seed)
}

/** One question at a time: nothing else runs in the worker while a case does. */
function askWorker(worker: Worker): (ask: Ask) => Promise<Answer> {
  return (ask) =>
    new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(`the worker failed: ${event.message}`))
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if ('error' in data) reject(new Error(data.error))
        else resolve(data)
      }
      worker.postMessage(ask)
    })
}

function serveInWorker(workload: Workload): void {
  let runners: Readonly<Record<string, Runner>> = {}
  const answer = async (ask: Ask): Promise<Answer> => {
    if ('run' in ask) {
      const runner = runners[ask.run]
      if (runner === undefined) throw new Error(`no case ${ask.run}`)
      return { figures: await runner() }
    }
    const cases = await workload.cases({ ...ask.order, place: 'worker' })
    runners = Object.fromEntries(Object.entries(cases).map(([name, one]) => [name, runnerOf(one)]))
    return { names: Object.keys(runners) }
  }
  globalThis.onmessage = ({ data }: MessageEvent<Ask>) => {
    answer(data).then(
      (result) => postMessage(result),
      (error: unknown) =>
        postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
  }
}
