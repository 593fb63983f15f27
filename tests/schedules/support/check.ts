/** What must be true of an account when everybody has come to rest, whatever happened before. */
import { expect } from 'vitest'
import { isLockstitchError, type ItemResult, type Model } from '@lockstitch/sdk'
import { parseManifest } from '@lockstitch/sdk/format'
import { verifyAudit } from '../../../packages/server-stub/src/store/verify-audit.ts'
import type { Store } from '../../../packages/server-stub/src/store/open-store.ts'
import { MODELS, RECORDS } from './operations.ts'
import type { Stored, World } from './schedule.ts'
import type { Password, Save } from './story.ts'
import type { Tab } from './tabs.ts'

/** Fails unless the account is one consistent account, in which nothing is missing that somebody was told is there. */
export async function checkAccount(world: World, store: Store): Promise<void> {
  const { gates, tabs, another, story, account } = world
  gates.isOpen = true
  await Promise.all(tabs.map(({ vault }) => vault.lock()))
  const opening = { handle: story.handle, password: await findPassword(world) }
  for (const { vault } of tabs) await vault.unlock(opening)
  for (const { name, vault } of tabs) {
    expect({ name, ...(await vault.drain()) }).toMatchObject({ name, waiting: 0 })
  }
  const fresh = another('fresh')
  await fresh.vault.unlock(opening)
  await checkCodes(world, fresh)
  const history = await readHistory(world, fresh)
  const waiting = await readConflicts(world)
  for (const save of story.saves) checkSave(save, world, history, waiting)
  await checkContent(history, [fresh, ...tabs])
  await checkKeys(fresh)
  await checkContent(history, [fresh, ...tabs])
  await fresh.managed.audit.list()
  expect(await verifyAudit({ db: store.db, tenant: 'default' }, account)).toMatchObject({ fault: null })
}

/** The one password that opens the account. It is not one that a later change was told to have replaced. */
async function findPassword({ story, another }: World): Promise<string> {
  const opened: Password[] = []
  for (const one of story.passwords) {
    const { vault } = another(`with ${one.password}`)
    const code = await codeOf(vault.unlock({ handle: story.handle, password: one.password }))
    if (code === 'none') opened.push(one)
    else expect(code).toBe('ERR_UNLOCK_FAILED')
    await vault.lock()
  }
  expect(opened.map(({ password }) => password)).toHaveLength(1)
  const [winner] = opened as [Password]
  const later = story.passwords.filter(({ ending, begun }) => ending === 'stored' && begun > winner.ended)
  expect(later).toEqual([])
  expect(['ERR_CONFLICT', 'ERR_UNLOCK_FAILED']).not.toContain(winner.ending)
  return winner.password
}

/** A code opens the account exactly when its slot is there; one that was confirmed is. */
async function checkCodes({ story, another }: World, { managed }: Tab): Promise<void> {
  const slots = await managed.slots.list()
  const known = new Set(story.codes.map(({ slot }) => slot))
  expect(slots.filter(({ kind }) => kind === 'password')).toHaveLength(1)
  const confirmed = slots.filter(({ kind, confirmed }) => kind === 'recovery' && confirmed !== null)
  expect(confirmed).toHaveLength(1)
  expect(confirmed.every(({ id }) => known.has(id))).toBe(true)
  for (const { slot, code } of story.codes) {
    const { vault } = another(`with ${slot}`)
    const isThere = slots.some(({ id }) => id === slot)
    expect(await codeOf(vault.unlock({ recoveryCode: code }))).toBe(isThere ? 'none' : 'ERR_UNLOCK_FAILED')
    await vault.lock()
  }
}

/** The values of a record by its revisions, the first first; `null` where it was removed. */
type History = ReadonlyMap<string, readonly (string | null)[]>

/** Opens every revision that the server ever stored. They are one chain for each record. */
async function readHistory({ stored, story }: World, { vault }: Tab): Promise<History> {
  const history = new Map<string, (string | null)[]>()
  for (const model of MODELS) {
    const revisionOf = ({ $seal }: Stored): number => parseManifest($seal).revision
    const records = (stored.get(model.name) ?? []).toSorted((a, b) => revisionOf(a) - revisionOf(b))
    const opened: readonly ItemResult<unknown>[] = await vault.openMany(model, records as never)
    for (const [index, item] of opened.entries()) {
      const record = records[index] as Stored
      const values = history.get(record.id) ?? []
      history.set(record.id, values)
      expect([record.id, revisionOf(record)]).toEqual([record.id, values.length + 1])
      if (!item.ok) expect(item.error.code).toBe('ERR_RECORD_NOT_FOUND')
      values.push(item.ok ? valueOf(record.id, item.value) : null)
    }
  }
  for (const [id, values] of history) {
    if (values.includes(null)) expect([...story.removals]).toContain(id)
    const written = changesOf(values).filter((value) => value !== null)
    // No value comes back once another one was written over it.
    expect([...new Set(written)]).toEqual(written)
    for (const value of written) expect(story.saves.map((save) => save.value)).toContain(value)
  }
  return history
}

