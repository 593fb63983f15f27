/**
 * Faults at every place where a flow of the vault meets the world: each request, and each transaction of its database.
 *
 * A process that dies does nothing more: its requests get no answer, its transactions never happen, and nobody waits for
 * it. What it had written stays.
 */
import { vi } from 'vitest'
import { LockstitchError, type Transport } from '@lockstitch/sdk'
import { createVault, type Vault } from '@lockstitch/sdk/vault'
import { answer } from '../../support/evil.ts'

/** What happens to a request. */
export const NETWORK_FAULTS = [
  'no answer, nothing done',
  'no answer, all done',
  '500, nothing done',
  '500, all done',
  '401, nothing done',
  'garbage, nothing done',
  'garbage, all done',
  'death before it',
  'death after it',
] as const

/** What happens to a transaction. */
export const STORAGE_FAULTS = ['no space', 'storage lost', 'death before it', 'death after it'] as const

/** One fault, at one place of a flow. */
export interface Fault {
  readonly kind: (typeof NETWORK_FAULTS)[number] | (typeof STORAGE_FAULTS)[number]
  readonly on: 'request' | 'transaction'
  /** 1 for the first. */
  readonly at: number
}

/** A process with a vault, on a database and a cookie jar that outlive it. */
export interface Process {
  readonly vault: Vault
  /** Counts from here, and lets the fault happen when its turn comes. */
  plan(fault: Fault | undefined): void
  /** The requests and transactions since then: `request`, or the mode of the transaction. */
  places(): readonly Place[]
  /** Whether the fault has happened. */
  hasFailed(): boolean
  /** The outcome of a call, or that the process died in it. After it no fault happens any more. */
  outcomeOf<T>(call: Promise<T>): Promise<Outcome<T>>
  /** Ends the process as a closed tab does. */
  kill(): void
}

/** Where a fault can happen. */
export type Place = 'request' | IDBTransactionMode

/** How a call ended. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown } | 'dead'

type Wire = (device: string) => Transport

interface Life {
  fault: Fault | undefined
  places: Place[]
  counting: boolean
  failed: boolean
  dead: boolean
  died: () => void
}

const lives = new WeakMap<IDBDatabase, Life>()
const openLives = new Map<string, Life>()

/** What these tests need of the platform; call it once, at the top of a file. */
export function prepareFaults(): void {
  // Locks of a process end with it. Here all live in one, and each vault keeps order for itself.
  vi.stubGlobal('navigator', {})
  makePasswordsCheap()
  const begin = Object.getOwnPropertyDescriptor(IDBDatabase.prototype, 'transaction')?.value as typeof indexedDB.open
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function patched(this: IDBDatabase, ...args) {
    const life = lives.get(this) ?? openLives.get(this.name)
    if (life?.dead === true) throw new DOMException('the process is dead', 'InvalidStateError')
    const made = Reflect.apply(begin, this, args) as unknown as IDBTransaction
    if (life === undefined) return made
    lives.set(this, life)
    if (life.counting) life.places.push(made.mode)
    if (isTurn(life, 'transaction')) breakTransaction(life, made)
    return made
  })
}

/** One iteration instead of 600,000: these tests stretch hundreds of passwords and guess none. */
export function makePasswordsCheap(): void {
  const deriveBits = crypto.subtle.deriveBits.bind(crypto.subtle)
  vi.spyOn(crypto.subtle, 'deriveBits').mockImplementation(async (params, key, length) => {
    const cheap =
      (params as { name: string }).name === 'PBKDF2' ? { ...(params as Pbkdf2Params), iterations: 1 } : params
    return deriveBits(cheap as Pbkdf2Params, key, length as number)
  })
}

/** Starts a process on a database; the one before it on the same database must be dead. */
export function startProcess(wire: Wire, database: string): Process {
  let died: () => void = () => undefined
  const death = new Promise<'dead'>((resolve) => {
    died = () => resolve('dead')
  })
  const life: Life = { fault: undefined, places: [], counting: false, failed: false, dead: false, died }
  openLives.set(database, life)
  const vault = createVault({ transport: breaking(wire(database), life), database })
  return {
    vault,
    plan(fault) {
      Object.assign(life, { fault, places: [], counting: true, failed: false })
    },
    places: () => life.places,
    hasFailed: () => life.failed,
    outcomeOf: async (call) => {
      const outcome = await Promise.race([
        death,
        call.then(
          (value) => ({ value }),
          (error: unknown) => ({ error }),
        ),
      ])
      Object.assign(life, { fault: undefined, counting: false })
      return life.dead ? 'dead' : outcome
    },
    kill: () => die(life),
  }
}

function breaking(honest: Transport, life: Life): Transport {
  return {
    async send(request) {
      if (life.dead) return never()
      if (life.counting) life.places.push('request')
      const kind = isTurn(life, 'request') ? life.fault?.kind : undefined
      if (kind === undefined) {
        const response = await honest.send(request)
        return life.dead ? never() : response
      }
      life.failed = true
      if (kind === 'death before it') die(life)
      if (kind.endsWith('all done') || kind === 'death after it') await honest.send(request)
      if (kind === 'death after it') die(life)
      if (kind.startsWith('no answer')) throw new LockstitchError('ERR_OFFLINE')
      if (kind.startsWith('500')) return answer(500, { code: 'ERR_SERVER' })
      if (kind.startsWith('401')) return answer(401, { code: 'ERR_SESSION' })
      if (kind.startsWith('garbage')) return answer(200, '<!doctype html><title>Welcome to the hotel</title>')
      return never()
    },
  }
}

/** True when what has just begun is what the fault waits for. */
function isTurn({ fault, places }: Life, on: Fault['on']): boolean {
  return fault?.on === on && placesOf(places, on).length === fault.at
}

/** The places of one kind. */
export function placesOf(places: readonly Place[], on: Fault['on']): Place[] {
  return places.filter((place) => (place === 'request') === (on === 'request'))
}

function breakTransaction(life: Life, transaction: IDBTransaction): void {
  const kind = life.fault?.kind
  life.failed = true
  if (kind === 'death after it') return transaction.addEventListener('complete', () => die(life))
  if (kind === 'death before it') die(life)
  // fake-indexeddb's own way to end a transaction with an error, as a browser does when it cannot write.
  const { _abort: abort } = transaction as unknown as { _abort: (name: string) => void }
  queueMicrotask(() => abort.call(transaction, kind === 'no space' ? 'QuotaExceededError' : 'UnknownError'))
}

function die(life: Life): void {
  life.dead = true
  life.died()
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}
