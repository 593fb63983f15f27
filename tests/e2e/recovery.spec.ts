/** Nothing but the recovery kit: a lost password becomes a new one, a weak one is refused, and the kit is asked for now and then. */
import { readFile } from 'node:fs/promises'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { checkCode, createAccount, expectScreen, lock, newHandle, PASSWORD, saveForm, unlock } from './support/app.ts'
import { heapOf, pageThread } from './support/heap.ts'
import { pressOn, tabTo, typeInto } from './support/keyboard.ts'
import { expectSound } from './support/sound.ts'

const WEAK = 'password123'
const NEW_PASSWORD = 'lanterns under a quiet harbour'
const REFUSED = 'This password would be guessed quickly.'
const NO_ESTIMATE = 'We could not check how strong this password is.'

test('a patient with nothing but the kit sets a new password', async ({ page, browser }) => {
  test.setTimeout(300_000)
  const handle = newHandle()
  await refuseWeak(page, handle)
  const { code } = await createAccount(page, handle)
  const words = await wordsOfKit(page)
  expect(words).toHaveLength(15)
  await page.getByRole('button', { name: 'I have kept it. Next' }).click()
  await checkCode(page, code)
  await expectScreen(page, 'Your records')
  await saveForm(page, 'Rita Recovered')
  await expect(page.getByText('It is some time since')).toHaveCount(0)

  await setWithKeyboard(browser, handle, words.join(' '))
  await expectOnlyTheNew(browser, handle, code)
  await setWithoutEstimate(browser, handle, code)
})

/** On the screen for a new account: no request is made with a password that is guessed quickly. */
async function refuseWeak(page: Page, handle: string): Promise<void> {
  const sent: string[] = []
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()))
  await page.goto('/#/create')
  const field = page.getByLabel('Password', { exact: true })
  await page.getByLabel('Sign-in name').fill(handle)
  await expect(field).toHaveAttribute('autocomplete', 'new-password')
  await field.fill(WEAK)
  await expect(page.getByText('Strength: Very weak.')).toBeVisible({ timeout: 30_000 })
  await expectSound(page, 'create, weak password')
  for (const weak of [WEAK, handle]) {
    await field.fill(weak)
    // At once: what counts is what is typed now, not what was estimated a moment ago.
    await page.getByRole('button', { name: 'Create my account' }).click()
    await expect(page.getByText(REFUSED)).toBeVisible({ timeout: 30_000 })
    await expect(field).toBeFocused()
  }
  await expect(page.getByText('It is too much like your sign-in name.')).toBeVisible()
  expect(sent).toEqual([])
  await field.fill(PASSWORD)
  await expect(page.getByText('Strength: Strong.')).toBeVisible({ timeout: 30_000 })
}

/** The words on the page to print. */
async function wordsOfKit(page: Page): Promise<readonly string[]> {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as a page with words' }).click()
  const html = await readFile(await (await download).path(), 'utf8')
  return [...html.matchAll(/<li>([a-z]+)<\/li>/g)].map(([, word = '']) => word)
}

/** A fresh profile, the fifteen words, and no click. */
async function setWithKeyboard(browser: Browser, handle: string, words: string): Promise<void> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto('/')
  await pressOn(page, page.getByRole('link', { name: 'Use your recovery code' }))
  await typeInto(page, page.getByLabel('Recovery code'), words)
  await pressOn(page, page.getByRole('button', { name: 'Open my records' }))
  await expect(page.getByRole('heading', { level: 1, name: 'Set a new password' })).toBeFocused({ timeout: 60_000 })
  await expect(page.getByText('Until then the old password still opens your records')).toBeVisible()
  const thread = await pageThread(page)
  expect((await heapOf(thread)).includes(words)).toBe(true)

  await page.keyboard.press('Tab')
  await typeInto(page, page.getByLabel('Sign-in name'), handle)
  const field = page.getByLabel('New password', { exact: true })
  await typeInto(page, field, WEAK)
  await page.keyboard.press('Enter')
  await expect(page.getByText(REFUSED)).toBeVisible({ timeout: 30_000 })
  await expect(field).toBeFocused()
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    await expectSound(page, `new password, ${width} px`)
  }
  await tabTo(page, field)
  await page.keyboard.press('Control+A')
  await page.keyboard.type(NEW_PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Your records' })).toBeFocused({ timeout: 60_000 })
  await expect(page.getByText('Your new password is set.')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Rita Recovered' })).toBeVisible()
  // What opened the account is forgotten with that; the password, too, is not in the page when the records are locked.
  expect((await heapOf(thread)).includes(words)).toBe(false)
  await lock(page)
  expect((await heapOf(thread)).includes(NEW_PASSWORD)).toBe(false)
  await context.close()
}

/** Another fresh profile, in which ninety days are none: the old password is refused, the new one opens, the kit is asked for. */
async function expectOnlyTheNew(browser: Browser, handle: string, code: string): Promise<void> {
  const context = await browser.newContext()
  let shortened = 0
  await context.route('**/assets/manage-*.js', async (route) => {
    const response = await route.fetch()
    const script = await response.text()
    shortened += script.split('7776e6').length - 1
    await route.fulfill({ response, body: script.replaceAll('7776e6', '0') })
  })
  const page = await context.newPage()
  await page.goto('/#/unlock')
  await unlock(page, handle)
  await expect(page.getByRole('alert')).toContainText('This does not open your records.', { timeout: 60_000 })
  await unlock(page, handle, NEW_PASSWORD)
  await expectScreen(page, 'Your records')
  await expect(page.getByRole('link', { name: 'Rita Recovered' })).toBeVisible()

  await page.getByRole('link', { name: 'test that you still have it' }).click()
  expect(shortened).toBe(1)
  await expectScreen(page, 'Test your recovery kit')
  await expectSound(page, 'test the kit')
  await page.getByLabel('Recovery code').fill(code)
  await page.getByRole('button', { name: 'Test my kit' }).click()
  await expect(page.getByText('Your recovery kit works.')).toBeVisible({ timeout: 60_000 })
  await page.getByRole('link', { name: 'My records' }).click()
  await expectScreen(page, 'Your records')
  await expect(page.getByText('It is some time since')).toHaveCount(0)
  await context.close()
}

/** Where the estimate cannot be loaded, the page says so and keeps nobody from a new password. */
async function setWithoutEstimate(browser: Browser, handle: string, code: string): Promise<void> {
  const context = await browser.newContext()
  await context.route('**/assets/strength-*.js', (route) => route.abort())
  const page = await context.newPage()
  await page.goto('/#/recover')
  await page.getByLabel('Recovery code').fill(code)
  await page.getByRole('button', { name: 'Open my records' }).click()
  await expectScreen(page, 'Set a new password')
  await page.getByLabel('Sign-in name').fill(handle)
  await page.getByLabel('New password', { exact: true }).fill(WEAK)
  await expect(page.getByText(NO_ESTIMATE)).toBeVisible({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Set my new password' }).click()
  await expect(page.getByText('Your new password is set.')).toBeVisible({ timeout: 60_000 })
  await context.close()
}
