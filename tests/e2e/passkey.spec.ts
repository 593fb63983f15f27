/**
 * Passkeys in Chromium with an authenticator of the DevTools, over the built SDK and the real server: made, used, refused,
 * unable, wrong, removed; and an account opened with a passkey alone where nothing else of it is known.
 */
import { expect, type Page, test } from '@playwright/test'
import { type Account, enrolInPage, nameOf } from './support/sdk-account.ts'
import { addAuthenticator, forgetEverything, openSdkPage, serveSdkPage } from './support/sdk-page.ts'

const addPasskey = (page: Page, { handle, password }: Account, slot: object = {}): Promise<string> =>
  page.evaluate(
    ({ opening, more }) => {
      const { client, codeOf } = globalThis.lockstitch
      return codeOf(client.slots.add({ with: opening, slot: { kind: 'passkey', ...more } }))
    },
    { opening: { handle, password }, more: slot },
  )

const testPasskey = (page: Page): Promise<string> =>
  page.evaluate(() => globalThis.lockstitch.codeOf(globalThis.lockstitch.client.slots.test({ passkey: true })))

const unlock = (page: Page): Promise<string> =>
  page.evaluate(() => globalThis.lockstitch.codeOf(globalThis.lockstitch.client.unlock({ passkey: true })))

test.beforeEach(async ({ page, context, baseURL }) => {
  await serveSdkPage(context, baseURL ?? '')
  await openSdkPage(page)
})

test('a browser that knows nothing of the account opens it with the passkey alone', async ({ page, baseURL }) => {
  const authenticator = await addAuthenticator(page)
  expect(await page.evaluate(() => globalThis.lockstitch.passkeySupport())).toEqual({
    available: true,
    secrets: true,
    thisDevice: true,
  })
  const account = await enrolInPage(page)
  expect(await addPasskey(page, account, { name: 'My phone' })).toBe('ok')
  const slots = await page.evaluate(() => globalThis.lockstitch.client.slots.list())
  expect(slots.map(({ kind, name, confirmed }) => [kind, name, confirmed === null])).toEqual([
    ['password', undefined, false],
    ['recovery', undefined, false],
    ['passkey', 'My phone', true],
  ])
  expect(await testPasskey(page)).toBe('ok')

  // What is outside of the app says nothing of whose it is.
  const [passkey] = await authenticator.passkeys()
  expect(passkey).toMatchObject({ userName: 'localhost', userDisplayName: 'localhost' })
  expect(JSON.stringify(passkey)).not.toContain(account.handle)

  await forgetEverything(page, authenticator, baseURL ?? '')
  await openSdkPage(page)
  expect(await page.context().cookies()).toEqual([])
  expect(await page.evaluate(async () => (await indexedDB.databases()).length + localStorage.length)).toBe(0)
  expect(await unlock(page)).toBe('ok')
  expect(await nameOf(page, account)).toBe('Ada')

  // With it alone, a new password is set and the recovery code is replaced.
  const next = await page.evaluate(async (handle) => {
    const { client } = globalThis.lockstitch
    const opening = { passkey: true } as const
    await client.slots.add({ with: opening, slot: { kind: 'password', handle, password: 'a better pass phrase' } })
    const { recoveryKit } = await client.slots.add({ with: opening, slot: { kind: 'recovery' } })
    await client.confirmRecovery(recoveryKit?.recoveryCode ?? '')
    await client.unlock({ handle, password: 'a better pass phrase' })
    return recoveryKit?.recoveryCode
  }, account.handle)
  expect(next).not.toBe(account.recoveryCode)
  expect(await nameOf(page, account)).toBe('Ada')
})

