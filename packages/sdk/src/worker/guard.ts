/**
 * What comlink's `expose` lets the other side do is far more than to call methods: read and write any property along any
 * path, construct, and so run code here. This endpoint lets through one thing: a call of a listed method, by its name
 * alone, with plain arguments.
 */
import type { Endpoint } from 'comlink'
import { toWireError, LockstitchError } from '../errors.ts'

interface CallMessage {
  readonly id: string
  readonly type: 'APPLY'
  readonly path: readonly [string]
  readonly argumentList: readonly { readonly type: 'RAW' }[]
}

/** The port, deaf to everything but calls of `methods`. Anything else is answered with `ERR_WORKER_METHOD`. */
export function guardEndpoint(port: MessagePort, methods: readonly string[]): Endpoint {
  const guarded = new WeakMap<object, (event: Event) => void>()
  return {
    addEventListener(type, listener) {
      const forward = (event: Event): void => {
        const { data } = event as MessageEvent<unknown>
        if (!isCall(data, methods)) return refuse(port, data)
        if (typeof listener === 'function') listener(event)
        else listener.handleEvent(event)
      }
      guarded.set(listener, forward)
      port.addEventListener(type, forward)
    },
    removeEventListener(type, listener) {
      const forward = guarded.get(listener)
      if (forward !== undefined) port.removeEventListener(type, forward)
    },
    postMessage: (message, transfer) => port.postMessage(message, transfer ?? []),
    start: () => port.start(),
  }
}

function isCall(data: unknown, methods: readonly string[]): data is CallMessage {
  const { id, type, path, argumentList } = (data ?? {}) as { [K in keyof CallMessage]?: unknown }
  return (
    typeof id === 'string' &&
    type === 'APPLY' &&
    Array.isArray(path) &&
    path.length === 1 &&
    methods.includes(path[0] as string) &&
    Array.isArray(argumentList) &&
    argumentList.every((argument) => (argument as { type?: unknown } | null)?.type === 'RAW')
  )
}

/** Answers the way comlink would answer a call that throws, so that the other side does not wait for ever. */
function refuse(port: MessagePort, data: unknown): void {
  const { id } = (data ?? {}) as { id?: unknown }
  if (typeof id !== 'string') return
  port.postMessage({ id, type: 'HANDLER', name: 'throw', value: toWireError(new LockstitchError('ERR_WORKER_METHOD')) })
}
