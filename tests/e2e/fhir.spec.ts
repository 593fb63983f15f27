/** Real health record files: every entry in, every entry back, equal to the byte of its canonical JSON. */
import { expect, type Page, test } from '@playwright/test'
import { chooseFile, enrol, exportRecords, recover, unlock } from './support/app.ts'
import { canonicalJson, JOHNNIE, LUNA } from './support/fhir.ts'

const ALL = [...JOHNNIE.entries, ...LUNA.entries]

async function expectAllBack(page: Page): Promise<string> {
  await expect(page.getByText(`${ALL.length} records`, { exact: true })).toBeVisible({ timeout: 20_000 })
  const { text, records } = await exportRecords(page)
  // Every entry, and in the order of the files.
  expect(records.healthRecords.entry.map(canonicalJson)).toEqual(ALL.map(canonicalJson))
  return text
}

function jsonFile(name: string, value: unknown): { name: string; mimeType: string; buffer: Buffer } {
  return { name, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(value)) }
}

function bundleFile(name: string, entry: readonly unknown[]): ReturnType<typeof jsonFile> {
  return jsonFile(name, { resourceType: 'Bundle', type: 'collection', entry })
}

test('two Synthea bundles are sealed, stored, listed and opened again, after a reload and in a second profile', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000)
  const { handle, code } = await enrol(page)
  for (const { path, entries } of [JOHNNIE, LUNA]) {
    await chooseFile(page, path)
    await expect(page.getByText(`${entries.length} locked and stored`)).toBeVisible({ timeout: 30_000 })
    await expect(page.getByRole('heading', { name: 'All done' })).toBeFocused()
  }
  await page.getByRole('link', { name: 'See my records' }).click()
  const text = await expectAllBack(page)
  // FHIR says that the digits of a decimal count: 1385.70 is not 1385.7.
  expect(text).toContain('1385.70')

  const counts = await page.locator('.count').allTextContents()
  expect(counts.map(Number).reduce((sum, count) => sum + count, 0)).toBe(ALL.length)
  await page.getByRole('button', { name: /^Tests and measurements/ }).click()
  await expect(page.locator('.row')).toHaveCount(25)
  await page.getByRole('button', { name: /^Show 25 more/ }).click()
  await expect(page.locator('.row')).toHaveCount(50)

  await page.getByRole('searchbox', { name: 'Search' }).fill('sinusitis')
  await expect(page.getByText(/^\d+ of 460 records fit$/)).toBeVisible()
  await page.getByRole('link', { name: 'Viral sinusitis' }).first().click()
  await expect(page.getByRole('region', { name: 'What you see' }).getByText('Resolved', { exact: true })).toBeVisible()
  const row = page.getByRole('region', { name: 'The stored row' })
  await expect(row).toContainText('"entry": "ls1.')
  await expect(row).not.toContainText(/sinusitis|Condition|McCullough/i)

  await page.goto('/#/')
  await page.reload()
  await unlock(page, handle)
  await expectAllBack(page)

  const second = await recover(browser, code)
  await expectAllBack(second.page)
  await second.context.close()
})

test('records have titles that a person understands, and a file that is added twice is there once', async ({
  page,
}) => {
  await enrol(page)
  await chooseFile(page, JOHNNIE.path)
  await page.getByRole('link', { name: 'See my records' }).click()
  await expect(page.getByText('237 records', { exact: true })).toBeVisible()
  await page.getByLabel('Show', { exact: true }).selectOption({ label: 'About you (1)' })
  await expect(page.getByRole('link', { name: 'Johnnie679 Hermiston71' })).toBeVisible()
  await page.getByLabel('Show', { exact: true }).selectOption({ label: 'Health problems (4)' })
  const titles = await page.locator('.row-title').allTextContents()
  expect(titles).toContain('Sinusitis')
  expect(titles.join(' ')).not.toMatch(/\(disorder\)|urn:|http/)
  await expect(page.getByRole('button', { name: /^Other records/ })).toHaveCount(0)

  await chooseFile(page, JOHNNIE.path)
  await expect(page.getByText('237 left out, because you have them already')).toBeVisible()
})

test('files that are not right are told in plain words, and a long one can be stopped and gone on with', async ({
  page,
}) => {
  await enrol(page)
  await chooseFile(page, { name: 'cat.json', mimeType: 'application/json', buffer: Buffer.from('not json') })
  await expect(page.getByRole('alert')).toContainText('This is not a health record file.')
  await chooseFile(page, jsonFile('other.json', { hello: 'world' }))
  await expect(page.getByRole('alert')).toContainText('This file has no health records that we know.')
  await chooseFile(page, bundleFile('empty.json', []))
  await expect(page.getByRole('alert')).toContainText('There is no record in this file.')

  const small = { resource: { resourceType: 'Condition', code: { text: 'Small thing' } } }
  const big = {
    resource: { resourceType: 'DocumentReference', description: 'Huge letter', data: 'x'.repeat(1_100_000) },
  }
  await chooseFile(page, bundleFile('mixed.json', [small, big]))
  await expect(page.getByText('1 locked and stored')).toBeVisible()
  await expect(page.getByText('1 not added')).toBeVisible()
  await expect(page.locator('.failures')).toContainText('Huge letter')
  await expect(page.locator('.failures')).toContainText('This is too big to be saved.')

  const readings = Array.from({ length: 900 }, (_, index) => ({
    resource: { resourceType: 'Observation', code: { text: `Reading ${index}` }, valueInteger: index },
  }))
  await chooseFile(page, bundleFile('long.json', readings))
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(page.getByText(/\d+ not tried/)).toBeVisible()
  await page.getByRole('button', { name: /^Try the other \d+ again$/ }).click()
  await expect(page.getByRole('heading', { name: 'All done' })).toBeVisible({ timeout: 30_000 })
  await page.getByRole('link', { name: 'See my records' }).click()
  await expect(page.getByText('901 records', { exact: true })).toBeVisible({ timeout: 20_000 })
  const { records } = await exportRecords(page)
  expect(records.healthRecords.entry.map(canonicalJson)).toEqual([small, ...readings].map(canonicalJson))
})
