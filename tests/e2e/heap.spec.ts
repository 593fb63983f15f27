/**
 * A80: what is in memory. Before the lock the canaries are found where they must be, so that the search can fail; after it
 * they are in no heap of the page, the worker is gone, and no page of the browser has a key's bytes.
 */
import { expect, type Page, test } from '@playwright/test'
import type * as Sdk from '@lockstitch/sdk'
import {
  checkCode,
  createAccount,
  expectScreen,
  fillForm,
  lock,
  MARIA,
  PASSWORD,
  type Patient,
  unlock,
} from './support/app.ts'
import { countKeys, heapOf, pageThread, workerOf, workerThread } from './support/heap.ts'
import { hold } from './support/hold.ts'
import { countInMemory } from './support/memory.ts'
import { rawDataKeys } from './support/raw-keys.ts'
import { startSdkSite } from './support/sdk-site.ts'

const PLAIN = { name: MARIA.name, ssn: MARIA.ssn, diagnosis: MARIA.diagnosis, notes: MARIA.notes }

type Canaries = Readonly<Record<string, string>>

/** An account with one record, locked. */
async function withRecord(page: Page): Promise<Patient> {
  const patient = await createAccount(page)
  await page.getByRole('button', { name: 'I have kept it. Next' }).click()
  await checkCode(page, patient.code)
  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await fillForm(page)
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await expect(page.getByRole('link', { name: MARIA.name })).toBeVisible()
  await lock(page)
  return patient
}

function found(heap: string, canaries: Canaries): string[] {
  return Object.entries(canaries).flatMap(([name, canary]) => (heap.includes(canary) ? [name] : []))
}

test('A80: a heap snapshot has the canaries before the lock, and none of them after it', async ({ page }) => {
  const { handle, code } = await withRecord(page)
  const canaries = { ...PLAIN, password: PASSWORD, 'recovery code': code }
  const thread = await pageThread(page)
  expect(found(await heapOf(thread), canaries)).toEqual([])

  // While the worker waits for the server it must have the password, and the page the form.
  const login = await hold(page, '**/v1/sessions', 'POST')
  await unlock(page, handle)
  await login.held
  const worker = await workerThread(page)
  expect(found(await heapOf(worker), canaries)).toEqual(['password'])
  expect(found(await heapOf(thread), canaries)).toEqual(['password'])
  login.letGo()
  await page.getByRole('link', { name: MARIA.name }).click()
  await expectScreen(page, MARIA.name)
  expect(found(await heapOf(thread), canaries)).toEqual(Object.keys(PLAIN))
  expect(await countKeys(worker)).toBeGreaterThan(3)
  expect(await countKeys(thread)).toBe(0)

  const save = await hold(page, '**/v1/records', 'POST')
  await page.getByRole('link', { name: 'Change' }).click()
  await page.getByLabel('Full name').fill('Maria Changed')
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await save.held
  expect(found(await heapOf(worker), PLAIN)).toEqual(['ssn', 'diagnosis', 'notes'])
  save.letGo()
  await expect(page.getByRole('link', { name: 'Maria Changed' })).toBeVisible()

  await lock(page)
  expect(page.workers()).toEqual([])
  const after = await heapOf(thread)
  expect(found(after, { ...canaries, changed: 'Maria Changed' })).toEqual([])
  // It is a heap of this page: what the screen says now stands in it.
  expect(after).toContain('Your records are locked. You can leave this device now.')
  await expect(worker.send('Runtime.evaluate', { expression: '1' })).rejects.toThrow()
})

test('A80: what a lock cuts short is in no heap after it', async ({ page }) => {
  const { handle } = await withRecord(page)
  const thread = await pageThread(page)
  await unlock(page, handle)
  await page.getByRole('link', { name: MARIA.name }).click()
  await page.getByRole('link', { name: 'Change' }).click()
  await page.getByLabel('Full name').fill('Maria Changed')
  const save = await hold(page, '**/v1/records', 'POST')
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await save.held
  const changed = { ...PLAIN, name: 'Maria Changed' }
  expect(found(await heapOf(thread), changed)).toEqual(Object.keys(changed))
  await lock(page)
  expect(found(await heapOf(thread), { ...PLAIN, changed: 'Maria Changed', password: PASSWORD })).toEqual([])
})

