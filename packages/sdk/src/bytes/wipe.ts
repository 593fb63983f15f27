/**
 * Overwrites secret bytes that are no longer needed.
 *
 * It shortens their life; it does not prove their absence: the engine may have copied them (into a CryptoKey, on the
 * heap during a collection). What ends every copy at once is ending the worker, see `lock()`.
 */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0)
}
