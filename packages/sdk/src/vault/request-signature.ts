import type { Bytes } from '../assert.ts'
import { encodeBase64url } from '../bytes/base64url.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { randomBytes } from '../crypto/random.ts'
import { sign } from '../crypto/sign.ts'

/** Who signs a request. */
export interface RequestSigner {
  /** Account id. */
  readonly account: string
  /** Ed25519 private key. */
  readonly signing: CryptoKey
}

/** What keeps a request from being any other kind of signed message. */
export const REQUEST_TAG = 'lockstitch/ls1/request'

const NONCE_BYTES = 16

/**
 * The headers of a signed request: RFC 9421 over method, path and the RFC 9530 digest of the body, with time and nonce.
 *
 * @param bodyDigest SHA-256 of the body.
 * @param now Milliseconds since 1970 by the server's clock.
 */
export async function signRequest(
  signer: RequestSigner,
  method: string,
  path: string,
  bodyDigest: Bytes,
  now: number,
): Promise<Record<string, string>> {
  const contentDigest = `sha-256=:${encodeBase64(bodyDigest)}:`
  const created = Math.floor(now / 1000)
  const nonce = encodeBase64url(randomBytes(NONCE_BYTES))
  const params =
    `("@method" "@path" "content-digest");created=${created};nonce="${nonce}";keyid="${signer.account}"` +
    `;alg="ed25519";tag="${REQUEST_TAG}"`
  const base = [
    `"@method": ${method}`,
    `"@path": ${path}`,
    `"content-digest": ${contentDigest}`,
    `"@signature-params": ${params}`,
  ].join('\n')
  const signature = await sign(signer.signing, encodeUtf8(base))
  return {
    'content-digest': contentDigest,
    'signature-input': `ls=${params}`,
    signature: `ls=:${encodeBase64(signature)}:`,
  }
}

/** Bytes to base64 with padding, as structured header fields want it (RFC 8941). */
function encodeBase64(bytes: Uint8Array): string {
  const text = encodeBase64url(bytes).replace(/-/g, '+').replace(/_/g, '/')
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}
