/** The records lock by themselves, after a warning that can be answered, and without losing what was typed. */
import { expect, test } from '@playwright/test'
import { enrol, expectScreen, unlock } from './support/app.ts'
import { expectSound } from './support/sound.ts'

test('after ten minutes without a touch the records lock, and the unfinished form is kept', async ({ page }) => {
  await page.clock.install()
  const { handle } = await enrol(page)
  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await page.getByLabel('Full name').fill('Ida Unfinished')
  await page.clock.runFor('00:05')

  await page.clock.runFor('09:00')
  const warning = page.getByRole('alertdialog', { name: 'Are you still there?' })
  await expect(warning).toContainText('seconds')
  await page.keyboard.press('Escape')
  await expect(warning).toHaveCount(0)
  await page.clock.runFor('09:10')
  await page.clock.resume()
  await expectSound(page, 'are you still there?')
  await warning.getByRole('button', { name: 'Stay signed in' }).click()
  await expect(warning).toHaveCount(0)
  await page.clock.runFor('08:50')
  await expect(page.getByLabel('Full name')).toHaveValue('Ida Unfinished')

  await page.clock.runFor('01:30')
  await expectScreen(page, 'Open your records')
  await expect(page.getByText('Nobody used this page for 10 minutes')).toBeVisible()
  expect(await page.content()).not.toContain('Ida Unfinished')
  const kept = await page.evaluate(() => JSON.stringify(Object.entries(localStorage)))
  expect(kept).toContain('ls1.')
  expect(kept).not.toContain('Ida')

  await unlock(page, handle)
  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await expect(page.getByLabel('Full name')).toHaveValue('Ida Unfinished')
  await expect(page.getByText('We kept what you typed last time.')).toBeVisible()
  await page.getByRole('button', { name: 'Start with an empty form' }).click()
  await expect(page.getByLabel('Full name')).toHaveValue('')
})
