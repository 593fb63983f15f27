/** The log of the Security page: what was done and what was tried stands in it, in sentences, newest first. */
import { expect, test } from '@playwright/test'
import { enrol, expectScreen, lock, PASSWORD, saveForm, unlock } from './support/app.ts'
import { expectSoundHere, logged, openSecurity, said, task } from './support/security.ts'

test('what a patient did and what somebody tried stands in the log', async ({ page }) => {
  const { handle } = await enrol(page)
  await saveForm(page, 'Ada')
  await lock(page)
  await unlock(page, handle, 'not the password')
  await expect(page.getByRole('alert')).toContainText('This does not open your records.')
  await unlock(page, handle)
  await expectScreen(page, 'Your records')
  await openSecurity(page)
  await expect(logged(page, 'Your records were opened with your password.')).toBeVisible()
  await expect(logged(page, 'Somebody tried to sign in with a wrong password.')).toBeVisible()

  await task(page, 'Change password', 'Change your password')
  await page.getByLabel('Password that you have now').fill(PASSWORD)
  await page.getByLabel('New password').fill('five other words that fit')
  await page.getByRole('button', { name: 'Set the new password' }).click()
  await expect(said(page, 'Your password is changed.')).toBeVisible()
  const log = page.getByRole('region', { name: 'What happened' })
  const lines = log.getByRole('listitem')
  await expect(lines.first()).toContainText('Your password was changed.')
  await expect(lines.last()).toContainText('Your account was made, with a password and a recovery kit.')
  await expect(logged(page, 'Your recovery kit was checked.')).toBeVisible()

  // A renewal on this page: what it did is there once the log is asked again.
  const keys = page.getByRole('region', { name: 'Keys', exact: true })
  await keys.getByRole('button', { name: 'Details of your keys' }).click()
  await keys.getByRole('button', { name: 'Renew now: Your health' }).click()
  await expect(keys.getByText('The key is renewed: Your health.')).toBeVisible({ timeout: 30_000 })
  await expect(logged(page, 'A renewal of a key began: Your health.')).toHaveCount(0)
  await log.getByRole('button', { name: 'Look again' }).click()
  await expect(logged(page, 'A renewal of a key began: Your health.')).toBeVisible()
  await expect(logged(page, 'An old key was retired, and the renewal came to its end: Your health.')).toBeVisible()

  await expect(logged(page, 'Records were read.')).toHaveCount(0)
  await log.getByLabel(/^Show also every time/).check()
  await expect(logged(page, 'Records were read.').first()).toBeVisible()
  await expect(lines).toHaveCount(10)
  await log.getByRole('button', { name: /^Show \d+ more/ }).click()
  await expect(lines.nth(10)).toBeFocused()
  await expectSoundHere(page, 'security, whole log')
})
