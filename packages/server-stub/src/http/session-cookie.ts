import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Deps } from '../deps.ts'

const OPTIONS = { path: '/', httpOnly: true, sameSite: 'Strict' } as const

/** With the prefix, a browser takes the cookie only over HTTPS, for this host alone, and no other host can set it. */
function nameOf({ secure }: Deps): string {
  return secure ? '__Host-lockstitch' : 'lockstitch'
}

/** The token of the request's session cookie. */
export function readSessionCookie(c: Context, deps: Deps): string | undefined {
  return getCookie(c, nameOf(deps))
}

/** Sets the session cookie; it goes when the browser closes, and the session ends on the server by itself. */
export function setSessionCookie(c: Context, deps: Deps, token: string): void {
  setCookie(c, nameOf(deps), token, { ...OPTIONS, secure: deps.secure })
}

/** Clears the session cookie. */
export function clearSessionCookie(c: Context, deps: Deps): void {
  deleteCookie(c, nameOf(deps), { ...OPTIONS, secure: deps.secure })
}
