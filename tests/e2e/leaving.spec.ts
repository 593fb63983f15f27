/** A patient deletes the account: nothing of it opens any more, the certificate is theirs, and the sign-in name is free. */
import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { parseCertificate } from '@lockstitch/sdk/format'
import { createAccount, enrol, expectScreen, lock, PASSWORD, saveForm, unlock } from './support/app.ts'
import { expectSoundHere, openSecurity, task } from './support/security.ts'

const SENT = '**/v1/account'

test('an account is deleted, and its name can be had anew', async ({ page, browser }) => {
  test.setTimeout(120_000)
  const { handle, code } = await enrol(page)
  await saveForm(page, 'Ada')
  // A second browser that remembers the account, and is away meanwhile.
  const context = await browser.newContext()
  const away = await context.newPage()
  await away.goto('/#/unlock')
  await unlock(away, handle)
  await expectScreen(away, 'Your records')
  await lock(away)

  // Another tab of this one.
  const tab = await page.context().newPage()
  await tab.goto('/#/unlock')
  await unlock(tab, handle)
  await expectScreen(tab, 'Your records')
  await page.bringToFront()

  await openSecurity(page)
  await task(page, 'Delete my account', 'Delete your account')
  await page.getByRole('button', { name: 'Delete my account for good' }).click()
  await expect(page.getByLabel('Password that you have now')).toBeFocused()
  await expectSoundHere(page, 'delete account, with problems')
  await page.getByLabel('Password that you have now').fill('not the password')
  await page.getByLabel('Type the word “delete”').fill('Delete')
  await page.getByRole('button', { name: 'Delete my account for good' }).click()
  await expect(page.getByRole('alert')).toContainText('This does not open your records.')
  await expect(page.getByRole('button', { name: 'Delete my account for good' })).toBeFocused()

  await test.step('the server does not answer, and is asked again', async () => {
    await page.route(SENT, (route) => (route.request().method() === 'DELETE' ? route.abort() : route.continue()))
    await page.getByLabel('Password that you have now').fill(PASSWORD)
    await page.getByRole('button', { name: 'Delete my account for good' }).click()
    const focused = page.locator(':focus')
    await expect(focused).toContainText('nothing here opens any more')
    await expect(page.getByRole('button', { name: 'Save the certificate' })).toBeVisible()
    await expectSoundHere(page, 'delete account, unanswered')
    await page.getByRole('button', { name: 'Ask the server again' }).click()
    await expect(page.getByText('Asking the server.').first()).toBeVisible()
    await expect(focused).toContainText('nothing here opens any more')
    await page.unroute(SENT)
    await page.getByRole('button', { name: 'Ask the server again' }).click()
  })

  await expect(page.getByRole('heading', { level: 1, name: 'Your account is deleted' })).toBeVisible()
  await expectScreen(tab, 'Open your records')
  await tab.close()
  await expectSoundHere(page, 'farewell')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save the certificate' }).click()
  const text = (await readFile(await (await download).path(), 'utf8')).trim()
  expect(parseCertificate(text).document).toMatchObject({ whole: true, method: 'NIST SP 800-88r2 cryptographic erase' })
  await page.getByRole('button', { name: 'Close' }).click()
  await expectScreen(page, 'Your health records, locked by you')
  const kept = await page.evaluate(() => JSON.stringify(localStorage))
  expect(kept).not.toContain(parseCertificate(text).document.account)

  await test.step('nothing that opened it opens anything', async () => {
    await page.goto('/#/unlock')
    await unlock(page, handle)
    await expect(page.getByRole('alert')).toContainText('This does not open your records.')
    await page.goto('/#/recover')
    await page.getByLabel('Recovery code').fill(code)
    await page.getByRole('button', { name: 'Open my records' }).click()
    await expect(page.getByRole('alert')).toContainText('This does not open your records.')
  })

  await test.step('the name is free for a new account, which the old password does not open', async () => {
    const again = await createAccount(page, handle, 'other words that rhyme not')
    expect(again.code).not.toBe(code)
    await page.reload()
    await unlock(page, handle)
    await expect(page.getByRole('alert')).toContainText('This does not open your records.')
    // The browser that remembers the old account says so once; then it is the new one's.
    await unlock(away, handle, 'other words that rhyme not')
    await expect(away.getByRole('alert')).toContainText('was deleted by its owner')
    await unlock(away, handle, 'other words that rhyme not')
    await expectScreen(away, 'Check your code')
  })
  await context.close()
})

test('one record is destroyed for good, and every other one stays', async ({ page }) => {
  test.setTimeout(120_000)
  await enrol(page)
  await saveForm(page, 'Ada')
  await saveForm(page, 'Grace')
  await page.getByRole('link', { name: 'Ada' }).click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('link', { name: 'Destroy it for good' }).click()
  await expectScreen(page, 'Destroy this record for good')
  await page.getByRole('button', { name: 'Destroy this record' }).click()
  await expect(page.getByLabel('Password that you have now')).toBeFocused()
  await expectSoundHere(page, 'destroy a record')
  await page.getByLabel('Password that you have now').fill(PASSWORD)
  await page.getByRole('button', { name: 'Destroy this record' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'The record is destroyed' })).toBeVisible({
    timeout: 30_000,
  })
  await expectSoundHere(page, 'destroyed')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save the certificate' }).click()
  const text = (await readFile(await (await download).path(), 'utf8')).trim()
  const { document } = parseCertificate(text)
  expect(document.record?.model).toBe('intake')
  expect(document.kids).toHaveLength(2)
  await page.getByRole('link', { name: 'See my records' }).click()
  await expect(page.getByRole('link', { name: 'Grace' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Ada' })).toHaveCount(0)
})