test('A80: no byte of a data key is left in the memory of the browser’s pages', async ({ page }) => {
  const { handle } = await withRecord(page)
  const answer = await stateOf(page)
  await unlock(page, handle)
  const state = await answer.state
  await page.getByRole('link', { name: MARIA.name }).click()
  await expectScreen(page, MARIA.name)
  const keys = await rawDataKeys(state, handle, PASSWORD)
  expect(keys).toHaveLength(2)
  const before = countInMemory(keys)
  // Once each, in its CryptoKey: the bytes that it was made of have been overwritten, also those in the worker that made them.
  expect(before.counts).toEqual([1, 1])
  await lock(page)
  const after = countInMemory(keys)
  expect(after.readBytes).toBeGreaterThan(10_000_000)
  expect(after.counts).toEqual([0, 0])
})

/** The account state that the next unlock is answered with. */
async function stateOf(page: Page): Promise<{ readonly state: Promise<string> }> {
  const answer = Promise.withResolvers<string>()
  // Read on its way: the browser may have dropped the body of an answer to a worker by the time that it is asked for.
  await page.route('**/v1/sessions', async (route) => {
    const response = await route.fetch()
    if (response.ok() && route.request().method() === 'POST') answer.resolve(await response.text())
    await route.fulfill({ response })
  })
  return { state: answer.promise.then((text) => (JSON.parse(text) as { state: string }).state) }
}

declare const stage: { readonly client: Sdk.Client; readonly Note: Sdk.Model }

test('A80: of two workers, under the strict policy, neither is left after the lock and no byte of a data key', async ({
  page,
}) => {
  test.setTimeout(180_000)
  const site = await startSdkSite()
  try {
    await page.goto(site.url)
    const handle = 'two@example.org'
    await page.evaluate(
      async ([name, password]) => {
        const address = '/sdk/client/page.js'
        const { createClient, defineModel, phi, pii } = (await import(address)) as typeof Sdk
        const client = createClient({ server: location.origin, autoLock: false, workers: 2 })
        Object.assign(globalThis, { stage: { client, Note: defineModel('ledger', { name: pii(), ssn: phi() }) } })
        const { recoveryKit } = await client.enrol({ handle: name, password })
        await client.confirmRecovery(recoveryKit.recoveryCode)
        await client.lock()
      },
      [handle, PASSWORD] as const,
    )
    const answer = await stateOf(page)
    const attaching = workerThread(page)
    await page.evaluate(([name, password]) => stage.client.unlock({ handle: name, password }), [
      handle,
      PASSWORD,
    ] as const)
    const keys = await rawDataKeys(await answer.state, handle, PASSWORD)
    const worker = await attaching
    const starting = workerOf(worker)
    const seal = (): Promise<number> =>
      page.evaluate(async () => {
        let sealed = 0
        const records = Array.from({ length: 1000 }, () => ({ name: 'Two Workers' }))
        for await (const item of stage.client.sealMany(stage.Note, records as never[])) if (item.ok) sealed += 1
        return sealed
      })
    // The first batch starts it; when it is ready it has a part in the next ones.
    expect(await seal()).toBe(1000)
    const second = await starting
    await expect.poll(async () => ((await seal()) === 1000 ? countKeys(second) : -1)).toBeGreaterThan(3)
    expect((await heapOf(second)).includes(PASSWORD)).toBe(false)
    expect(keys).toHaveLength(2)
    for (const count of countInMemory(keys).counts) expect(count).toBeGreaterThan(0)

    await page.evaluate(() => stage.client.lock())
    expect(page.workers()).toEqual([])
    await expect(second.send('Runtime.evaluate', { expression: '1' })).rejects.toThrow()
    // What a worker started ends a moment after it.
    await expect.poll(() => countInMemory(keys).counts).toEqual([0, 0])
    expect(countInMemory(keys).readBytes).toBeGreaterThan(10_000_000)
  } finally {
    site.stop()
  }
})
