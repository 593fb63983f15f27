import type { MiddlewareHandler } from 'hono'

/** Names of the Trusted Types policies that the page may create, separated by spaces: the SDK's own. */
const TRUSTED_TYPES_POLICIES = 'lockstitch'

/** What the pages of `--static` may do: run and load what this server serves, and nothing else. */
export const PAGE_POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  `trusted-types ${TRUSTED_TYPES_POLICIES}`,
].join('; ')

const API_POLICY = "default-src 'none'; frame-ancestors 'none'"

const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=(), browsing-topics=()',
}

const HSTS = 'max-age=63072000; includeSubDomains'

/** Sets the headers that every answer has, refusals and failures included. */
export function securityHeaders(secure: boolean): MiddlewareHandler {
  return async (c, next) => {
    await next()
    const { headers } = c.res
    const isPage = headers.has('x-lockstitch-page')
    headers.delete('x-lockstitch-page')
    for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value)
    headers.set('content-security-policy', isPage ? PAGE_POLICY : API_POLICY)
    if (!isPage) headers.set('cache-control', 'no-store')
    if (secure) headers.set('strict-transport-security', HSTS)
  }
}
