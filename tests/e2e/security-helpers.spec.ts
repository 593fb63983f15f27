/** Trusted people on the Security page: cards and digits compared, helpers chosen, a request approved there and stopped here. */
import { type Browser, expect, type Page, test } from '@playwright/test'
import { enrol, PASSWORD } from './support/app.ts'
import { openSdkPage, serveSdkPage } from './support/sdk-page.ts'
import { expectLoaded, expectSoundHere, logged, openSecurity, said, task } from './support/security.ts'

interface Helper {
  readonly page: Page
  readonly card: string
  readonly digits: string[]
}

/** Somebody with an account of their own, and their card. */
async function helper(browser: Browser): Promise<Helper> {
  const page = await (await browser.newContext()).newPage()
  await enrol(page)
  await openSecurity(page)
  await page.getByRole('button', { name: 'Trusted people' }).click()
  await page.getByRole('button', { name: 'Show my card' }).click()
  const shown = page.getByRole('list', { name: 'Your digits' }).getByRole('listitem')
  await expect(shown).toHaveCount(6)
  const digits = await shown.allTextContents()
  const card = await page.getByRole('region', { name: 'Your card' }).textContent()
  return { page, card: card ?? '', digits }
}

/** Somebody who has lost everything asks from a device that knows nothing; the demo has no screen for that. */
async function ask(browser: Browser, origin: string, handle: string): Promise<string> {
  const context = await browser.newContext({ baseURL: origin })
  await serveSdkPage(context, origin)
  const page = await context.newPage()
  await openSdkPage(page)
  const { digits } = await page.evaluate(
    (name) => globalThis.lockstitch.client.escrow.request({ handle: name }),
    handle,
  )
  await context.close()
  return digits
}

test('a patient chooses helpers; one says yes to a request, and the patient stops it', async ({
  page,
  browser,
  baseURL,
}) => {
  // Three accounts are made and unlocked.
  test.setTimeout(120_000)
  const { handle } = await enrol(page)
  const [anna, ben] = [await helper(browser), await helper(browser)]
  await openSecurity(page)
  await page.getByRole('button', { name: 'Trusted people' }).click()
  await expectSoundHere(page, 'trusted people')

  await task(page, 'Choose helpers', 'Choose your helpers')
  await page.getByLabel('Card of a helper').fill('not a card')
  await page.getByRole('button', { name: 'Add this helper' }).click()
  await expect(page.getByRole('alert')).toContainText('This card is not complete.')
  for (const [index, { card, digits }] of [anna, ben].entries()) {
    await page.getByLabel('Card of a helper').fill(card)
    await page.getByRole('button', { name: 'Add this helper' }).click()
    const shown = page.getByRole('list', { name: `Helper ${index + 1}` }).getByRole('listitem')
    await expect(shown).toHaveText(digits)
  }
  await page.getByLabel('Card of a helper').fill(anna.card)
  await page.getByRole('button', { name: 'Add this helper' }).click()
  await expect(page.getByText('You have this helper already.')).toBeVisible()
  await page.getByLabel('Password that you have now').fill(PASSWORD)
  await page.getByRole('button', { name: 'Choose these helpers' }).click()
  // Nobody is chosen before the digits were compared.
  await expect(page.getByText('Compare the digits of every helper first')).toBeVisible()
  await expectSoundHere(page, 'choose helpers')
  await page.getByLabel('Helper 1 read the same digits').check()
  await page.getByLabel('Helper 2 read the same digits').check()
  await page.getByRole('button', { name: 'Choose these helpers' }).click()
  await expect(said(page, 'Your helpers are chosen. 2 of 2')).toBeVisible()
  await expectLoaded(page)
  await page.getByRole('button', { name: 'Trusted people' }).click()
  await expect(page.getByText('2 of 2 helpers can open your records together, after a wait of 3 days.')).toBeVisible()

  const requested = await ask(browser, baseURL ?? '', handle)
  await ben.page.getByRole('link', { name: 'My records' }).click()
  await openSecurity(ben.page)
  await ben.page.getByRole('button', { name: 'Trusted people' }).click()
  await expect(ben.page.getByText('They asked for help on')).toBeVisible()
  await ben.page.getByLabel('Digits of the request').fill('00000 00000 00000 00000 00000 00000')
  await ben.page.getByRole('button', { name: 'Say yes' }).click()
  await expect(ben.page.getByRole('alert')).toBeVisible()
  await expectSoundHere(ben.page, 'say yes')
  await ben.page.getByLabel('Digits of the request').fill(requested)
  await ben.page.getByRole('button', { name: 'Say yes' }).click()
  await expect(ben.page.getByText('You said yes to the request of')).toBeVisible()

  await page.getByRole('link', { name: 'My records' }).click()
  await openSecurity(page)
  await expect(page.getByRole('alert')).toContainText('Somebody asks to open your account')
  await expect(page.getByRole('alert')).toContainText('1 helper said yes so far.')
  await expectSoundHere(page, 'a request')
  await page.getByRole('button', { name: 'Stop this request' }).click()
  await expect(said(page, 'The request is stopped.')).toBeVisible()
  await expect(page.getByText('Somebody asks to open your account')).toHaveCount(0)
  await page.getByRole('button', { name: 'Look again' }).click()
  await expect(logged(page, 'The request to open your account was stopped.')).toBeVisible()
})
