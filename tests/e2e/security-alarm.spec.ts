/** "I think somebody got in": a new password and new keys, with an honest word on what that can't undo. */
import { expect, test } from '@playwright/test'
import { enrol, expectScreen, lock, PASSWORD, saveForm, unlock } from './support/app.ts'
import { expectSoundHere, logged, openSecurity, task } from './support/security.ts'

const NEW_PASSWORD = 'five other words that fit'

test('who fears a thief sets a new password and gets new keys', async ({ page }) => {
  const { handle, code } = await enrol(page)
  await saveForm(page, 'Dora')
  await openSecurity(page)
  await task(page, 'I think somebody got in', 'Somebody may have got in')
  await page.getByLabel('My recovery code').check()
  await page.getByLabel('Recovery code', { exact: true }).fill(code)
  await page.getByRole('textbox', { name: 'New password' }).fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Set the new password' }).click()
  await expect(page.getByText('Your password is changed. Whoever')).toBeVisible()
  await page.getByRole('button', { name: 'Get new keys' }).click()
  await expect(page.getByText('2 keys taken out of use.')).toBeVisible({ timeout: 30_000 })
  await expect(page.getByText('If they copied your records and a key before')).toBeVisible()
  await expectSoundHere(page, 'somebody got in')
  await page.getByRole('link', { name: 'See what happened' }).click()
  await expect(logged(page, 'A key was taken out of use, because somebody may know it: Your health.')).toBeVisible()

  await lock(page)
  await unlock(page, handle, PASSWORD)
  await expect(page.getByRole('alert')).toContainText('This does not open your records.')
  await unlock(page, handle, NEW_PASSWORD)
  await expectScreen(page, 'Your records')
  await expect(page.getByRole('link', { name: 'Dora' })).toBeVisible()
})
