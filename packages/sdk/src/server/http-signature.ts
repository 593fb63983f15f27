import type { Bytes } from '../assert.ts'
import { decodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { isSignedBy, sha256 } from './primitives.ts'

/** Seconds that a signed request may lie before or after the server's clock. */
export const REQUEST_WINDOW_SECONDS = 300

/** A request as it came over the wire. */
export interface IncomingRequest {
  readonly method: string
  /** The path alone; a signed request has no query. */
  readonly path: string
  /** The `headers` of a fetch `Request`, or anything with the same `get`. */
  readonly headers: { get(name: string): string | null }
  /** The body, byte for byte, before anything has parsed it. */
  readonly body: Uint8Array
}

/** Whose signature is expected, and when. */
export interface ExpectedSigner {
  /** Account id: the `keyid` of the signature. */
  readonly account: string
  /** The account's Ed25519 public key. */
  readonly signingKey: Uint8Array
  /** Milliseconds since 1970; the clock of the server unless given. */
  readonly now?: number
}

/** What a right signature says. */
export interface RequestSignature {
  /** Seconds since 1970. */
  readonly created: number
  /** 16 random bytes in base64url. Remember it for {@link REQUEST_WINDOW_SECONDS} and refuse it the second time. */
  readonly nonce: string
}

const INPUT =
  /^ls=(\("@method" "@path" "content-digest"\);created=([1-9][0-9]{0,11});nonce="([A-Za-z0-9_-]{22})";keyid="([0-9a-f-]{36})";alg="ed25519";tag="lockstitch\/ls1\/request")$/
const SIGNATURE = /^ls=:([A-Za-z0-9+/]{86}==):$/

/**
 * Checks that a request was signed by an account: HTTP Message Signatures (RFC 9421) with Ed25519 over the method, the
 * path and the digest of the body (RFC 9530), in exactly the shape of docs/server-api.md and no other. It proves that
 * the account made this request for this route at about this time; that it was not made twice is for the caller, who
 * keeps the nonces.
 *
 * @throws LockstitchError `ERR_SIGNATURE_INVALID` when the signature is missing, of another shape, of another account or
 * wrong, `ERR_REQUEST_REPLAYED` when it is right and outside the window.
 *
 * @example
 * ```ts
 * import { createHash, generateKeyPairSync, sign } from 'node:crypto'
 * import { verifyRequestSignature } from '@lockstitch/sdk/server'
 *
 * const { privateKey, publicKey } = generateKeyPairSync('ed25519')
 * const signingKey = Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url')
 * const account = '01975c2f-0000-7000-8000-000000000000'
 * const body = Buffer.from('{"records":[]}')
 *
 * const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
 * const created = Math.floor(Date.now() / 1000)
 * const params = `("@method" "@path" "content-digest");created=${created};nonce="${'A'.repeat(22)}";keyid="${account}";alg="ed25519";tag="lockstitch/ls1/request"`
 * const base = `"@method": POST\n"@path": /v1/records\n"content-digest": ${digest}\n"@signature-params": ${params}`
 * const headers = new Headers({
 *   'content-digest': digest,
 *   'signature-input': `ls=${params}`,
 *   signature: `ls=:${sign(null, Buffer.from(base), privateKey).toString('base64')}:`,
 * })
 *
 * const { nonce } = verifyRequestSignature({ method: 'POST', path: '/v1/records', headers, body }, { account, signingKey })
 * console.log(nonce.length) // 22
 * ```
 */
export function verifyRequestSignature(request: IncomingRequest, signer: ExpectedSigner): RequestSignature {
  const { method, path, headers, body } = request
  const digest = `sha-256=:${base64(sha256(body))}:`
  const [, params = '', createdText = '', nonce = '', keyid] = INPUT.exec(headers.get('signature-input') ?? '') ?? []
  const signature = readSignature(headers.get('signature'))
  if (keyid !== signer.account || headers.get('content-digest') !== digest || signature === undefined) throw refused()
  decodeNonce(nonce)
  const base = `"@method": ${method}\n"@path": ${path}\n"content-digest": ${digest}\n"@signature-params": ${params}`
  if (path.includes('?') || !isSignedBy(signer.signingKey, signature, encodeUtf8(base))) throw refused()
  const created = Number(createdText)
  const now = (signer.now ?? Date.now()) / 1000
  if (Math.abs(now - created) > REQUEST_WINDOW_SECONDS) throw new LockstitchError('ERR_REQUEST_REPLAYED')
  return { created, nonce }
}

function readSignature(header: string | null): Bytes | undefined {
  const [, text] = SIGNATURE.exec(header ?? '') ?? []
  if (text === undefined) return undefined
  const bytes = new Uint8Array(Buffer.from(text, 'base64'))
  // The same bytes have one text: the unused bits of the last character are zero.
  return base64(bytes) === text ? bytes : undefined
}

function decodeNonce(nonce: string): void {
  try {
    decodeBase64url(nonce)
  } catch {
    throw refused()
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

function refused(): LockstitchError {
  return new LockstitchError('ERR_SIGNATURE_INVALID')
}
