/** The whole path of a patient, once, for real. */
import { expect, test } from '@playwright/test'
import {
  checkCode,
  createAccount,
  enrol,
  expectScreen,
  exportRecords,
  fillForm,
  lock,
  MARIA,
  recover,
  saveForm,
  unlock,
} from './support/app.ts'

test('a patient enrols, fills in a form, reloads, recovers in a second profile, and locks', async ({
  page,
  browser,
}) => {
  const { handle, code } = await enrol(page)
  await expect(page.getByText('Your code works. Your account is ready.')).toBeVisible()

  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await fillForm(page)
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await expectScreen(page, 'Your records')
  await expect(page.getByText('Your form is locked and saved.')).toBeVisible()

  await page.reload()
  await expect(page.getByText(MARIA.name)).toHaveCount(0)
  await unlock(page, handle)
  await page.getByRole('link', { name: MARIA.name }).click()

  const opened = page.getByRole('region', { name: 'What you see' })
  for (const text of [MARIA.name, 'Mar 27, 1984', MARIA.diagnosis, `${MARIA.medicine}, ${MARIA.dose}`, MARIA.notes]) {
    await expect(opened.getByText(text, { exact: true })).toBeVisible()
  }
  await expect(opened.getByText(MARIA.ssn)).toHaveCount(0)
  await opened.getByRole('button', { name: 'Show Social Security number' }).click()
  await expect(opened.getByText(MARIA.ssn)).toBeVisible()

  // The tab's title goes into the browser's history, on disk.
  await expect(page).toHaveTitle('Record · Lockstitch')

  const row = page.getByRole('region', { name: 'The stored row' })
  await expect(row).toContainText('"name": "ls1.')
  for (const secret of Object.values(MARIA).filter((text) => text.length > 4))
    await expect(row).not.toContainText(secret)

  const second = await recover(browser, code)
  await expect(second.page.getByText('You opened your records with your recovery code.')).toBeVisible()
  await expect(second.page.getByRole('link', { name: MARIA.name })).toBeVisible()
  const [form] = (await exportRecords(second.page)).records.forms
  expect(form).toMatchObject({
    name: MARIA.name,
    birthDate: '1984-03-27',
    ssn: MARIA.ssn,
    diagnosis: MARIA.diagnosis,
    medications: [{ name: MARIA.medicine, dose: MARIA.dose }],
    notes: MARIA.notes,
  })
  await second.context.close()

  await lock(page)
  await expect(page.getByText('Your records are locked. You can leave this device now.')).toBeVisible()
  const html = await page.content()
  for (const secret of [MARIA.name, MARIA.ssn, MARIA.diagnosis]) expect(html).not.toContain(secret)
})

test('the recovery kit can be kept in three ways, and nothing is reachable before its code is checked', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const { handle, code } = await createAccount(page)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as a file' }).click()
  const text = (await (await (await download).createReadStream()).toArray()).join('')
  expect(text).toContain(handle)
  expect(text).toContain(code)
  await page.getByRole('button', { name: 'Copy' }).click()
  await expect(page.getByText('Copied.')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(code)
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByText('Lockstitch recovery kit')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Lock' })).toBeHidden()
  await page.emulateMedia({ media: 'screen' })

  await page.reload()
  await unlock(page, handle)
  await expectScreen(page, 'Check your code')
  await expect(page.getByText('We can’t show the code a second time.')).toBeVisible()
  await expect(page.locator('.code')).toHaveCount(0)
  for (const place of ['#/', '#/new', '#/import', '#/waiting']) {
    await page.evaluate((hash) => (location.hash = hash), place)
    await expectScreen(page, 'Check your code')
  }
  await expect(page.getByRole('navigation')).toHaveCount(0)

  await checkCode(page, `${code.slice(0, -1)}${code.endsWith('2') ? '3' : '2'}`)
  await expect(page.getByRole('alert')).toContainText('This code is not right.')
  await expect(page.getByLabel('Recovery code')).not.toHaveValue('')
  await checkCode(page, code.toLowerCase().replaceAll('-', ' '))
  await expectScreen(page, 'Your records')
})

test('a form can be changed and deleted', async ({ page }) => {
  await enrol(page)
  await saveForm(page, 'Ana First')
  await page.getByRole('link', { name: 'Ana First' }).click()
  await page.getByRole('link', { name: 'Change' }).click()
  await expect(page.getByLabel('Full name')).toHaveValue('Ana First')
  await page.getByLabel('Full name').fill('Ana Second')
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await expect(page.getByRole('link', { name: 'Ana Second' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Ana First' })).toHaveCount(0)

  await page.getByRole('link', { name: 'Ana Second' }).click()
  await page.getByRole('button', { name: 'Delete' }).click()
  const question = page.getByRole('alertdialog', { name: 'Delete this record?' })
  await question.getByRole('button', { name: 'Keep it' }).click()
  await expect(question).toHaveCount(0)
  await page.getByRole('button', { name: 'Delete' }).click()
  await question.getByRole('button', { name: 'Delete' }).click()
  await expectScreen(page, 'Your records')
  await expect(page.getByText('The record is deleted.')).toBeVisible()
  await expect(page.getByText('Nothing here yet')).toBeVisible()
})

test('a wrong password says what to do and keeps what was typed', async ({ page }) => {
  await page.goto('/#/unlock')
  await unlock(page, 'nobody-at-all@example.org', 'not the password')
  await expect(page.getByRole('alert')).toContainText('This does not open your records.')
  await expect(page.getByRole('alert')).toContainText('not even our support team')
  await expect(page.getByLabel('Sign-in name')).toHaveValue('nobody-at-all@example.org')
  await expect(page.getByRole('button', { name: 'Open my records' })).toBeFocused()
})
