/** What is in a page's memory and in that of its worker, as a thief of the machine with a debugger would see it. */
import type { Page } from '@playwright/test'

/** A debugger on one thread. */
export interface Thread {
  send(method: string, params?: object): Promise<Record<string, unknown>>
  on(method: string, listener: (params: Record<string, unknown>) => void): void
}

/** A debugger on the page. */
export async function pageThread(page: Page): Promise<Thread> {
  const session = await page.context().newCDPSession(page)
  return {
    send: (method, params = {}) => session.send(method as 'Page.enable', params as never) as never,
    on: (method, listener) => void session.on(method as 'Page.loadEventFired', listener as never),
  }
}

/** A debugger on the page's one dedicated worker. */
export async function workerThread(page: Page): Promise<Thread> {
  return workerOf(await pageThread(page))
}

/** A debugger on the one dedicated worker that a thread has started, or will start. */
export async function workerOf(thread: Thread): Promise<Thread> {
  const attached = new Promise<string>((resolve) => {
    thread.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if ((targetInfo as { type: string }).type === 'worker') resolve(sessionId as string)
    })
  })
  await thread.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false })
  return nested(thread, await attached)
}

interface Answer {
  readonly result?: object
  readonly error?: object
}

/** A thread behind another's session: messages travel as text. */
function nested(parent: Thread, sessionId: string): Thread {
  const waiting = new Map<number, (message: Answer) => void>()
  const listeners = new Map<string, (params: Record<string, unknown>) => void>()
  let last = 0
  parent.on('Target.receivedMessageFromTarget', ({ sessionId: from, message: text }) => {
    if (from !== sessionId) return
    const message = JSON.parse(text as string) as {
      id?: number
      method?: string
      params?: Record<string, unknown>
    } & Answer
    if (message.id !== undefined) waiting.get(message.id)?.(message)
    else listeners.get(message.method ?? '')?.(message.params ?? {})
  })
  return {
    async send(method, params = {}) {
      const id = ++last
      const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve))
      await parent.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) })
      const { result, error } = await answer
      if (error !== undefined) throw new Error(`${method} failed: ${JSON.stringify(error)}`)
      return result as Record<string, unknown>
    },
    on: (method, listener) => void listeners.set(method, listener),
  }
}

/** A heap snapshot, after a collection of garbage: every string that is reachable stands in it. */
export async function heapOf(thread: Thread): Promise<string> {
  const chunks: string[] = []
  thread.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk as string))
  await thread.send('HeapProfiler.collectGarbage')
  await thread.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  return chunks.join('')
}

/** How many CryptoKeys live in a thread. */
export async function countKeys(thread: Thread): Promise<number> {
  const { result: prototype } = await thread.send('Runtime.evaluate', { expression: 'CryptoKey.prototype' })
  const { objectId } = prototype as { objectId: string }
  const { objects } = await thread.send('Runtime.queryObjects', { prototypeObjectId: objectId })
  const { result } = await thread.send('Runtime.callFunctionOn', {
    objectId: (objects as { objectId: string }).objectId,
    functionDeclaration: 'function () { return this.length }',
    returnByValue: true,
  })
  return (result as { value: number }).value
}
