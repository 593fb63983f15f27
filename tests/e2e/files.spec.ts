/** Scans and photos: attached, seen again on another device, given up, removed; and nothing of them on the server in clear. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { expect, type Page, test } from '@playwright/test'
import { enrol, expectScreen, recover, saveForm } from './support/app.ts'
import { startOwnServer } from './support/server.ts'

const NAME = 'Röntgen Quintanilla.png'
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title="owned"</script></svg>'

/** A picture of this many pixels square, with stripes. */
function png(size: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const crc = Buffer.alloc(4)
    crc.writeUInt32BE(crc32(body))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    return Buffer.concat([length, body, crc])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const rows = Buffer.alloc(size * (size + 1))
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) rows[y * (size + 1) + x + 1] = (x ^ y) & 0xff
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([magic, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}

function crc32(bytes: Buffer): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

async function attach(page: Page, file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Attach a scan or a photo' }).press('Enter')
  await (await chooser).setFiles(file)
}

async function openRecord(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name }).click()
  await expectScreen(page, name)
}

test('a photo is attached, seen on another device, kept through a change, and removed', async ({ page, browser }) => {
  const { code } = await enrol(page)
  await saveForm(page, 'Fia Foto')
  await openRecord(page, 'Fia Foto')
  await attach(page, { name: NAME, mimeType: 'image/png', buffer: png(256) })
  await expect(page.getByText('The file is locked and saved.')).toBeVisible()

  const second = await recover(browser, code)
  await openRecord(second.page, 'Fia Foto')
  await second.page.getByRole('button', { name: `Show ${NAME}` }).press('Enter')
  const picture = second.page.getByRole('img', { name: NAME })
  await expect(picture).toBeVisible()
  expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(256)
  await second.page.keyboard.press('Escape')
  await expect(picture).toHaveCount(0)

  await second.page.getByRole('link', { name: 'Change' }).click()
  await second.page.getByLabel('Anything else we should know?').fill('Attached a photo')
  await second.page.getByRole('button', { name: 'Lock and save' }).click()
  await openRecord(second.page, 'Fia Foto')
  await second.page.getByRole('button', { name: `Remove ${NAME}` }).click()
  await expect(second.page.getByText('The file is removed.')).toBeVisible()
  await expect(second.page.getByText('Nothing is attached yet.')).toBeVisible()
  await second.context.close()
})

test('a large file shows how far it is, and can be given up and begun again', async ({ page }) => {
  await enrol(page)
  await saveForm(page, 'Gro Gross')
  await openRecord(page, 'Gro Gross')
  let isHeld = true
  await page.route('**/v1/files/*/parts/1', async (route) => {
    if (isHeld) await new Promise((resolve) => setTimeout(resolve, 1000))
    await route.continue().catch(() => undefined)
  })
  const file = {
    name: 'scan.png',
    mimeType: 'image/png',
    buffer: Buffer.concat([png(64), Buffer.alloc(12_000_000, 7)]),
  }
  await attach(page, file)
  await expect(page.getByRole('progressbar', { name: 'Locking and sending the file' })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Nothing is attached yet.')).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(0)
  isHeld = false
  await attach(page, file)
  await expect(page.getByText('The file is locked and saved.')).toBeVisible({ timeout: 30_000 })
})

test('what a browser would run is never opened in the page, only saved', async ({ page }) => {
  await enrol(page)
  await saveForm(page, 'Hedda Html')
  await openRecord(page, 'Hedda Html')
  await attach(page, { name: 'note.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(SVG) })
  await expect(page.getByText('The file is locked and saved.')).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save note.svg' }).click()
  expect((await download).suggestedFilename()).toBe('note.svg')
  expect(await readFile(await (await download).path(), 'utf8')).toBe(SVG)
  await expect(page.getByRole('img')).toHaveCount(0)
  expect(await page.title()).not.toBe('owned')
})

test('the data folder holds nothing of a file in clear', async ({ browser }) => {
  const server = await startOwnServer()
  const context = await browser.newContext({ baseURL: server.url, ignoreHTTPSErrors: true })
  const page = await context.newPage()
  await enrol(page)
  await saveForm(page, 'Ida Immer')
  await openRecord(page, 'Ida Immer')
  await attach(page, { name: NAME, mimeType: 'image/png', buffer: png(300) })
  await expect(page.getByText('The file is locked and saved.')).toBeVisible()
  await context.close()
  await server.stop()
  const paths = await readdir(server.data, { recursive: true, withFileTypes: true })
  const files = paths.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  expect(files.some((path) => path.includes('objects'))).toBe(true)
  for (const path of files) {
    const bytes = await readFile(path)
    for (const clear of [NAME, 'Röntgen', 'IHDR', 'image/png']) expect(bytes.includes(clear)).toBe(false)
  }
  expect(server.log()).not.toContain('Röntgen')
})
