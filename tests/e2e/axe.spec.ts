/** Every screen, on a phone and on a desk, light, dark and with forced colors. */
import { expect, type Page, test } from '@playwright/test'
import {
  checkCode,
  chooseFile,
  createAccount,
  expectScreen,
  fillForm,
  lock,
  MARIA,
  saveForm,
  unlock,
} from './support/app.ts'
import { JOHNNIE } from './support/fhir.ts'
import { expectSound } from './support/sound.ts'

interface Look {
  readonly name: string
  readonly width: number
  readonly media: NonNullable<Parameters<Page['emulateMedia']>[0]>
}

const LOOKS: readonly Look[] = [
  { name: 'small phone, light', width: 320, media: { colorScheme: 'light', forcedColors: 'none' } },
  { name: 'phone, dark', width: 390, media: { colorScheme: 'dark', forcedColors: 'none' } },
  { name: 'desk, dark', width: 1280, media: { colorScheme: 'dark', forcedColors: 'none' } },
  { name: 'desk, forced colors', width: 1280, media: { colorScheme: 'light', forcedColors: 'active' } },
  { name: 'desk, light', width: 1280, media: { colorScheme: 'light', forcedColors: 'none' } },
]

async function expectSoundEverywhere(page: Page, screen: string): Promise<void> {
  for (const { name, width, media } of LOOKS) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ reducedMotion: 'reduce', ...media })
    await expectSound(page, `${screen} (${name})`)
  }
}

test('every screen is sound in every look', async ({ page, context }) => {
  test.setTimeout(300_000)
  await page.goto('/')
  await expectScreen(page, 'Your health records, locked by you')
  await expectSoundEverywhere(page, 'welcome')

  await page.goto('/#/create')
  await page.getByRole('button', { name: 'Create my account' }).click()
  await expectSoundEverywhere(page, 'create, with problems')
  const { handle, code } = await createAccount(page)
  await expectSoundEverywhere(page, 'recovery kit')
  await page.getByRole('button', { name: 'I have kept it. Next' }).click()
  await checkCode(page, 'ABCD')
  await expect(page.getByRole('alert')).toBeVisible()
  await expectSoundEverywhere(page, 'check the code, wrong')
  await checkCode(page, code)
  await expectScreen(page, 'Your records')
  await expectSoundEverywhere(page, 'empty list')

  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await page.getByLabel('Year').fill('12')
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await expect(page.getByText('Type your name.')).toBeVisible()
  await expectSoundEverywhere(page, 'form, with problems')
  await fillForm(page)
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await expectScreen(page, 'Your records')

  await page.getByRole('link', { name: 'Add a file' }).click()
  await expectSoundEverywhere(page, 'choose a file')
  await chooseFile(page, JOHNNIE.path)
  await expect(page.getByRole('heading', { name: 'All done' })).toBeVisible({ timeout: 30_000 })
  await expectSoundEverywhere(page, 'file added')
  await page.getByRole('link', { name: 'See my records' }).click()
  await page.getByRole('button', { name: /^Tests and measurements/ }).click()
  await expectSoundEverywhere(page, 'list')

  await page.getByRole('link', { name: MARIA.name }).click()
  await expect(page.getByRole('region', { name: 'The stored row' })).toBeVisible()
  await expectSoundEverywhere(page, 'form, opened')
  await page.getByRole('button', { name: 'Delete' }).click()
  await expectSoundEverywhere(page, 'delete?')
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'All records' }).click()
  await page.getByRole('button', { name: /^Health problems/ }).click()
  await page.getByRole('link', { name: 'Sinusitis' }).first().click()
  await page.getByRole('button', { name: 'Everything in this record' }).click()
  await expect(page.getByRole('region', { name: 'The stored row' })).toBeVisible()
  await expectSoundEverywhere(page, 'health record, opened')

  await context.setOffline(true)
  await page.getByRole('link', { name: 'My records' }).click()
  await saveForm(page, 'Olga Offline')
  await expectSoundEverywhere(page, 'list, offline')
  await page.getByRole('link', { name: 'Waiting (1)' }).click()
  await expectSoundEverywhere(page, 'waiting')
  await context.setOffline(false)
  await expect(page.getByText('Nothing is waiting.')).toBeVisible({ timeout: 15_000 })

  await lock(page)
  await unlock(page, handle, 'not the password')
  await expect(page.getByRole('alert')).toBeVisible()
  await expectSoundEverywhere(page, 'unlock, wrong password')
  await page.getByRole('link', { name: 'I lost my password' }).click()
  await expectScreen(page, 'Use your recovery code')
  await expectSoundEverywhere(page, 'use the recovery code')
})
