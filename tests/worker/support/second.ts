/**
 * A vault with a second thread. The first thread is this page, so that the test sees what is handed over; the second is the
 * worker that `workers: 2` starts.
 */
import { afterEach, beforeEach } from 'vitest'
import type { ItemResult, Model } from '@lockstitch/sdk'
import { createVault, type Vault } from '@lockstitch/sdk/vault'
import { createSecond } from '../../../packages/sdk/src/vault/second.ts'
import type {
  SecondAnswer,
  SecondKeys,
  SecondReady,
  SecondRequest,
} from '../../../packages/sdk/src/vault/second-api.ts'
import { browserWire } from '../../support/browser-wire.ts'
import { Ledger } from '../../support/models.ts'

const SCRIPT = new URL('../../../packages/sdk/src/worker/second-entry.ts', import.meta.url).href
/** The password of every account. */
export const PASSWORD = 'correct horse battery staple'
/** Enough records for two threads. */
export const MANY = 256
const Native = globalThis.Worker
const vaults: Vault[] = []
let count = 0
/** Second threads of this test, oldest first. */
export const seconds: Watched[] = []
const pass: Network = (_, send) => send()
/** What happens to the work that a second thread is sent: a test puts its own in. */
export const hooks: { onSend: Network } = { onSend: pass }

type Network = (second: Watched, send: () => void) => void

/** A worker that says what it was asked and what it did. */
export class Watched extends Native {
  readonly handed: SecondKeys[] = []
  readonly requests: SecondRequest[] = []
  readonly answers: SecondAnswer[] = []
  isEnded = false
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options)
    seconds.push(this)
    this.addEventListener('message', ({ data }: MessageEvent<SecondAnswer | SecondReady>) => {
      if ('done' in data) this.answers.push(data)
    })
  }
  override postMessage(message: SecondKeys | SecondRequest): void {
    if ('handed' in message) {
      this.handed.push(message)
      return super.postMessage(message)
    }
    this.requests.push(message)
    hooks.onSend(this, () => super.postMessage(message))
  }
  override terminate(): void {
    this.isEnded = true
    super.terminate()
  }
  /** Ends it as a browser would that is short of memory: nobody is told. */
  kill(): void {
    super.terminate()
  }
  get asked(): number {
    return this.requests.reduce((sum, { jobs }) => sum + jobs.length, 0)
  }
  get done(): number {
    return this.answers.reduce((sum, { done }) => sum + done.filter((one) => one !== undefined).length, 0)
  }
}

beforeEach(() => {
  seconds.splice(0)
  hooks.onSend = pass
  globalThis.Worker = Watched
})

afterEach(async () => {
  globalThis.Worker = Native
  await Promise.all(vaults.splice(0).map((vault) => vault.lock()))
})

/** What unlocks an account, and on which device it was made. */
export interface Account {
  readonly device: string
  readonly handle: string
  readonly password: string
}

/** A vault on a device, with one thread or two. */
export function makeVault(device: string, threads: 1 | 2, url = SCRIPT): Vault {
  const second = threads === 2 ? { second: createSecond(url) } : {}
  const vault = createVault({ transport: browserWire(device), database: device, ...second })
  vaults.push(vault)
  return vault
}

/** A vault with two threads and an account of its own. */
export async function enrolled(url?: string): Promise<{ vault: Vault; account: Account }> {
  const device = `second-${Math.floor(performance.timeOrigin)}-${++count}`
  const vault = makeVault(device, 2, url)
  const account = { device, handle: `${device}@example.org`, password: PASSWORD }
  const { recoveryKit } = await vault.enrol(account)
  await vault.confirmRecovery(recoveryKit.recoveryCode)
  return { vault, account }
}

/** Records that are told apart. */
export const ledgers = (length: number): { name: string; ssn: string }[] =>
  Array.from({ length }, (_, at) => ({ name: `name ${at}`, ssn: `ssn ${at}` }))

/** The values of results that must all be good. */
export function valuesOf<T>(items: readonly ItemResult<T>[]): T[] {
  return items.map((item) => {
    if (!item.ok) throw item.error
    return item.value
  })
}

/** Seals records that must all be good. */
export async function sealAll(vault: Vault, records: readonly object[], model: Model = Ledger): Promise<never[]> {
  return valuesOf(await vault.sealMany(model, records as never[])) as never[]
}

/** Batches until the second thread has done some of one; a browser that is busy takes its time to start it. */
export async function warm(vault: Vault): Promise<Watched> {
  for (;;) {
    await sealAll(vault, ledgers(MANY))
    const last = seconds.at(-1)
    if (last !== undefined && last.done > 0) return last
    await new Promise((resolve) => setTimeout(resolve))
  }
}
