/**
 * Every place where a tab meets the world is a gate: a request, a transaction of its database. Behind it the tab waits until
 * the schedule lets it go on. What goes on between two gates is cryptography, and the same whoever is first.
 */
import { setImmediate as turn } from 'node:timers/promises'

/** What becomes of a request on its way. A transaction has none. */
export type Fault = 'no answer, nothing done' | 'no answer, all done' | '500, nothing done' | '500, all done'

/** One run of a tab, until it is closed or killed. */
export interface Life {
  readonly tab: string
  isOver: boolean
}

/** Somebody who waits. */
export interface Gate {
  readonly life: Life
  /** What is about to happen. */
  readonly what: string
  readonly isRequest: boolean
  open(fault?: Fault): void
}

/** All gates of a schedule. */
export interface Gates {
  /** Lets everybody through at once. */
  isOpen: boolean
  enter(life: Life, what: string, isRequest: boolean): Promise<Fault | undefined>
  /** Counts work that goes on until it is done. */
  busy<T>(work: Promise<T>): Promise<T>
  /** Resolves when everybody waits at a gate, for a lock, or has nothing to do. */
  quiet(): Promise<void>
  /** Who waits now, in an order that does not depend on how fast they came. */
  waiting(): readonly Gate[]
}

const CALM_TURNS = 3

/** Gates that are closed. */
export function createGates(): Gates {
  const waiting = new Set<Gate>()
  let working = 0
  const gates: Gates = {
    isOpen: false,
    enter(life, what, isRequest) {
      if (life.isOver) return new Promise(() => undefined)
      if (gates.isOpen) return Promise.resolve(undefined)
      return new Promise((resolve) => {
        const gate: Gate = {
          life,
          what,
          isRequest,
          open(fault) {
            waiting.delete(gate)
            resolve(fault)
          },
        }
        waiting.add(gate)
      })
    },
    async busy(work) {
      working += 1
      try {
        return await work
      } finally {
        working -= 1
      }
    },
    async quiet() {
      for (let calm = 0; calm < CALM_TURNS;) {
        await turn()
        calm = working === 0 ? calm + 1 : 0
      }
    },
    waiting() {
      for (const gate of waiting) if (gate.life.isOver) waiting.delete(gate)
      return [...waiting].toSorted((a, b) => order(a).localeCompare(order(b)))
    },
  }
  return gates
}

/** Counts the platform's cryptography as work, so that it is known when everybody waits. */
export function watchCryptography(current: () => Gates): void {
  const { subtle } = crypto
  for (const name of Object.getOwnPropertyNames(SubtleCrypto.prototype)) {
    const method = (subtle as unknown as Record<string, unknown>)[name]
    if (name === 'constructor' || typeof method !== 'function') continue
    const call = (...args: unknown[]): unknown => current().busy(Promise.resolve(Reflect.apply(method, subtle, args)))
    Object.defineProperty(subtle, name, { value: call, configurable: true, writable: true })
  }
}

function order({ life, what }: Gate): string {
  return `${life.tab} ${what}`
}