/** Without the revisions that were only sealed anew. */
function changesOf(values: readonly (string | null)[]): readonly (string | null)[] {
  return values.filter((value, index) => index === 0 || value !== values[index - 1])
}

/** What waits for the user on each device, by device and record. */
async function readConflicts({ tabs }: World): Promise<ReadonlyMap<string, string | null>> {
  const waiting = new Map<string, string | null>()
  for (const { vault, device } of tabs) {
    for (const { id, model, state } of await vault.pending()) {
      expect(state).toBe('conflict')
      const spec = MODELS.find(({ name }) => name === model) as Model
      const opened = await vault.openPending(spec, id).catch((error: unknown) => {
        // The removal of a record has no content.
        if (isLockstitchError(error) && error.code === 'ERR_RECORD_NOT_FOUND') return null
        throw error
      })
      waiting.set(`${device.name}/${id}`, opened === null ? null : valueOf(id, opened))
    }
  }
  return waiting
}

function checkSave(save: Save, { story }: World, history: History, waiting: ReadonlyMap<string, string | null>): void {
  const { id, value, device, ending, revision, from } = save
  const values = history.get(id) ?? []
  const says = { save, values }
  if (ending === 'stored') expect({ ...says, is: values[(revision as number) - 1] }).toEqual({ ...says, is: value })
  const changes = changesOf(values)
  const place = changes.indexOf(value)
  if (ending === 'ERR_CONFLICT') expect({ ...says, place }).toEqual({ ...says, place: -1 })
  if (place !== -1 && from !== undefined) {
    expect({ ...says, before: changes[place - 1] }).toEqual({ ...says, before: from })
  }
  if (ending !== 'queued' || place !== -1) return
  const here = `${device}/${id}`
  if (waiting.get(here) === value) return
  // A later write of the same device takes the place of the one before: also a removal.
  const later = story.saves.slice(story.saves.indexOf(save) + 1).filter((one) => one.id === id && one.device === device)
  const isSuperseded = later.some((one) => values.includes(one.value) || waiting.get(here) === one.value)
  const isRemoved = story.removals.has(id) && (values.includes(null) || waiting.get(here) === null)
  expect({ ...says, isKept: isSuperseded || isRemoved }).toEqual({ ...says, isKept: true })
}

/** Every device shows what was stored last. */
async function checkContent(history: History, tabs: readonly Tab[]): Promise<void> {
  const newest = [...history].map(([id, values]) => [id, values.at(-1) ?? null] as const)
  const expected = newest.filter(([, value]) => value !== null)
  for (const { name, vault } of tabs) {
    const shown: (readonly [string, string])[] = []
    for (const model of MODELS) {
      const { items } = await vault.listPage(model, null, 50)
      for (const item of items) {
        if (!item.ok) throw item.error
        const { id } = item.value as { id: string }
        shown.push([id, valueOf(id, item.value)])
      }
    }
    expect({ name, shown: new Map(shown) }).toEqual({ name, shown: new Map(expected) })
  }
}

/** One key of each classification is active, and what is left of rotations that were cut can be completed. */
async function checkKeys({ managed }: Tab): Promise<void> {
  const keys = await managed.keys.status()
  for (const classification of new Set(keys.map((key) => key.classification))) {
    const active = keys.filter((key) => key.classification === classification && key.state === 'active')
    expect(active).toHaveLength(1)
    const report = await managed.keys.rotate({ classification, models: MODELS })
    expect(report).toMatchObject({ isComplete: true, failed: [] })
  }
}

function valueOf(id: string, record: unknown): string {
  const field = RECORDS.find((one) => one.id === id)?.field as string
  return String((record as Record<string, unknown>)[field])
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'none'
  } catch (error) {
    if (!isLockstitchError(error)) throw error
    return error.code
  }
}
