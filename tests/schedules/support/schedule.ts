/** One schedule: who goes on is decided at every gate, by a seed. */
import { type ErrorCode, isLockstitchError, type TransportRequest, type TransportResponse } from '@lockstitch/sdk'
import { vi } from 'vitest'
import type { Backend } from '../../support/backend.ts'
import { type Chance, createChance } from './chance.ts'
import { createGates, type Fault, type Gate, type Gates } from './gates.ts'
import { createLocks } from './locks.ts'
import { type Operation, OPERATIONS, RECORDS, UNLOCK } from './operations.ts'
import { beginStory, type Story } from './story.ts'
import { asTab, type Device, openTab, revive, type Tab } from './tabs.ts'

/** A sealed record as the server stored it. */
export type Stored = Readonly<Record<string, unknown>> & { readonly id: string; readonly $seal: string }

/** An account, and all who use it. */
export interface World {
  readonly gates: Gates
  readonly story: Story
  readonly tabs: readonly Tab[]
  readonly account: string
  /** Every revision that the server stored, by the name of its model. */
  readonly stored: ReadonlyMap<string, readonly Stored[]>
  /** One more device. */
  readonly another: (name: string) => Tab
  /** Ends a tab as the browser does, and opens another one in its place. */
  readonly kill: (tab: Tab) => void
}

const FAULTS: readonly Fault[] = [
  'no answer, nothing done',
  'no answer, all done',
  '500, nothing done',
  '500, all done',
]
const OPERATIONS_EACH = 14
const PARALLEL = 2
const NETWORK: readonly ErrorCode[] = ['ERR_OFFLINE', 'ERR_SERVER']

/** An account with two records and four locked tabs. */
export async function createWorld(backend: Backend, scope: string, use: (gates: Gates) => void): Promise<World> {
  const gates = createGates()
  use(gates)
  gates.isOpen = true
  const stored = new Map<string, Stored[]>()
  const send = async (device: string, request: TransportRequest): Promise<TransportResponse> => {
    const response = await backend.send(device, request)
    if (request.method === 'POST' && request.path === '/v1/records' && response.status === 200) {
      const { records } = JSON.parse(String(request.body)) as { records: { model: string; record: Stored }[] }
      for (const { model, record } of records) {
        const before = stored.get(model) ?? []
        // What is sent again because its answer was lost is the same revision.
        if (before.every(({ $seal }) => $seal !== record.$seal)) stored.set(model, [...before, record])
      }
    }
    return response
  }
  const wire = (device: string) => ({ send: (request: TransportRequest) => send(device, request) })
  const another = (name: string): Tab => openTab(gates, wire, name, { name: `${scope}-${name}`, isOffline: false })
  const first = another('first')
  const handle = `${scope}@example.org`
  const password = 'password 1'
  const { recoveryKit } = await first.vault.enrol({ handle, password })
  await first.vault.confirmRecovery(recoveryKit.recoveryCode)
  const slot = (await first.managed.slots.list()).find(({ kind }) => kind === 'recovery')?.id as string
  const story = beginStory(handle, password, { slot, code: recoveryKit.recoveryCode })
  for (const { id, model, field } of RECORDS.slice(0, 2)) {
    await first.vault.saveMany(model, [{ id, [field]: `first of ${id}` }])
    story.saves.push({
      model: model.name,
      id,
      value: `first of ${id}`,
      device: 'first',
      ending: 'stored',
      revision: 1,
    })
  }
  await first.vault.lock()
  const tabs = ['A', 'B'].flatMap((name) => {
    const device: Device = { name: `${scope}-${name}`, isOffline: false }
    return [1, 2].map((number) => openTab(gates, wire, `${name}${number}`, device))
  })
  const kill = (tab: Tab): void => {
    tab.life.isOver = true
    revive(gates, wire, tab)
  }
  gates.isOpen = false
  return { gates, story, tabs, account: recoveryKit.account, stored, another, kill }
}

