/**
 * A page of the server's origin with the built SDK and nothing else, under the very policy of the demo: for what the demo has
 * no button for.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, CDPSession, Page } from '@playwright/test'
import { build } from 'esbuild'
import type { Client } from '@lockstitch/sdk'

const ROOT = join(import.meta.dirname, '../../..')
const DIST = join(ROOT, 'packages/sdk/dist')
const APP = `
  import { createClient, passkeySupport } from '@lockstitch/sdk'
  import { Intake } from './models.ts'
  let client = createClient({ server: location.origin, autoLock: false })
  const code = (error) => error.code ?? String(error)
  globalThis.lockstitch = { client, Intake, passkeySupport, codeOf: (call) => call.then(() => 'ok', code) }
`

/** What the page has. */
export interface SdkPage {
  readonly client: Client
  // oxlint-disable-next-line typescript/no-explicit-any -- the demo's model, whose type stands in another program
  readonly Intake: any
  passkeySupport(): Promise<object>
  /** The code that a call fails with, or `ok`. */
  readonly codeOf: (call: Promise<unknown>) => Promise<string>
}

declare global {
  var lockstitch: SdkPage
}

/** Serves the page in a context, at `/sdk-page/`. */
export async function serveSdkPage(context: BrowserContext, origin: string): Promise<void> {
  const { outputFiles } = await build({
    stdin: { contents: APP, resolveDir: join(ROOT, 'packages/demo/src'), loader: 'js' },
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    outdir: '/sdk-page',
    write: false,
  })
  const files = new Map(outputFiles.map(({ path, text }) => [path, text]))
  const policy = (await fetch(origin)).headers.get('content-security-policy') ?? ''
  await context.route(
    ({ pathname }) => /^\/(sdk-page\/.*|[a-z-]+\.js)$/.test(pathname),
    (route) => {
      const { pathname } = new URL(route.request().url())
      const headers = { 'content-security-policy': policy }
      if (pathname === '/sdk-page/')
        return route.fulfill({
          headers: { ...headers, 'content-type': 'text/html' },
          body: '<!doctype html><title>SDK</title><script type="module" src="/sdk-page/stdin.js"></script>',
        })
      const body = files.get(pathname) ?? readFileSync(join(DIST, pathname), 'utf8')
      return route.fulfill({ headers: { ...headers, 'content-type': 'text/javascript' }, body })
    },
  )
}

/** Opens the page, as new. */
export async function openSdkPage(page: Page): Promise<void> {
  await page.goto('/sdk-page/')
  await page.waitForFunction(() => globalThis.lockstitch !== undefined)
}

/** What the authenticator of a test can do. */
export interface Abilities {
  readonly hasPrf?: boolean
}

/** An authenticator in the page's device: passkeys stay in it for as long as the page lives. */
export interface Authenticator {
  readonly cdp: CDPSession
  /** False: the user does not touch it, or refuses. */
  setVerified(isUserVerified: boolean): Promise<void>
  /** Names that the list of passkeys shows, and what identifies each. */
  passkeys(): Promise<{ credentialId: string; userName?: string; userDisplayName?: string; userHandle?: string }[]>
  remove(credentialId: string): Promise<void>
}

/** Puts an authenticator into the page's device. */
export async function addAuthenticator(page: Page, { hasPrf = true }: Abilities = {}): Promise<Authenticator> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    cdp,
    setVerified: async (isUserVerified) =>
      void (await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })),
    passkeys: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    remove: async (credentialId) =>
      void (await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId })),
  }
}

/**
 * Makes the profile a fresh one: cookies, databases, caches and everything else of the origin are gone, and so is every page
 * that could hold a key. What stays is the authenticator, which in life is the phone or the password manager.
 */
export async function forgetEverything(page: Page, { cdp }: Authenticator, origin: string): Promise<void> {
  await page.goto('about:blank')
  await page.context().clearCookies()
  await cdp.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' })
}
