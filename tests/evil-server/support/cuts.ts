/** Cuts a flow at every place where it meets the world, by every fault there is. */
import { afterAll, expect, test } from 'vitest'
import { type ErrorCode, managed, type Managed } from '@lockstitch/sdk'
import type { ModelSpec } from '@lockstitch/sdk/format'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  type Fault,
  NETWORK_FAULTS,
  type Outcome,
  placesOf,
  prepareFaults,
  type Process,
  startProcess,
  STORAGE_FAULTS,
} from './faults.ts'
import { expectTyped } from './oracles.ts'

/** A flow with one fault in it, or with none; gives the process in which it ran. */
export type Cut = (fault: Fault | undefined) => Promise<Process>

/** What the tests of one file take place in. */
export interface FaultStage {
  readonly backend: Backend
  /** A process on a database, whose name is also that of its cookie jar. */
  readonly start: (database: string) => Process
  /** The name of a database that nobody has. */
  readonly fresh: () => string
}

/** Codes that a fault may show itself by in any flow. */
export const FAULT_CODES: readonly ErrorCode[] = [
  'ERR_OFFLINE',
  'ERR_PROTOCOL',
  'ERR_SERVER',
  'ERR_SESSION',
  'ERR_STORAGE_LOST',
  'ERR_STORAGE_QUOTA',
]
const KINDS = [
  ...NETWORK_FAULTS.map((kind) => ({ kind, on: 'request' as const })),
  ...STORAGE_FAULTS.map((kind) => ({ kind, on: 'transaction' as const })),
]

/** Sets up a server and what faults need of the platform; call it once, at the top of a file. */
export async function openFaultStage(name: string, models?: readonly ModelSpec[]): Promise<FaultStage> {
  prepareFaults()
  const backend = await createBackend(models)
  afterAll(() => backend.close())
  let count = 0
  return {
    backend,
    start: (database) => startProcess((device) => ({ send: (request) => backend.send(device, request) }), database),
    fresh: () => `${name}-${++count}`,
  }
}

/** The calls that manage an account, of a process. */
export function callsOf({ vault }: Pick<Process, 'vault'>): Managed {
  return managed(async (...call) => vault.manage(...call))
}

/** What the call gave, unless the process died or the call failed with a code that a fault may show itself by. */
export function valueOf<T>(outcome: Outcome<T>, ...more: readonly ErrorCode[]): T | undefined {
  if (outcome === 'dead') return undefined
  if ('value' in outcome) return outcome.value
  expectTyped(outcome.error, [...FAULT_CODES, ...more])
  return undefined
}

/**
 * One test for each kind of fault: it happens at every request, or at every transaction, of the flow.
 *
 * @param prepare Gives what cuts the flow, in each test anew.
 * @param how At how many places of each kind at least; and what the flow does with the device's storage, which is checked too.
 */
export function testCuts(
  prepare: () => Cut | Promise<Cut>,
  how: { readonly least?: number; readonly storage?: 'unused' | 'read' | 'written' } = {},
): void {
  const { least = 1, storage = 'written' } = how
  test.each(KINDS)('$kind, at every $on', { timeout: 120_000 }, async (one) => {
    const cut = await prepare()
    const places = placesOf([...(await cut(undefined)).places()], one.on)
    // There must be space to write, and to read there is.
    const positions = places.flatMap((place, index) =>
      one.kind === 'no space' && place === 'readonly' ? [] : [index + 1],
    )
    const isUsed = one.on === 'request' || storage === 'written' || (storage === 'read' && one.kind !== 'no space')
    expect(Math.min(positions.length, least)).toBe(isUsed ? least : 0)
    for (const at of positions) expect((await cut({ ...one, at })).hasFailed()).toBe(true)
  })
}
