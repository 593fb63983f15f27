/**
 * What is left behind when the patient has gone: the browser's profile folder on disk, all that the page asked for, all that
 * the server stored and logged. None of it has a word of the patient's in it, in any encoding.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, expect, type Page, test } from '@playwright/test'
import { createLeakScan, type Secrets } from '../support/leak-scan.ts'
import { checkCode, chooseFile, expectScreen, fillForm, lock, MARIA, newHandle, unlock } from './support/app.ts'
import { JOHNNIE } from './support/fhir.ts'
import { scanFolder } from './support/profile.ts'
import { startOwnServer } from './support/server.ts'

const PASSWORD = 'Zwiebelkuchen mit Speck 93'

const SECRETS: Secrets = {
  name: MARIA.name,
  'family name': 'Quintanilla',
  ssn: MARIA.ssn,
  'ssn without dashes': '078051120',
  'date of birth': '1984-03-27',
  'date of birth as it is shown': 'Mar 27, 1984',
  diagnosis: MARIA.diagnosis,
  medicine: MARIA.medicine,
  notes: MARIA.notes,
  draft: 'Unfinished Undine',
  password: PASSWORD,
  'first name in the file': 'Johnnie679',
  'family name in the file': 'Hermiston71',
  'date of birth in the file': '2009-03-20',
  'phone in the file': '555-702-9528',
  'condition in the file': 'Fracture subluxation of wrist',
}

/** As careless as a tired person at a shared PC: shows the password, reloads in the middle, goes back and forth. */
async function useTheApp(page: Page, handle: string): Promise<string> {
  await page.goto('/')
  await page.getByRole('link', { name: 'Create my account' }).click()
  await page.getByLabel('Sign-in name').fill(handle)
  await page.getByLabel('Password', { exact: true }).pressSequentially(PASSWORD)
  await page.getByRole('button', { name: 'Show password' }).click()
  await page.getByRole('button', { name: 'Create my account' }).click()
  await expectScreen(page, 'Keep your recovery code')
  const code = (await page.locator('.code li').allTextContents()).join('-')
  await page.getByRole('button', { name: 'I have kept it. Next' }).click()
  await page.getByLabel('Recovery code').pressSequentially(code)
  await page.reload()
  await unlock(page, handle, PASSWORD)
  await checkCode(page, code)
  await expectScreen(page, 'Your records')

  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await fillForm(page)
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await page.getByRole('link', { name: MARIA.name }).click()
  await expect(page.getByRole('region', { name: 'The stored row' })).toBeVisible()
  await page.getByRole('button', { name: 'Show Social Security number' }).click()
  await chooseFile(page, JOHNNIE.path)
  await page.getByRole('link', { name: 'See my records' }).click()
  await page.getByRole('searchbox').pressSequentially('Fracture subluxation of wrist')
  await page.getByRole('link', { name: 'Fracture subluxation of wrist' }).first().click()
  await page.goBack()
  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await page.getByLabel('Full name').pressSequentially('Unfinished Undine')
  await page.getByLabel('Anything else we should know?').pressSequentially('Unfinished Undine')
  await expect.poll(() => page.evaluate(() => Object.keys(localStorage).join())).toContain('lockstitch-draft')
  await page.reload()
  await expectScreen(page, 'Open your records')
  await page.getByLabel('Sign-in name').fill(handle)
  await page.getByLabel('Password', { exact: true }).pressSequentially(PASSWORD)
  await page.getByRole('button', { name: 'Show password' }).click()
  // The browser writes down what stands in fields now and then.
  await page.waitForTimeout(3_000)
  await page.getByRole('button', { name: 'Open my records' }).click()
  await expect(page.getByLabel('Full name')).toHaveValue('Unfinished Undine')
  await lock(page)
  await page.getByRole('link', { name: 'I lost my password' }).click()
  await page.getByLabel('Recovery code').pressSequentially(code)
  await page.waitForTimeout(3_000)
  return code
}

test('no word of the patient is left in the profile folder, in the requests or at the server', async ({
  launchOptions,
}) => {
  test.setTimeout(120_000)
  const server = await startOwnServer()
  const profile = await mkdtemp(join(tmpdir(), 'lockstitch-profile-'))
  const context = await chromium.launchPersistentContext(profile, { ...launchOptions, baseURL: server.url })
  const sent: string[] = []
  context.on('request', (request) => sent.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`))
  const page = context.pages()[0] ?? (await context.newPage())
  const handle = newHandle()
  const code = await useTheApp(page, handle)
  await context.close()
  await server.stop()

  const secrets = { ...SECRETS, 'recovery code': code, 'recovery code without dashes': code.replaceAll('-', '') }
  const scan = createLeakScan(secrets)
  expect(scan('requests', sent.join('\n'))).toEqual([])
  expect(scan('log', server.log())).toEqual([])
  const inProfile = await scanFolder(profile, secrets)
  const atServer = await scanFolder(server.data, secrets)
  expect(inProfile.leaks).toEqual([])
  expect(atServer.leaks).toEqual([])

  // The scan looked where it should: what is no secret is found by it.
  const envelope = /"ls1\.[\w-]{11}\.([\w-]+)"/.exec(sent.join('\n'))?.[1] ?? ''
  expect(envelope.length).toBeGreaterThan(40)
  expect(server.log()).toContain('/v1/records')
  expect((await scanFolder(profile, { draft: 'lockstitch-draft/' })).leaks.length).toBeGreaterThan(0)
  expect((await scanFolder(server.data, { envelope })).leaks.length).toBeGreaterThan(0)
  expect(inProfile.files).toBeGreaterThan(20)
  for (const folder of [profile, server.data]) await rm(folder, { recursive: true })
})
