/** A passkey on the Security page: made, tried, used to unlock, and kept. */
import { expect, test } from '@playwright/test'
import { enrol, expectScreen, lock, PASSWORD } from './support/app.ts'
import { addAuthenticator } from './support/sdk-page.ts'
import { expectSoundHere, openSecurity, said, task } from './support/security.ts'

test('a passkey is added, tried, and opens the records', async ({ page }) => {
  const authenticator = await addAuthenticator(page)
  await enrol(page)
  await openSecurity(page)
  await task(page, 'Add a passkey', 'Add a passkey')
  await page.getByLabel('Password that you have now').fill(PASSWORD)
  await page.getByLabel('What do you call it?').fill('My phone')
  await expectSoundHere(page, 'add a passkey')
  await expect(page.getByRole('radio')).toHaveCount(2)
  await page.getByRole('button', { name: 'Make a passkey' }).click()
  await expect(said(page, 'Your passkey is added.')).toBeVisible()
  const ways = page.getByRole('region', { name: 'Ways into your records' })
  await expect(ways.getByText('not tried yet')).toBeVisible()
  await ways.getByRole('button', { name: 'Try passkey My phone' }).click()
  await expect(said(page, 'A passkey of yours works.')).toBeVisible()
  await expect(ways.getByText('not tried yet')).toHaveCount(0)

  await lock(page)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expectScreen(page, 'Your records')
  await openSecurity(page)
  // Three ways in that were tried: any one of them may go, because two stay.
  await ways.getByRole('button', { name: 'Remove your password' }).click()
  await expectSoundHere(page, 'remove?')
  await page.getByRole('button', { name: 'Keep it' }).click()
  await expect(ways.getByRole('button', { name: 'Remove your password' })).toBeFocused()
  // Who is asked once more is offered what there is now.
  await task(page, 'Change password', 'Change your password')
  await expect(page.getByRole('radio', { name: 'A passkey' })).toBeVisible()
  await page.getByRole('link', { name: 'Back to security' }).click()
  await authenticator.setVerified(false)
  await ways.getByRole('button', { name: 'Try passkey My phone' }).click()
  await expect(page.getByRole('alert')).toContainText('The passkey wasn’t used.')
})
