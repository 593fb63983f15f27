/** Signs requests as docs/server-api.md says, and wrong ones in every way the server must notice. */
import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { Account } from './writer.ts'

/** What can be changed about a request signature. */
export interface SignOptions {
  readonly created?: number
  readonly nonce?: string
  readonly keyid?: string
  readonly privateKey?: KeyObject
  readonly components?: string
  readonly alg?: string
  readonly tag?: string
  readonly extra?: string
  /** What is signed in place of what is sent. */
  readonly signedMethod?: string
  readonly signedPath?: string
  readonly signedBody?: string
}

/** The three headers of a signed request. */
export function signatureHeaders(
  account: Account,
  method: string,
  path: string,
  body: string,
  options: SignOptions = {},
): Record<string, string> {
  const { nonce = randomBytes(16).toString('base64url'), keyid = account.id } = options
  const components = options.components ?? '("@method" "@path" "content-digest")'
  const created = options.created ?? Math.floor(Date.now() / 1000)
  const rest = `alg="${options.alg ?? 'ed25519'}";tag="${options.tag ?? 'lockstitch/ls1/request'}"${options.extra ?? ''}`
  const params = `${components};created=${created};nonce="${nonce}";keyid="${keyid}";${rest}`
  const digest = `sha-256=:${createHash('sha256')
    .update(options.signedBody ?? body)
    .digest('base64')}:`
  const base = [
    `"@method": ${options.signedMethod ?? method}`,
    `"@path": ${options.signedPath ?? path}`,
    `"content-digest": ${digest}`,
    `"@signature-params": ${params}`,
  ].join('\n')
  const signature = sign(null, Buffer.from(base), options.privateKey ?? account.privateKey).toString('base64')
  return { 'content-digest': digest, 'signature-input': `ls=${params}`, signature: `ls=:${signature}:` }
}
