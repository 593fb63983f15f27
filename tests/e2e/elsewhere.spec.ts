/** Who goes elsewhere while the server takes its time stays there: what was begun is done, and said, but pulls nobody back. */
import { expect, test } from '@playwright/test'
import { enrol, expectScreen, fillForm, MARIA, PASSWORD, saveForm } from './support/app.ts'
import { hold } from './support/hold.ts'
import { openSecurity, task } from './support/security.ts'

test('who goes elsewhere while a form is saved stays there', async ({ page }) => {
  await enrol(page)
  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await fillForm(page)
  const saving = await hold(page, '**/v1/records', 'POST')
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await saving.held
  await page.getByRole('link', { name: 'Add a file' }).click()
  await expectScreen(page, 'Add a health record file')
  saving.letGo()
  await expect(page.getByText('Your form is locked and saved.')).toBeVisible()
  await expectScreen(page, 'Add a health record file')
  await page.getByRole('link', { name: 'My records' }).click()
  await expect(page.getByRole('link', { name: MARIA.name })).toBeVisible()
})

test('who goes elsewhere while a record is deleted stays there', async ({ page }) => {
  await enrol(page)
  await saveForm(page, 'Ada')
  await page.getByRole('link', { name: 'Ada' }).click()
  await page.getByRole('button', { name: 'Delete' }).click()
  const deleting = await hold(page, '**/v1/records', 'POST')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await deleting.held
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Add a file' }).click()
  await expectScreen(page, 'Add a health record file')
  deleting.letGo()
  await expect(page.getByText('The record is deleted.')).toBeVisible()
  await expectScreen(page, 'Add a health record file')
  await page.getByRole('link', { name: 'My records' }).click()
  await expectScreen(page, 'Your records')
  await expect(page.getByText('Nothing here yet')).toBeVisible()
})

test('who goes elsewhere while the password is changed stays there', async ({ page }) => {
  await enrol(page)
  await openSecurity(page)
  await task(page, 'Change password', 'Change your password')
  await page.getByLabel('Password that you have now').fill(PASSWORD)
  await page.getByLabel('New password').fill('five other words that fit')
  const changing = await hold(page, '**/v1/account/state', 'PUT')
  await page.getByRole('button', { name: 'Set the new password' }).click()
  await changing.held
  await page.getByRole('link', { name: 'Add a file' }).click()
  await expectScreen(page, 'Add a health record file')
  changing.letGo()
  await expect(page.getByText('Your password is changed.')).toBeVisible()
  await expectScreen(page, 'Add a health record file')
})