test('a passkey that is wrong, that was removed here, or there: each opens nothing', async ({ page }) => {
  const authenticator = await addAuthenticator(page)
  const account = await enrolInPage(page)
  // Nobody is asked to make one with a password that is wrong.
  expect(await addPasskey(page, { ...account, password: 'wrong' })).toBe('ERR_UNLOCK_FAILED')
  expect(await authenticator.passkeys()).toEqual([])
  expect(await addPasskey(page, account)).toBe('ok')

  // Another account's passkey opens the other account, and is none of this one's.
  const stranger = await enrolInPage(page)
  expect(await testPasskey(page)).toBe('ERR_UNLOCK_FAILED')
  const [first] = await authenticator.passkeys()
  expect(await addPasskey(page, stranger)).toBe('ok')
  const second = (await authenticator.passkeys()).find(({ credentialId }) => credentialId !== first?.credentialId)
  await authenticator.remove(first?.credentialId ?? '')
  expect(await testPasskey(page)).toBe('ok')

  // Gone from the account: the authenticator still has it, and it opens nothing.
  await page.evaluate(async () => {
    const { client } = globalThis.lockstitch
    const slot = (await client.slots.list()).find(({ kind }) => kind === 'passkey')
    await client.slots.remove(slot?.id ?? '')
  })
  expect(await unlock(page)).toBe('ERR_UNLOCK_FAILED')
  // Gone from the authenticator: nothing to choose from.
  await authenticator.remove(second?.credentialId ?? '')
  expect(await unlock(page)).toBe('ERR_PASSKEY_CANCELLED')
})

test('a user who refuses is told so, and what is unlocked stays as it is', async ({ page }) => {
  const authenticator = await addAuthenticator(page)
  const account = await enrolInPage(page)
  expect(await addPasskey(page, account)).toBe('ok')
  await authenticator.setVerified(false)
  expect(await unlock(page)).toBe('ERR_PASSKEY_CANCELLED')
  expect(await addPasskey(page, account)).toBe('ERR_PASSKEY_CANCELLED')
  expect(await nameOf(page, account)).toBe('Ada')
  expect((await authenticator.passkeys()).length).toBe(1)
})

test('an authenticator without secrets is told apart, and no passkey is left in it', async ({ page }) => {
  const authenticator = await addAuthenticator(page, { hasPrf: false })
  const account = await enrolInPage(page)
  expect(await addPasskey(page, account)).toBe('ERR_PASSKEY_NO_SECRET')
  expect(await authenticator.passkeys()).toEqual([])
  expect((await page.evaluate(() => globalThis.lockstitch.client.slots.list())).length).toBe(2)
})

test('a passkey that could not be added to the account is forgotten again', async ({ page, context }) => {
  const authenticator = await addAuthenticator(page)
  const account = await enrolInPage(page)
  await context.route('**/v1/account/state', (route) => route.abort())
  expect(await addPasskey(page, account)).toBe('ERR_OFFLINE')
  expect(await authenticator.passkeys()).toEqual([])
})

test('a browser without WebAuthn says so, and asks nobody', async ({ page }) => {
  await page.evaluate(() => {
    Object.defineProperty(globalThis, 'PublicKeyCredential', { value: undefined })
  })
  const account = await enrolInPage(page)
  expect(await page.evaluate(() => globalThis.lockstitch.passkeySupport())).toMatchObject({ available: false })
  expect(await addPasskey(page, account)).toBe('ERR_PASSKEY_UNSUPPORTED')
  expect(await unlock(page)).toBe('ERR_PASSKEY_UNSUPPORTED')
})

test('a browser that gives no secret when a passkey is made, as Firefox, is asked once more', async ({ page }) => {
  await addAuthenticator(page)
  const account = await enrolInPage(page)
  await page.evaluate(() => {
    // oxlint-disable-next-line typescript/unbound-method -- called with its object below
    const original = PublicKeyCredential.prototype.getClientExtensionResults
    PublicKeyCredential.prototype.getClientExtensionResults = function () {
      const results = original.call(this)
      const isNew = this.response instanceof AuthenticatorAttestationResponse
      return isNew ? { ...results, prf: { enabled: true } } : results
    }
  })
  expect(await addPasskey(page, account)).toBe('ok')
  expect(await testPasskey(page)).toBe('ok')
})
