/**
 * Remembered devices in a real browser, over the built SDK and the real server: a profile that outlives the browser's process, and
 * a link between two profiles that share nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, expect, type Page, test } from '@playwright/test'
import { enrolInPage, nameOf } from './support/sdk-account.ts'
import { openSdkPage, serveSdkPage } from './support/sdk-page.ts'

const PIN = '2580'

const unlock = (page: Page, pin: string): Promise<string> =>
  page.evaluate((given) => {
    const { client, codeOf } = globalThis.lockstitch
    return codeOf(client.unlock({ device: { pin: given } }))
  }, pin)

const triesLeft = (page: Page): Promise<readonly number[]> =>
  page.evaluate(async () => (await globalThis.lockstitch.client.devices.remembered()).map((one) => one.triesLeft))

async function pageIn(context: BrowserContext, origin: string | undefined): Promise<Page> {
  await serveSdkPage(context, origin ?? '')
  const page = await context.newPage()
  await openSdkPage(page)
  return page
}

test('A06 a PIN opens the device after the browser was closed and started anew, until it is revoked', async ({
  page: other,
  context: elsewhere,
  baseURL,
  launchOptions,
}) => {
  const profile = await mkdtemp(join(tmpdir(), 'lockstitch-profile-'))
  const start = (): Promise<BrowserContext> =>
    chromium.launchPersistentContext(profile, { ...launchOptions, ...(baseURL === undefined ? {} : { baseURL }) })
  let running = await start()
  try {
    let page = await pageIn(running, baseURL)
    const account = await enrolInPage(page)
    await page.evaluate(
      ({ pin, opening }) => globalThis.lockstitch.client.devices.add({ with: opening, pin, name: 'This browser' }),
      { pin: PIN, opening: { handle: account.handle, password: account.password } },
    )
    await running.close()

    running = await start()
    page = await pageIn(running, baseURL)
    expect((await page.evaluate(() => globalThis.lockstitch.client.status())).state).toBe('locked')
    expect(await triesLeft(page)).toEqual([5])
    expect(await unlock(page, '0852')).toBe('ERR_PIN_WRONG')
    await running.close()

    // Starting anew gives no try back.
    running = await start()
    page = await pageIn(running, baseURL)
    expect(await triesLeft(page)).toEqual([4])
    expect(await unlock(page, PIN)).toBe('ok')
    expect(await nameOf(page, account)).toBe('Ada')
    expect(await triesLeft(page)).toEqual([5])
    await running.close()

    await serveSdkPage(elsewhere, baseURL ?? '')
    await openSdkPage(other)
    await other.evaluate(async (recoveryCode) => {
      const { client } = globalThis.lockstitch
      await client.unlock({ recoveryCode })
      const [device] = await client.devices.list()
      await client.devices.revoke(device?.slot ?? '')
    }, account.recoveryCode)
    running = await start()
    page = await pageIn(running, baseURL)
    expect(await unlock(page, PIN)).toBe('ERR_DEVICE_REVOKED')
    expect(await triesLeft(page)).toEqual([])
  } finally {
    await running.close()
    await rm(profile, { recursive: true, force: true })
  }
})

test('A13 a profile that knows nothing is linked by the words on both, and stays in with its PIN', async ({
  page: old,
  context,
  browser,
  baseURL,
}) => {
  await serveSdkPage(context, baseURL ?? '')
  await openSdkPage(old)
  const account = await enrolInPage(old)
  const another = await browser.newContext(baseURL === undefined ? {} : { baseURL })
  const fresh = await pageIn(another, baseURL)

  const { code } = await fresh.evaluate(() => globalThis.lockstitch.client.devices.requestLink())
  const [shown, seen] = await Promise.all([
    fresh.evaluate(async () => (await globalThis.lockstitch.client.devices.linkWords()).words),
    old.evaluate(async (text) => (await globalThis.lockstitch.client.devices.inspectLink(text)).words, code),
  ])
  expect(shown).toHaveLength(6)
  expect(seen).toEqual(shown)
  const finishing = fresh.evaluate(
    (pin) => globalThis.lockstitch.client.devices.finishLink({ pin, name: 'The new one' }),
    PIN,
  )
  await old.evaluate((request) => globalThis.lockstitch.client.devices.link(request), {
    code,
    with: { handle: account.handle, password: account.password },
  })
  const { slot } = await finishing
  expect(await nameOf(fresh, account)).toBe('Ada')

  await openSdkPage(fresh)
  expect(await unlock(fresh, PIN)).toBe('ok')
  expect(await nameOf(fresh, account)).toBe('Ada')
  const devices = await old.evaluate(() => globalThis.lockstitch.client.devices.list())
  expect(devices).toMatchObject([{ slot, name: 'The new one', isCurrent: false, state: 'active' }])
  // What let it in is used up.
  const kinds = await old.evaluate(async () =>
    (await globalThis.lockstitch.client.slots.list()).map(({ kind }) => kind),
  )
  expect(kinds).toEqual(['password', 'recovery', 'device'])
  await another.close()
})
