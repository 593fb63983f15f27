/** Watches a page for what must never happen: a blocked style or script, an error, a word to another server. */
import type { BrowserContext, Page } from '@playwright/test'

export interface Watch {
  /** What the browser reported of the page's Content-Security-Policy. */
  readonly violations: string[]
  /** Errors and warnings of the console, and errors that nobody caught. */
  readonly complaints: string[]
  /** Addresses of requests to other origins. */
  readonly strangers: string[]
}

/** Begins to watch every page of the context. Must come before the first page is loaded. */
export async function watch(context: BrowserContext, origin: string): Promise<Watch> {
  const found: Watch = { violations: [], complaints: [], strangers: [] }
  await context.exposeFunction('reportViolation', (text: string) => found.violations.push(text))
  await context.addInitScript(() => {
    const report = (window as unknown as { reportViolation: (text: string) => void }).reportViolation
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
      report(`${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`),
    )
  })
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) found.complaints.push(message.text())
  })
  context.on('weberror', (error) => found.complaints.push(error.error().message))
  context.on('request', (request) => {
    const url = new URL(request.url())
    const isOwn = url.origin === origin || url.protocol === 'blob:' || url.protocol === 'data:'
    if (!isOwn) found.strangers.push(request.url())
  })
  return found
}

/** The origin that a page was loaded from. */
export function originOf(page: Page): string {
  return new URL(page.url()).origin
}
