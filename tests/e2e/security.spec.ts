/** The Security page, as its owner goes through it: what is changed here works at the next lock. */
import { expect, test } from '@playwright/test'
import { enrol, expectScreen, fillForm, lock, PASSWORD, saveForm, unlock } from './support/app.ts'
import { pressOn, typeInto } from './support/keyboard.ts'
import { expectSoundHere, logged, openSecurity, said, task } from './support/security.ts'

const NEW_PASSWORD = 'five other words that fit'
const PIN = '730914'

test('a patient changes the password, makes and tests a kit, remembers the device and renews a key', async ({
  page,
}) => {
  test.setTimeout(120_000)
  const { handle, code } = await enrol(page)
  await saveForm(page, 'Ada')
  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await fillForm(page)
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await expectScreen(page, 'Your records')
  await openSecurity(page)
  const ways = page.getByRole('region', { name: 'Ways into your records' })
  await expect(ways.getByRole('heading', { name: 'Recovery kit' })).toBeVisible()
  await expect(ways.getByText('Two ways in must stay')).toBeVisible()
  await expect(ways.getByRole('button', { name: /^Remove/ })).toHaveCount(0)
  await expect(page.getByText(/locked with 2 keys; the next renewal is due on/)).toBeVisible()
  await expect(logged(page, 'Your account was made, with a password and a recovery kit.')).toBeVisible()
  await expectSoundHere(page, 'security')

  await test.step('another password', async () => {
    await task(page, 'Change password', 'Change your password')
    await page.getByRole('button', { name: 'Set the new password' }).click()
    await expect(page.getByLabel('Password that you have now')).toBeFocused()
    await expectSoundHere(page, 'change password, with problems')
    await page.getByLabel('Password that you have now').fill('not the password')
    await page.getByLabel('New password').fill(NEW_PASSWORD)
    await page.getByRole('button', { name: 'Set the new password' }).click()
    await expect(page.getByRole('alert')).toContainText('This does not open your records.')
    await page.getByLabel('Password that you have now').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await expect(said(page, 'Your password is changed.')).toBeVisible()
    await lock(page)
    await unlock(page, handle)
    await expect(page.getByRole('alert')).toBeVisible()
    await unlock(page, handle, NEW_PASSWORD)
    await expectScreen(page, 'Your records')
  })

  const next = await test.step('another recovery kit', async () => {
    await openSecurity(page)
    await task(page, 'Make a new kit', 'Make a new recovery kit')
    await page.getByLabel('My recovery code').check()
    await page.getByLabel('Recovery code', { exact: true }).fill(code)
    await page.getByRole('button', { name: 'Make a new kit' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Keep your new recovery code' })).toBeFocused()
    await expectSoundHere(page, 'new kit')
    const made = (await page.locator('.code li').allTextContents()).join('-')
    expect(made).not.toBe(code)
    await expect(page.locator('.kit')).toContainText(handle)
    await page.getByRole('button', { name: 'I have kept it. Next' }).click()
    // The old code still opens the account: that it does says nothing of the new one.
    await page.getByLabel('Recovery code').fill(code)
    await page.getByRole('button', { name: 'Check my code' }).click()
    await expect(page.getByRole('alert')).toContainText('This is your old code.')
    await page.getByLabel('Recovery code').fill(made)
    await page.getByRole('button', { name: 'Check my code' }).click()
    await expect(said(page, 'Your new recovery kit works.')).toBeVisible()
    expect(await page.content()).not.toContain(made)
    return made
  })

  await test.step('a test of the kit', async () => {
    await task(page, 'Test my kit', 'Test your recovery kit')
    await page.getByLabel('Recovery code').fill(code)
    await page.getByRole('button', { name: 'Test my kit' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    await page.getByLabel('Recovery code').fill(next)
    await page.getByRole('button', { name: 'Test my kit' }).click()
    await expect(said(page, 'Your recovery kit works.')).toBeVisible()
  })

  await test.step('a PIN for this device, with the keyboard alone', async () => {
    await pressOn(page, page.getByRole('link', { name: 'Remember this device with a PIN' }))
    await expect(page.getByRole('heading', { level: 1, name: 'Remember this device' })).toBeFocused()
    await typeInto(page, page.getByLabel('Password that you have now'), NEW_PASSWORD)
    await typeInto(page, page.getByLabel('New PIN'), PIN)
    await page.keyboard.press('Enter')
    await expect(said(page, 'This device is remembered.')).toBeVisible()
    await expect(ways.getByRole('heading', { name: 'This device' })).toBeVisible()

    await page.reload()
    await expectScreen(page, 'Open your records')
    await page.getByLabel('PIN of this device').fill('111111')
    await page.getByRole('button', { name: 'Open my records' }).click()
    await expect(page.getByText('4 tries are left.')).toBeVisible()
    await expectSoundHere(page, 'PIN, wrong')
    await page.getByLabel('PIN of this device').fill(PIN)
    await page.getByRole('button', { name: 'Open my records' }).click()
    await expectScreen(page, 'Security')
    await ways.getByRole('button', { name: 'Rename “This device”' }).click()
    await page.getByLabel('New name').fill('Kitchen tablet')
    await page.keyboard.press('Enter')
    await expect(ways.getByRole('heading', { name: 'Kitchen tablet' })).toBeVisible()
    await expect(ways.getByRole('button', { name: 'Rename “Kitchen tablet”' })).toBeFocused()
  })

  await test.step('a renewal, paused and gone on with', async () => {
    const keys = page.getByRole('region', { name: 'Keys', exact: true })
    await keys.getByRole('button', { name: 'Details of your keys' }).click()
    // The server takes its time, until somebody has pressed "Pause".
    const paused = Promise.withResolvers<void>()
    await page.route('**/v1/records', async (route) => {
      await paused.promise
      await route.continue().catch(() => undefined)
    })
    await keys.getByRole('button', { name: 'Renew now: Your health' }).click()
    await expect(keys.getByRole('progressbar', { name: 'Renewing: Your health' })).toBeVisible()
    await keys.getByRole('button', { name: 'Pause' }).click()
    paused.resolve()
    await expect(keys.getByText('Paused.')).toBeVisible()
    await page.unroute('**/v1/records')
    await keys.getByRole('button', { name: 'Go on' }).click()
    await expect(keys.getByText('The key is renewed: Your health.')).toBeVisible({ timeout: 30_000 })
    await expect(keys.getByRole('row', { name: /^Your health, 1 Retired .* 0 / })).toBeVisible()
    await expect(keys.getByRole('row', { name: /^Your health, 2 In use .* 1 / })).toBeVisible()
    await expectSoundHere(page, 'security, renewed')
  })
})
