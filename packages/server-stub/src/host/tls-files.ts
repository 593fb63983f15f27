import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateSelfSigned, type SelfSigned } from './self-signed.ts'

const DAYS = 365
const RENEW_MS = 7 * 86_400_000
const NAMES = ['localhost']
const ADDRESSES = [Uint8Array.of(127, 0, 0, 1), Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)]
const OTHERS = 0o077

/** The key and certificate files that an operator gives. */
export interface TlsPaths {
  readonly key: string
  readonly cert: string
}

/**
 * The self-signed certificate that a data folder keeps, so that a browser which accepted it once is not asked again. A new
 * one is made when there is none or it ends within a week.
 *
 * @throws Error when the key file is open to others.
 */
export function selfSignedOf(folder: string, now: number): SelfSigned {
  const paths = { key: join(folder, 'tls-key.pem'), cert: join(folder, 'tls-cert.pem') }
  if (existsSync(paths.key) && existsSync(paths.cert)) {
    const kept = readTlsFiles(paths)
    if (new X509Certificate(kept.cert).validToDate.getTime() > now + RENEW_MS) return kept
  }
  const made = generateSelfSigned(NAMES, ADDRESSES, DAYS, now)
  replaceFile(paths.key, made.key)
  replaceFile(paths.cert, made.cert)
  return made
}

/** Reads a key and its certificate. @throws Error when the key file is open to others. */
export function readTlsFiles({ key, cert }: TlsPaths): SelfSigned {
  if (process.platform !== 'win32' && (statSync(key).mode & OTHERS) !== 0) {
    throw new Error('the TLS key file is open to others; set its mode to 0600')
  }
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}

function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
