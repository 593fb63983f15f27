/** What a patient does in the app, by the names that are on the screen. */
import { readFile } from 'node:fs/promises'
import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test'

export const PASSWORD = 'four words that rhyme not'

export interface Patient {
  readonly handle: string
  readonly code: string
}

let count = 0

/** A sign-in name that no other test has. */
export function newHandle(): string {
  count += 1
  return `patient-${Date.now().toString(36)}-${count}@example.org`
}

export async function expectScreen(page: Page, title: string | RegExp): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: title, exact: true })).toBeVisible()
}

/** Up to the recovery kit; gives the code that is on the screen. */
export async function createAccount(
  page: Page,
  handle: string = newHandle(),
  password: string = PASSWORD,
): Promise<Patient> {
  await page.goto('/#/create')
  await page.getByLabel('Sign-in name').fill(handle)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create my account' }).click()
  await expectScreen(page, 'Keep your recovery code')
  return { handle, code: (await page.locator('.code li').allTextContents()).join('-') }
}

export async function checkCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('Recovery code').fill(code)
  await page.getByRole('button', { name: 'Check my code' }).click()
}

/** A whole new account, at its empty list. */
export async function enrol(page: Page): Promise<Patient> {
  const patient = await createAccount(page)
  await page.getByRole('button', { name: 'I have kept it. Next' }).click()
  await checkCode(page, patient.code)
  await expectScreen(page, 'Your records')
  return patient
}

/** On the screen "Open your records". */
export async function unlock(page: Page, handle: string, password: string = PASSWORD): Promise<void> {
  await expectScreen(page, 'Open your records')
  await page.getByLabel('Sign-in name').fill(handle)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Open my records' }).click()
}

/** A second profile: another browser context, opened with nothing but the recovery code. The password stays as it is. */
export async function recover(browser: Browser, code: string): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto('/')
  await page.getByRole('link', { name: 'Use your recovery code' }).click()
  await page.getByLabel('Recovery code').fill(code)
  await page.getByRole('button', { name: 'Open my records' }).click()
  await expectScreen(page, 'Set a new password')
  await page.getByRole('button', { name: 'Later' }).click()
  await expectScreen(page, 'Your records')
  return { context, page }
}

export async function lock(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Lock', exact: true }).click()
  await expectScreen(page, 'Open your records')
}

export const MARIA = {
  name: 'Maria Quintanilla',
  month: '3',
  day: '27',
  year: '1984',
  ssn: '078-05-1120',
  diagnosis: 'Type 2 diabetes',
  medicine: 'Metformin',
  dose: '500 mg, twice a day',
  notes: 'I get dizzy in the morning.',
} as const

/** On the form: types it, but does not save it. */
export async function fillForm(page: Page, form: typeof MARIA = MARIA): Promise<void> {
  await page.getByLabel('Full name').fill(form.name)
  await page.getByLabel('Month').fill(form.month)
  await page.getByLabel('Day').fill(form.day)
  await page.getByLabel('Year').fill(form.year)
  await page.getByLabel('Social Security number').fill(form.ssn)
  await page.getByLabel('What is wrong?').fill(form.diagnosis)
  await page.getByLabel('Medicine 1', { exact: true }).fill(form.medicine)
  await page.getByLabel('How much and when (1)').fill(form.dose)
  await page.getByLabel('Anything else we should know?').fill(form.notes)
}

/** From the list: a new form with this name, saved. */
export async function saveForm(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await page.getByLabel('Full name').fill(name)
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await expectScreen(page, 'Your records')
}

/** Chooses a file on the screen "Add a health record file". */
export async function chooseFile(
  page: Page,
  file: string | { name: string; mimeType: string; buffer: Buffer },
): Promise<void> {
  await page.getByRole('link', { name: 'Add a file' }).click()
  const another = page.getByRole('button', { name: 'Add another file' })
  if (await another.isVisible()) await another.click()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a file' }).click()
  await (await chooser).setFiles(file)
}

export interface Exported {
  readonly forms: readonly Record<string, unknown>[]
  readonly healthRecords: { readonly entry: readonly unknown[] }
}

/** Presses "Export my records" and reads the file. */
export async function exportRecords(page: Page): Promise<{ readonly text: string; readonly records: Exported }> {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export my records' }).click()
  const text = await readFile(await (await download).path(), 'utf8')
  return { text, records: JSON.parse(text) as Exported }
}
