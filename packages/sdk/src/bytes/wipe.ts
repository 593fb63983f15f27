import type { Bytes } from '../assert.ts'

/**
 * Room for secret bytes, on a buffer of its own.
 *
 * V8 keeps arrays of up to 64 bytes among its objects, and copies them to a buffer once the platform reads them, as WebCrypto
 * does; what they were copied from can then not be overwritten any more, and outlives even the worker.
 */
export function allocateSecret(length: number): Bytes {
  return new Uint8Array(new ArrayBuffer(length))
}

/** A copy of secret bytes, on a buffer of its own. */
export function copySecret(from: Uint8Array): Bytes {
  const secret = allocateSecret(from.length)
  secret.set(from)
  return secret
}

/** Secret bytes that a library or the platform gave, on a buffer of their own; what they were copied from is overwritten. */
export function moveSecret(from: Uint8Array): Bytes {
  const secret = copySecret(from)
  wipe(from)
  return secret
}

/**
 * Overwrites secret bytes that are no longer needed; they are made by {@link allocateSecret}, or by the platform.
 *
 * It shortens their life; it does not prove their absence: the platform may have copied them, as into a CryptoKey. What ends
 * those copies at once is ending the worker, see `lock()`.
 */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0)
}
