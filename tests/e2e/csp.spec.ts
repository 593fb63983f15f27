/** The page keeps its own strict policy, and speaks to nobody but its server. */
import { expect, test } from '@playwright/test'
import { chooseFile, enrol, expectScreen, exportRecords, fillForm, lock, MARIA, unlock } from './support/app.ts'
import { canonicalJson, LUNA } from './support/fhir.ts'
import { watch } from './support/watch.ts'

const POLICY = [
  "script-src 'self'",
  "style-src 'self'",
  "worker-src 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types lockstitch',
]

/** What a hostile clinic would put into a file: markup, scripts, addresses that want to be loaded, a trap for objects. */
const HOSTILE = `{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"javascript:alert(1)","resource":{
  "resourceType":"Patient","name":[{"text":"<img src=https://stranger.example/a.png onerror=alert(1)>"}],
  "text":{"status":"generated","div":"<div><script>alert(2)</script><style>body{color:red}</style></div>"},
  "photo":[{"url":"https://stranger.example/b.png"}],"address":[{"city":"<a href='//stranger.example'>here</a>"}],
  "__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}}]}`

test('the whole path violates no policy and asks no other server', async ({ page, context, baseURL }) => {
  const found = await watch(context, new URL(baseURL ?? '').origin)
  const answer = await page.goto('/')
  const policy = (await answer?.headerValue('content-security-policy')) ?? ''
  for (const directive of POLICY) expect(policy.split('; ')).toContain(directive)

  const workers: string[] = []
  page.on('worker', (worker) => workers.push(new URL(worker.url()).pathname))
  const { handle } = await enrol(page)
  await page.getByRole('link', { name: 'Fill in a form' }).click()
  await page.getByRole('button', { name: 'Add a medicine' }).click()
  await fillForm(page)
  await page.getByRole('button', { name: 'Lock and save' }).click()
  await expect(page.getByRole('link', { name: MARIA.name })).toBeVisible()
  await chooseFile(page, LUNA.path)
  await page.getByRole('link', { name: 'See my records' }).click()
  await page.getByRole('searchbox', { name: 'Search' }).fill('sinus')
  await page.getByRole('searchbox', { name: 'Search' }).fill('')
  await page.getByRole('link', { name: MARIA.name }).click()
  await expect(page.getByRole('region', { name: 'The stored row' })).toBeVisible()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Keep it' }).click()
  await lock(page)
  await unlock(page, handle)
  await expectScreen(page, 'Your records')

  expect(found).toEqual({ violations: [], complaints: [], strangers: [] })
  expect(workers.length).toBeGreaterThan(0)
  for (const worker of workers) expect(worker).toMatch(/^\/assets\/worker-[\w-]+\.js$/)
})

test('what a hostile file brings is text, is kept as it came, and reaches nobody', async ({
  page,
  context,
  baseURL,
}) => {
  const found = await watch(context, new URL(baseURL ?? '').origin)
  await enrol(page)
  await chooseFile(page, { name: 'hostile.json', mimeType: 'application/json', buffer: Buffer.from(HOSTILE) })
  await expect(page.getByText('1 locked and stored')).toBeVisible()
  await page.getByRole('link', { name: 'See my records' }).click()
  await page.getByRole('link', { name: '<img src=https://stranger.example/a.png onerror=alert(1)>' }).click()
  await expect(page.getByText("<a href='//stranger.example'>here</a>").first()).toBeVisible()
  await page.getByRole('button', { name: 'Everything in this record' }).click()
  await expect(page.getByRole('region', { name: 'Everything in this record' })).toContainText(
    '<script>alert(2)</script>',
  )
  expect(await page.evaluate(() => 'polluted' in {})).toBe(false)
  expect(found).toEqual({ violations: [], complaints: [], strangers: [] })

  await page.getByRole('link', { name: 'All records' }).click()
  const { records } = await exportRecords(page)
  const { entry } = JSON.parse(HOSTILE) as { entry: unknown[] }
  expect(records.healthRecords.entry.map(canonicalJson)).toEqual(entry.map(canonicalJson))
})

test('the watch would notice: a blocked style, a blocked script, a stranger', async ({ page, context, baseURL }) => {
  const found = await watch(context, new URL(baseURL ?? '').origin)
  await page.goto('/')
  await page.evaluate(() => {
    const style = document.createElement('style')
    style.textContent = 'body { color: red }'
    document.head.append(style)
    try {
      document.body.innerHTML = '<p>text</p>'
    } catch {
      // Trusted Types refuse it.
    }
    void fetch('https://example.org/').catch(() => undefined)
  })
  await expect.poll(() => found.violations.join('\n')).toContain('connect-src')
  expect(found.violations.join('\n')).toContain('style-src')
  expect(found.violations.join('\n')).toContain('require-trusted-types-for')
  expect(found.complaints.length).toBeGreaterThan(0)
})
