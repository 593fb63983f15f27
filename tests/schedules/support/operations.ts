/** What people do in their tabs, and the codes with which each of it may fail. */
import { type ErrorCode, isLockstitchError, type ItemResult, type Model } from '@lockstitch/sdk'
import { Intake, Ledger } from '../../support/models.ts'
import type { Chance } from './chance.ts'
import type { Ending, Password, Save, Story } from './story.ts'
import type { Tab } from './tabs.ts'

/** Something that is done in a tab. */
export interface Operation {
  readonly name: string
  /** How often, beside the others. */
  readonly weight: number
  /** Why it may fail although everybody is honest; network, lock and session are not named. */
  readonly codes: readonly ErrorCode[]
  run(tab: Tab, story: Story, chance: Chance): Promise<unknown>
}

/** A record, and the field of it that holds a value. */
export interface Place {
  readonly model: Model
  readonly id: string
  readonly field: string
}

export const MODELS: readonly Model[] = [Ledger, Intake]
/** The records of a schedule. Only the first two are there from the beginning. */
export const RECORDS: readonly Place[] = [
  { model: Ledger, id: 'one', field: 'ssn' },
  { model: Ledger, id: 'two', field: 'ssn' },
  { model: Ledger, id: 'three', field: 'ssn' },
  { model: Intake, id: 'four', field: 'secretForUs' },
]

/** Unlocks a tab; not one of the others, because a locked tab can do nothing else. */
export const UNLOCK: Operation = {
  name: 'unlock',
  weight: 1,
  codes: ['ERR_UNLOCK_FAILED'],
  async run(tab, story, chance) {
    tab.turns += 1
    const { vault } = tab
    if (chance.is(0.2)) await vault.unlock({ recoveryCode: chance.pick(story.codes).code })
    else await vault.unlock(passwordOf(story, chance))
    tab.isUnlocked = true
  },
}

/** What is done in a tab that is unlocked. */
export const OPERATIONS: readonly Operation[] = [
  {
    name: 'save what was opened',
    weight: 6,
    codes: ['ERR_CONFLICT', 'ERR_RECORD_NOT_FOUND'],
    async run(tab, story, chance) {
      const place = chance.pick(RECORDS)
      const opened: Readonly<Record<string, unknown>> = await tab.vault.load(place.model, place.id)
      return save(tab, story, place, opened, String(opened[place.field]))
    },
  },
  {
    name: 'save',
    weight: 5,
    codes: ['ERR_CONFLICT'],
    run: async (tab, story, chance) => {
      const place = chance.pick(RECORDS)
      return save(tab, story, place, { id: place.id })
    },
  },
  {
    name: 'remove',
    weight: 1,
    codes: ['ERR_CONFLICT', 'ERR_RECORD_NOT_FOUND'],
    async run({ vault }, story, chance) {
      const { model, id } = chance.pick(RECORDS)
      story.removals.add(id)
      return vault.remove(model, id)
    },
  },
  {
    name: 'list',
    weight: 1,
    codes: [],
    async run({ vault }) {
      const items = (await Promise.all(MODELS.map((model) => vault.listPage(model, null, 50)))).flatMap(
        (page): readonly ItemResult<unknown>[] => page.items,
      )
      for (const item of items) if (!item.ok) throw item.error
    },
  },
  { name: 'drain', weight: 2, codes: [], run: ({ vault }) => vault.drain() },
  { name: 'audit', weight: 1, codes: [], run: ({ managed }) => managed.audit.list() },
  {
    name: 'rotate',
    weight: 2,
    codes: ['ERR_CONFLICT'],
    run: ({ managed }, _, chance) => {
      const classification = chance.pick(['phi', 'pii'] as const)
      return managed.keys.rotate({ classification, models: MODELS })
    },
  },
  {
    name: 'change password',
    weight: 2,
    codes: ['ERR_CONFLICT', 'ERR_UNLOCK_FAILED'],
    async run({ managed }, story, chance) {
      const opening = passwordOf(story, chance)
      const password = `password ${story.passwords.length + 1}`
      const change: Password = { password, begun: story.now(), ended: Infinity, ending: 'open' }
      story.passwords.push(change)
      story.isSlotsTouched = true
      await keep(change, async () => {
        const slot = { kind: 'password', handle: story.handle, password: change.password } as const
        await managed.slots.add({ with: opening, slot })
        return 'stored'
      }).finally(() => {
        change.ended = story.now()
      })
    },
  },
  {
    name: 'new recovery code',
    weight: 1,
    codes: ['ERR_CONFLICT', 'ERR_UNLOCK_FAILED'],
    async run({ managed, vault }, story, chance) {
      story.isSlotsTouched = true
      const added = await managed.slots.add({ with: passwordOf(story, chance), slot: { kind: 'recovery' } })
      const code = added.recoveryKit?.recoveryCode as string
      story.codes.push({ slot: added.slot, code })
      if (chance.is(0.7)) await vault.confirmRecovery(code)
    },
  },
  {
    name: 'remove a slot',
    weight: 1,
    codes: ['ERR_CONFLICT', 'ERR_SLOT_NEEDED', 'ERR_SLOT_UNKNOWN'],
    async run({ managed }, story, chance) {
      story.isSlotsTouched = true
      await managed.slots.remove(chance.pick(story.codes).slot)
    },
  },
  {
    name: 'lock',
    weight: 1,
    codes: [],
    run: (tab) => {
      tab.turns += 1
      tab.isUnlocked = false
      return tab.vault.lock()
    },
  },
]

/** Mostly the newest password, sometimes one of before. */
function passwordOf(story: Story, chance: Chance): { handle: string; password: string } {
  const known = story.passwords.filter(({ ending }) => ending === 'stored')
  const password = (chance.is(0.8) ? known.at(-1) : chance.pick(story.passwords))?.password as string
  return { handle: story.handle, password }
}

async function save(tab: Tab, story: Story, place: Place, record: object, from?: string): Promise<void> {
  const value = `value ${story.saves.length + 1}`
  const { name: model } = place.model
  const attempt: Save = { model, id: place.id, value, device: tab.device.name, ending: 'open', ...(from && { from }) }
  story.saves.push(attempt)
  const edited = { ...record, [place.field]: value }
  await keep(attempt, async () => {
    const [result] = await tab.vault.saveMany(place.model, [edited as never])
    if (result?.ok !== true) throw result?.error ?? new Error('there is no result')
    attempt.revision = result.value.revision
    return result.value.state
  })
}

/** Notes how an attempt ended. */
async function keep(attempt: { ending: Ending }, work: () => Promise<'stored' | 'queued'>): Promise<void> {
  try {
    attempt.ending = await work()
  } catch (error) {
    if (isLockstitchError(error)) attempt.ending = error.code
    throw error
  }
}
