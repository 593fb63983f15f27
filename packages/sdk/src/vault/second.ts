/**
 * The first thread's half of working with two: it starts the second, hands it keys and records, and does itself whatever
 * the second does not. Loaded only where an app asked for two workers.
 */
import type { Bytes } from '../assert.ts'
import type { ModelSpec } from '../format/model.ts'
import { generateExchangePair } from '../crypto/agree.ts'
import { agree, handOver } from '../keys/hand-over.ts'
import type { Done, Job, Second, SecondAnswer, SecondKeys, SecondReady, SecondRequest, Work } from './second-api.ts'
import type { Session } from './session.ts'

/** Records that the first thread has under way at once; a batch of so few never leaves it. */
const HERE = 32
/** The most records of a message, and the fewest that wait before one is sent. */
const PIECE = 32
/** What the second has to do at most for each record that the first has: it is spared what only the first can do. */
const SHARE = 1.5
/** A second thread that does not answer for so long is given up. */
const PATIENCE_MS = 5000

interface Task extends Work<Job> {
  /** Neither rejects: what comes of it goes to who asked. */
  readonly here: () => Promise<void>
  readonly there: (done: Done<Job>) => Promise<void>
}

/**
 * A second thread, started with the first batch that is large enough for two.
 *
 * Records wait in one queue. The first thread takes from its head, the second, a message at a time, from its end, until it
 * has its share. One that cannot be started, ends or does not answer is not started again before `end`.
 *
 * @param url Address of its script.
 */
export function createSecond(url: string): Second {
  const queue: Task[] = []
  let running = 0
  let thread: Thread | undefined
  let isGivenUp = false

  const next = (): void => {
    while (running < HERE && queue.length > 0) void runHere(queue.shift() as Task)
    if (queue.length < PIECE || isGivenUp) return
    thread ??= startThread(url, next, giveUp)
    while (queue.length >= PIECE && thread.load() < SHARE * (running + queue.length)) void runThere(thread, takeAlike())
  }
  const runHere = async (task: Task): Promise<void> => {
    running += 1
    await task.here()
    running -= 1
    next()
  }
  const runThere = async (to: Thread, tasks: readonly Task[]): Promise<void> => {
    const done = await to.send(tasks)
    for (const [index, task] of tasks.entries()) {
      const one = done[index]
      // Not back into the queue: what the second could not do once it is not asked for again.
      void (one === undefined ? runHere(task) : task.there(one))
    }
    next()
  }
  /** Records from the end of the queue that go into one message: of the same session and the same model. */
  const takeAlike = (): Task[] => {
    const last = queue.at(-1) as Task
    let count = 1
    for (let task = queue.at(-2); count < PIECE && isAlike(task, last); task = queue.at(-1 - count)) count += 1
    return queue.splice(-count)
  }
  const giveUp = (): void => {
    isGivenUp = true
    thread = undefined
  }
  return {
    run: <J extends Job, T>(work: Work<J>, here: () => Promise<T>, there: (done: Done<J>) => T | Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        queue.push({
          ...work,
          here: () => here().then(resolve, reject),
          there: async (done) => {
            try {
              resolve(await there(done as Done<J>))
            } catch (error) {
              reject(error as Error)
            }
          },
        })
        next()
      }),
    end() {
      thread?.end()
      thread = undefined
      isGivenUp = false
      // Keys that were in use when it ended are handed to no other one.
      for (const task of queue.splice(0)) void runHere(task)
    },
  }
}

const isAlike = (task: Task | undefined, { session, model }: Task): boolean =>
  task?.session === session && task.model === model

interface Thread {
  /** Records that it has to do; no number is smaller while it starts. */
  load(): number
  /** What became of each; nothing at all when it ends meanwhile. */
  send(tasks: readonly Task[]): Promise<SecondAnswer['done']>
  end(): void
}

/**
 * Starts the second thread.
 *
 * @param onReady Called when it listens.
 * @param onGone Called when it ends by itself or does not answer.
 */
function startThread(url: string, onReady: () => void, onGone: () => void): Thread {
  const waiting = new Map<number, (done: SecondAnswer['done']) => void>()
  let worker: Worker | undefined
  let peer: Bytes | undefined
  let load = 0
  let sent = 0
  let handing: { readonly session: Session; readonly done: Promise<void> } | undefined
  let model: ModelSpec | undefined
  const end = (): void => {
    peer = undefined
    worker?.terminate()
    for (const resolve of waiting.values()) resolve([])
  }
  const fail = (): void => {
    end()
    onGone()
  }
  try {
    worker = createWorker(url)
    worker.addEventListener('error', fail)
    worker.addEventListener('message', ({ data }: MessageEvent<SecondReady | SecondAnswer>) => {
      if ('done' in data) return waiting.get(data.number)?.(data.done)
      peer = data.publicKey
      onReady()
    })
  } catch {
    // A policy of the app, or none of the browser's threads left: the first does without.
    queueMicrotask(fail)
  }
  const handOverKeys = (session: Session): Promise<void> => {
    if (handing?.session === session) return handing.done
    const before = handing?.done
    const done = keysFor(peer as Bytes, session).then(async (keys) => {
      // One after another: what is sent next is done with the keys that were sent last.
      await before
      worker?.postMessage(keys)
    })
    handing = { session, done }
    return done
  }
  return {
    load: () => (peer === undefined ? Infinity : load),
    end,
    async send(tasks) {
      const [{ session, model: next }] = tasks as [Task]
      const number = ++sent
      const timer = setTimeout(fail, PATIENCE_MS)
      load += tasks.length
      try {
        const answered = new Promise<SecondAnswer['done']>((resolve) => waiting.set(number, resolve))
        await handOverKeys(session)
        if (handing?.session !== session) return []
        const jobs = tasks.map(({ job }) => job)
        worker?.postMessage({ number, jobs, ...(next !== model && { model: next }) } satisfies SecondRequest)
        model = next
        return await answered
      } catch {
        // A value that no message can carry.
        return []
      } finally {
        clearTimeout(timer)
        waiting.delete(number)
        load -= tasks.length
      }
    },
  }
}

/** The keys of a session for a thread with this public key, wrapped for it alone; none of them signs. */
async function keysFor(peer: Bytes, { recordKeys, accountKeys, account: { state } }: Session): Promise<SecondKeys> {
  const { account, accountKid, identity } = recordKeys
  const pair = await generateExchangePair()
  return {
    account,
    accountKid,
    identity: { signingPublic: identity.signingPublic, writer: identity.writer },
    handed: await handOver(await agree(pair, peer, 'wrapKey'), accountKeys, state),
    publicKey: pair.publicKey,
  }
}

interface Policy {
  createScriptURL(url: string): string
}

let policy: Policy | undefined

/** Trusted Types are a matter of each thread, so this one has its own policy of the name that the app allows the SDK. */
function createWorker(url: string): Worker {
  const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }
  policy ??= trustedTypes?.createPolicy('lockstitch', { createScriptURL: (address) => address })
  return new Worker(policy?.createScriptURL(url) ?? url, { type: 'module' })
}
