import { LockstitchError } from '../errors.ts'
import type { Model } from '../schema/types.ts'
import type { ItemResult } from '../vault/api.ts'

type RunMany<T, R> = (model: Model, items: readonly T[]) => Promise<readonly ItemResult<R>[]>

interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (value: R) => void
  readonly reject: (error: unknown) => void
}

/** A call for one item. Calls that are made in one microtask, for one model, go to the worker as one message. */
export function coalesce<T, R>(runMany: RunMany<T, R>): (model: Model, item: T) => Promise<R> {
  const queues = new Map<Model, Waiting<T, R>[]>()
  const flush = async (model: Model): Promise<void> => {
    const queue = queues.get(model) ?? []
    queues.delete(model)
    try {
      const results = await runMany(
        model,
        queue.map(({ item }) => item),
      )
      for (const [index, { resolve, reject }] of queue.entries()) {
        const result = results[index] as ItemResult<R>
        if (result.ok) resolve(result.value)
        else reject(result.error)
      }
    } catch (error) {
      for (const { reject } of queue) reject(error)
    }
  }
  return (model, item) =>
    new Promise<R>((resolve, reject) => {
      const queue = queues.get(model)
      if (queue !== undefined) return void queue.push({ item, resolve, reject })
      queues.set(model, [{ item, resolve, reject }])
      queueMicrotask(() => void flush(model))
    })
}

type Single<V> = (
  model: Model,
  item: unknown,
  callOptions: object | undefined,
  coalesced: (model: Model, item: unknown) => Promise<unknown>,
  alone: (vault: V, items: readonly unknown[]) => Promise<readonly ItemResult<unknown>[]>,
) => Promise<unknown>

/** Calls for one item: coalesced, unless they have options. One that can be aborted travels alone, so that aborting it aborts nothing else. */
export function singles<V>(connected: () => Promise<V>): Single<V> {
  return async (model, item, callOptions, coalesced, alone) => {
    if (callOptions === undefined) return coalesced(model, item)
    const [result] = await alone(await connected(), [item])
    if (result?.ok === true) return result.value
    throw result?.error ?? new LockstitchError('ERR_INTERNAL')
  }
}
