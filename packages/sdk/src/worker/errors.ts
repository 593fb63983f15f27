/** Errors across the boundary: comlink would drop their class and code, so both sides register this handler. */
import { type TransferHandler, transferHandlers } from 'comlink'
import { fromWireError, toWireError, type WireError } from '../errors.ts'
import type { ItemResult, ListPage } from '../vault/api.ts'
import type { VaultMethod } from './api.ts'

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

/** Methods whose results are items; the values of every other one are the app's own and are not looked into. */
const ITEM_METHODS: ReadonlySet<VaultMethod> = new Set(['sealMany', 'openMany', 'saveMany', 'listPage'])

/** The result of a method with its item errors as plain data. */
export function toWireResult(method: VaultMethod, result: unknown): unknown {
  return mapItems(method, result, (item) => (item.ok ? item : { ...item, error: toWireError(item.error) }))
}

/** The result of a method with its item errors as errors again. */
export function fromWireResult(method: VaultMethod, result: unknown): unknown {
  return mapItems(method, result, (item) => (item.ok ? item : { ...item, error: fromWireError(item.error) }))
}

/** Items stand in an array, or in the `items` of a page. */
function mapItems(
  method: VaultMethod,
  result: unknown,
  map: (item: ItemResult<unknown> | WireItem) => unknown,
): unknown {
  if (!ITEM_METHODS.has(method)) return result
  const mapAll = (items: unknown): unknown[] => (items as (ItemResult<unknown> | WireItem)[]).map(map)
  return Array.isArray(result)
    ? mapAll(result)
    : { ...(result as object), items: mapAll((result as ListPage<never>).items) }
}
