/** A shared computer after its user has gone: the browser's profile folder holds nothing of them, sealed or not. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, expect, type Page, test } from '@playwright/test'
import { expectScreen, fillForm, lock, MARIA, newHandle } from './support/app.ts'
import { scanFolder } from './support/profile.ts'
import { startOwnServer } from './support/server.ts'

const PASSWORD = 'Zwiebelkuchen mit Speck 93'

async function signIn(page: Page, handle: string, isShared: boolean, button: string): Promise<void> {
  await page.getByLabel('This is a shared computer').setChecked(isShared)
  await page.getByLabel('Sign-in name').pressSequentially(handle)
  await page.getByLabel('Password', { exact: true }).pressSequentially(PASSWORD)
  await page.getByRole('button', { name: button }).click()
}

/** A visit: an account, a record, a form that is begun and not finished. Gives the account's id. */
async function visit(page: Page, handle: string, isShared: boolean): Promise<string> {
  const enrolled = page.waitForResponse((response) => response.request().url().endsWith('/v1/accounts'))
  await page.goto('/#/create')
  await signIn(page, handle, isShared, 'Create my account')
  const { state } = (await enrolled).request().postDataJSON() as { state: string }
  const document = Buffer.from(state.split('.')[1] ?? '', 'base64url').toString()
  const { account } = JSON.parse(document) as { account: string }
  await expectScreen(page, 'Keep your recovery code')
  const code = (await page.locator('.code li').allTextContents()).join('-')
  await page.getByRole('button', { name: 'I have kept it. Next' }).click()
  await page.getByLabel('Recovery code').pressSequentially(code)
  await page.getByRole('button', { name: 'Check my code' }).click()
  await expectScreen(page, 'Your records')
  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await fillForm(page)
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await expectScreen(page, 'Your records')
  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await page.getByLabel('Full name').pressSequentially('Unfinished Undine')
  // Longer than the demo waits before it keeps a draft, and than Chromium before it writes down its session.
  await page.waitForTimeout(3000)
  return account
}

/** What scripts of the page can find. */
function stored(page: Page): Promise<{ databases: number; items: number; caches: number; cookie: string }> {
  return page.evaluate(async () => ({
    databases: (await indexedDB.databases()).length,
    items: localStorage.length + sessionStorage.length,
    caches: (await caches.keys()).length,
    cookie: document.cookie,
  }))
}

test.describe('on a shared computer', () => {
  test.setTimeout(90_000)
  let profile = ''
  let server: Awaited<ReturnType<typeof startOwnServer>>
  let context: BrowserContext

  test.beforeEach(async ({ launchOptions }) => {
    server = await startOwnServer()
    profile = await mkdtemp(join(tmpdir(), 'lockstitch-shared-'))
    context = await chromium.launchPersistentContext(profile, { ...launchOptions, baseURL: server.url })
  })
  test.afterEach(async () => {
    await context.close()
    await server.stop()
    for (const folder of [profile, server.data]) await rm(folder, { recursive: true })
  })

  test('nothing of the user is left after the lock', async () => {
    const page = context.pages()[0] ?? (await context.newPage())
    const handle = newHandle()
    const account = await visit(page, handle, true)
    expect(await stored(page)).toEqual({ databases: 0, items: 0, caches: 0, cookie: '' })
    await lock(page)
    expect(await stored(page)).toEqual({ databases: 0, items: 0, caches: 0, cookie: '' })
    expect(await context.cookies()).toEqual([])
    await context.close()
    const secrets = {
      handle,
      account,
      password: PASSWORD,
      name: MARIA.name,
      draft: 'Undine',
      state: 'ls1a.eyJ',
    }
    const { files, leaks } = await scanFolder(profile, secrets)
    expect(leaks).toEqual([])
    expect(files).toBeGreaterThan(20)
  })

  test('closing the browser without a lock leaves nothing either', async () => {
    const page = context.pages()[0] ?? (await context.newPage())
    const handle = newHandle()
    const account = await visit(page, handle, true)
    await context.close()
    expect((await scanFolder(profile, { handle, account, draft: 'Undine', state: 'ls1a.eyJ' })).leaks).toEqual([])
  })

  test('the scan finds what a computer of one’s own keeps', async () => {
    const page = context.pages()[0] ?? (await context.newPage())
    const account = await visit(page, newHandle(), false)
    expect(await stored(page)).toMatchObject({ databases: 1 })
    await lock(page)
    await context.close()
    const { leaks } = await scanFolder(profile, { account, state: 'ls1a.eyJ' })
    expect(new Set(leaks.map(({ secret }) => secret))).toEqual(new Set(['account', 'state']))
  })
})