/**
 * Plays a schedule to its end.
 *
 * @throws what a call failed with, where it may not fail with that.
 */
export async function play({ gates, story, tabs, kill }: World, seed: number): Promise<void> {
  const chance = createChance(seed)
  const locks = createLocks()
  vi.stubGlobal('navigator', { locks })
  const failures: unknown[] = []
  let left = OPERATIONS_EACH
  for (;;) {
    await gates.quiet()
    if (failures.length > 0) throw failures[0]
    const waiting = gates.waiting()
    const free = left > 0 ? tabs.filter(isFree) : []
    if (waiting.length === 0 && free.length === 0) {
      if (tabs.every(({ running }) => running.size === 0)) break
      throw new Error('everybody waits for somebody else')
    }
    changeNetwork(tabs, chance)
    if (free.length > 0 && (waiting.length === 0 || chance.is(0.15))) {
      left -= 1
      begin(chance.pick(free), story, chance, failures)
    } else if (chance.is(0.004)) {
      const tab = chance.pick(tabs)
      story.lines.push(`${tab.name} is killed`)
      kill(tab)
      locks.free()
    } else goOn(waiting, story, chance)
  }
  for (const { device } of tabs) device.isOffline = false
}

function isFree({ running, isUnlocked }: Tab): boolean {
  return isUnlocked ? running.size < PARALLEL : running.size === 0
}

/** Now and then a device loses its network, and has it again soon. */
function changeNetwork(tabs: readonly Tab[], chance: Chance): void {
  for (const device of new Set(tabs.map((tab) => tab.device)))
    if (chance.is(device.isOffline ? 0.1 : 0.01)) device.isOffline = !device.isOffline
}

/** Opens up to three gates: the server has more than one request then. */
function goOn(waiting: readonly Gate[], story: Story, chance: Chance): void {
  const left = [...waiting]
  for (let count = 1 + chance.below(3); count > 0 && left.length > 0; count--) {
    const [gate] = left.splice(chance.below(left.length), 1) as [Gate]
    const fault = gate.isRequest && chance.is(0.05) ? chance.pick(FAULTS) : undefined
    story.lines.push(`${gate.life.tab}   ${gate.what}${fault === undefined ? '' : ` (${fault})`}`)
    gate.open(fault)
  }
}

function begin(tab: Tab, story: Story, chance: Chance, failures: unknown[]): void {
  const operation = tab.isUnlocked ? pickOperation(chance) : UNLOCK
  const { life, running } = tab
  const turns = tab.turns + (operation === UNLOCK ? 1 : 0)
  const name = `${operation.name} ${story.now()}`
  story.lines.push(`${tab.name} begins ${name}`)
  running.add(name)
  const end = (how: string): void => {
    story.lines.push(`${life.tab} ends ${name}: ${how}`)
    running.delete(name)
  }
  asTab(tab, () => operation.run(tab, story, chance)).then(
    () => end('done'),
    (error: unknown) => {
      end(isLockstitchError(error) ? error.code : 'no typed error')
      if (!isLockstitchError(error)) return void failures.push(error)
      if (error.code === 'ERR_LOCKED' || error.code === 'ERR_SESSION') tab.isUnlocked = false
      const codes: ErrorCode[] = [...NETWORK, ...operation.codes.filter((code) => isRight(code, story))]
      if (tab.turns !== turns || story.isSlotsTouched) codes.push('ERR_LOCKED', 'ERR_SESSION')
      if (!codes.includes(error.code)) failures.push(error)
    },
  )
}

/** A secret can only be wrong where somebody changed it. */
function isRight(code: ErrorCode, { isSlotsTouched }: Story): boolean {
  return code !== 'ERR_UNLOCK_FAILED' || isSlotsTouched
}

function pickOperation(chance: Chance): Operation {
  let at = chance.below(OPERATIONS.reduce((sum, { weight }) => sum + weight, 0))
  return OPERATIONS.find(({ weight }) => (at -= weight) < 0) as Operation
}
