/** Errors across the boundary: comlink would drop their class and code, so both sides register this handler. */
import { type TransferHandler, transferHandlers } from 'comlink'
import { fromWireError, toWireError, type WireError } from '../errors.ts'
import type { ItemResult } from '../vault/api.ts'

/** Makes every error that crosses a {@link LockstitchError} with its code. Called once by each side. */
export function registerErrorHandler(): void {
  const original = transferHandlers.get('throw') as TransferHandler<unknown, unknown>
  transferHandlers.set('throw', {
    canHandle: (value): value is unknown => original.canHandle(value),
    serialize: (thrown) => [toWireError((thrown as { value: unknown }).value), []],
    deserialize(wire): never {
      throw fromWireError(wire)
    },
  })
}

type WireItem =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly id?: string; readonly error: WireError }

/** A result with its item errors as plain data. */
export function toWireResult(result: unknown): unknown {
  return mapItems(result, (item) => (item.ok ? item : { ...item, error: toWireError(item.error) }))
}

/** The result with its item errors as errors again. */
export function fromWireResult(result: unknown): unknown {
  return mapItems(result, (item) => (item.ok ? item : { ...item, error: fromWireError(item.error) }))
}

/** Items stand in an array, or in the `items` of a page. */
function mapItems(result: unknown, map: (item: ItemResult<unknown> | WireItem) => unknown): unknown {
  if (Array.isArray(result)) return result.map((item: unknown) => (isItem(item) ? map(item) : item))
  if (typeof result === 'object' && result !== null && 'items' in result && Array.isArray(result.items)) {
    return { ...result, items: mapItems(result.items, map) }
  }
  return result
}

function isItem(value: unknown): value is ItemResult<unknown> {
  return typeof value === 'object' && value !== null && 'ok' in value
}
