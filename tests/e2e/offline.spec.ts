/** Nothing is lost when the line, the server or another device is in the way. */
import { expect, test } from '@playwright/test'
import { enrol, expectScreen, recover, saveForm, unlock } from './support/app.ts'

test('offline, records can be read, and a form that is saved waits until the line is back', async ({
  page,
  context,
  browser,
}) => {
  const { code } = await enrol(page)
  await saveForm(page, 'Ben Online')
  await context.setOffline(true)
  await expect(page.getByText('You are offline.')).toBeVisible()
  await page.getByRole('link', { name: 'Ben Online' }).click()
  await expect(page.getByRole('region', { name: 'What you see' }).getByText('Ben Online')).toBeVisible()
  await page.getByRole('link', { name: 'All records' }).click()
  await saveForm(page, 'Cleo Offline')
  await expect(page.getByText('It is sent as soon as it can be.')).toBeVisible()
  await expect(page.getByText('1 change is waiting to be sent.')).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'Cleo Offline' })).toContainText('Waiting to be sent')
  await page.getByRole('link', { name: 'Waiting (1)' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Cleo Offline' })).toBeVisible()

  await context.setOffline(false)
  await expect(page.getByText('Nothing is waiting.')).toBeVisible({ timeout: 15_000 })
  await page.getByRole('link', { name: 'My records' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Cleo Offline' })).not.toContainText('Waiting')

  const second = await recover(browser, code)
  await expect(second.page.getByRole('link', { name: 'Cleo Offline' })).toBeVisible()
  await second.context.close()
})

test('a change that was made on two devices keeps both until one is chosen', async ({ page, context, browser }) => {
  const { code } = await enrol(page)
  await saveForm(page, 'Emil')
  const second = await recover(browser, code)
  await expect(second.page.getByRole('link', { name: 'Emil' })).toBeVisible()

  await page.getByRole('link', { name: 'Emil' }).click()
  await page.getByRole('link', { name: 'Change' }).click()
  await context.setOffline(true)
  await page.getByLabel('Full name').fill('Emil Here')
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await expect(page.getByText('1 change is waiting to be sent.')).toBeVisible()

  await second.page.getByRole('link', { name: 'Emil' }).click()
  await second.page.getByRole('link', { name: 'Change' }).click()
  await second.page.getByLabel('Full name').fill('Emil There')
  await second.page.getByRole('button', { name: 'Lock and save' }).click()
  await expect(second.page.getByText('Your form is locked and saved.')).toBeVisible()

  await context.setOffline(false)
  await page.getByRole('link', { name: 'Look at it now' }).click({ timeout: 15_000 })
  const choice = page.getByRole('region', { name: 'A change that needs your choice' })
  await expect(choice.getByText('Emil Here')).toBeVisible()
  await expect(choice.getByText('Emil There')).toBeVisible()
  await choice.getByRole('button', { name: 'Keep mine' }).click()
  await expect(page.getByText('Your version is saved.')).toBeVisible()
  await expect(page.getByText('Nothing is waiting.')).toBeVisible()

  await second.page.reload()
  await expectScreen(second.page, 'Open your records')
  await second.context.close()
  const third = await recover(browser, code)
  await expect(third.page.getByRole('link', { name: 'Emil Here' })).toBeVisible()
  await third.context.close()
})

test('a save that the server refuses leaves every word in the form', async ({ page }) => {
  await enrol(page)
  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await page.getByLabel('Full name').fill('Fay Refused')
  await page.getByLabel('Anything else we should know?').fill('A long story.')
  const problem = { type: 'about:blank', status: 422, title: 'refused', code: 'ERR_DIGEST_MISMATCH' }
  await page.route('**/v1/records', (route) =>
    route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
  )
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await expect(page.getByRole('alert')).toContainText('Nothing is lost.')
  await expect(page.getByRole('button', { name: 'Lock and save' })).toBeFocused()
  await expect(page.getByLabel('Full name')).toHaveValue('Fay Refused')
  await expect(page.getByLabel('Anything else we should know?')).toHaveValue('A long story.')

  await page.unroute('**/v1/records')
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await expect(page.getByRole('link', { name: 'Fay Refused' })).toHaveCount(1)
  await expect(page.getByText('waiting to be sent')).toHaveCount(0)
})

test('a tab that is closed in the middle of a save loses nothing', async ({ page, context }) => {
  const { handle } = await enrol(page)
  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await page.getByLabel('Full name').fill('Jon Closed')
  // The server never hears of it: the request is on its way when the tab goes.
  await page.route('**/v1/records', () => undefined)
  const sent = page.waitForRequest('**/v1/records')
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await sent
  await page.close()

  const next = await context.newPage()
  await next.goto('/')
  await unlock(next, handle)
  await expect(next.getByRole('link', { name: 'Jon Closed' })).toHaveCount(1)
  await expect(next.getByText('waiting to be sent')).toHaveCount(0, { timeout: 15_000 })
  await next.reload()
  await unlock(next, handle)
  await expect(next.getByRole('link', { name: 'Jon Closed' })).toHaveCount(1)
})

test('one damaged record is shown as such and hides no other', async ({ page }) => {
  const { handle } = await enrol(page)
  await saveForm(page, 'Gus Whole')
  await saveForm(page, 'Hana Damaged')
  await page.route('**/v1/records/intake?*', async (route) => {
    const response = await route.fetch()
    const body = (await response.json()) as { records: { name: string }[] }
    const last = body.records.at(-1)
    // One character of the sealed name, in the middle of it.
    if (last !== undefined)
      last.name = last.name.replace(/^(.{30})(.)/, (_, start: string, c: string) => start + (c === 'A' ? 'B' : 'A'))
    await route.fulfill({ response, json: body })
  })
  await page.reload()
  await unlock(page, handle)
  await expect(page.getByRole('link', { name: 'Gus Whole' })).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'Form that can’t be opened' })).toContainText('Damaged')
  await expect(page.getByText('Hana Damaged')).toHaveCount(0)
})
