/** The page keeps its own strict policy, and speaks to nobody but its server. */
import { expect, test } from '@playwright/test'
import { chooseFile, enrol, expectScreen, fillForm, lock, MARIA, unlock } from './support/app.ts'
import { LUNA } from './support/fhir.ts'
import { watch } from './support/watch.ts'

const POLICY = [
  "script-src 'self'",
  "style-src 'self'",
  "worker-src 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types lockstitch',
]

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
