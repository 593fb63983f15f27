/** Two real tabs of one browser: they lock together, and work in one keeps the other open. */
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { enrol, expectScreen, lock, newHandle, PASSWORD, saveForm, unlock } from './support/app.ts'
import { expectSound } from './support/sound.ts'

const warningIn = (page: Page) => page.getByRole('alertdialog', { name: 'Are you still there?' })

/** A second tab with the same account open. */
async function openTab(context: BrowserContext, handle: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto('/')
  await unlock(page, handle)
  await expect(page.getByRole('link', { name: 'Fill in a form' })).toBeVisible()
  return page
}

/** Touches one tab and waits until the other has heard of it: the clocks are ours, the way of the message is not. */
async function touch(page: Page, other: Page): Promise<void> {
  const heard = await other.evaluateHandle(() => {
    const channel = new BroadcastChannel('lockstitch/lockstitch')
    return { message: new Promise((resolve) => channel.addEventListener('message', resolve, { once: true })) }
  })
  await page.bringToFront()
  await page.keyboard.press('Shift')
  await heard.evaluate(({ message }) => message.then(() => true))
}

test('locking one tab locks the other, which shows nothing more of the records', async ({ page, context }) => {
  const { handle } = await enrol(page)
  await saveForm(page, 'Tilda Tabs')
  const other = await openTab(context, handle)
  await expect(other.getByRole('link', { name: 'Tilda Tabs' })).toBeVisible()
  await lock(page)
  await expectScreen(other, 'Open your records')
  await expect(other.getByText('You locked your records in another tab.')).toBeVisible()
  expect(await other.content()).not.toContain('Tilda Tabs')
  await expect.poll(() => other.workers().length).toBe(0)
})

test('a tab that nobody touches stays open while the other is used, and both lock when neither is', async ({
  page,
  context,
}) => {
  await context.clock.install()
  const { handle } = await enrol(page)
  const other = await openTab(context, handle)
  for (let minutes = 0; minutes < 15; minutes += 5) {
    await touch(page, other)
    await context.clock.runFor('05:00')
  }
  await expect(other.getByRole('link', { name: 'Fill in a form' })).toBeVisible()
  await touch(page, other)
  await context.clock.runFor('09:10')
  await expect(warningIn(other)).toBeVisible()
  await warningIn(page).getByRole('button', { name: 'Stay signed in' }).click()
  await expect(warningIn(other)).toHaveCount(0)
  await context.clock.runFor('10:00')
  for (const tab of [page, other]) {
    await expectScreen(tab, 'Open your records')
    await expect(tab.getByText('Nobody used this page for 10 minutes')).toBeVisible()
  }
})

test('the warning can be answered with the keyboard alone, and tells a screen reader what it is', async ({ page }) => {
  await page.clock.install()
  await enrol(page)
  await page.clock.runFor('09:10')
  const stay = warningIn(page).getByRole('button', { name: 'Stay signed in' })
  await expect(stay).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(warningIn(page).getByRole('button', { name: 'Lock now' })).toBeFocused()
  await expect(warningIn(page)).toBeVisible()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(warningIn(page)).toHaveCount(0)
  await page.clock.runFor('09:10')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expectScreen(page, 'Open your records')
})

test('A82: a laptop that slept past the time shows nothing when it wakes', async ({ page }) => {
  await page.clock.install()
  await enrol(page)
  await saveForm(page, 'Sven Sleeper')
  await page.clock.fastForward('08:00:00')
  await expectScreen(page, 'Open your records')
  expect(await page.content()).not.toContain('Sven Sleeper')
})

test('leaving the page and coming back with "Back" shows nothing of the records', async ({ page }) => {
  await enrol(page)
  await saveForm(page, 'Berta Back')
  await page.goto('/v1/health')
  await page.goBack()
  await expectScreen(page, 'Open your records')
  expect(await page.content()).not.toContain('Berta Back')
})

test('a shared computer asks before it loses what could not be sent', async ({ page, context }) => {
  await page.goto('/#/create')
  await page.getByLabel('This is a shared computer').check()
  await expectSound(page, 'create, shared')
  const handle = newHandle()
  await page.getByLabel('Sign-in name').fill(handle)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create my account' }).click()
  await expectScreen(page, 'Keep your recovery code')
  const code = (await page.locator('.code li').allTextContents()).join('-')
  await page.getByRole('button', { name: 'I have kept it. Next' }).click()
  await page.getByLabel('Recovery code').fill(code)
  await page.getByRole('button', { name: 'Check my code' }).click()
  await expectScreen(page, 'Your records')
  await context.setOffline(true)
  await saveForm(page, 'Ursula Unsent')
  await expect(page.getByText('nothing stays on it')).toBeVisible()

  const question = page.getByRole('alertdialog', { name: '1 change is not sent yet' })
  await page.getByRole('button', { name: 'Lock', exact: true }).click()
  await expect(question.getByRole('button', { name: 'Stay and try again' })).toBeFocused()
  await expectSound(page, 'not sent yet')
  await page.keyboard.press('Escape')
  await expect(question).toHaveCount(0)
  await expect(page.getByRole('link', { name: 'Ursula Unsent' })).toBeVisible()

  await context.setOffline(false)
  await lock(page)
  await expect(page.getByLabel('This is a shared computer')).toBeChecked()
  await unlock(page, handle)
  await expect(page.getByRole('link', { name: 'Ursula Unsent' })).toBeVisible()

  await context.setOffline(true)
  await saveForm(page, 'Lost on purpose')
  await page.getByRole('button', { name: 'Lock', exact: true }).click()
  await question.getByRole('button', { name: 'Lock and lose it' }).click()
  await expectScreen(page, 'Open your records')
})
