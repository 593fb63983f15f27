import type { Bytes } from '../assert.ts'

/** What a wrapped key is for: names and values that are authenticated with it, so that it unwraps for nothing else. */
export type KmsContext = Readonly<Record<string, string>>

/**
 * A key management service: it holds a key that never leaves it, and wraps other keys under that one.
 *
 * Whatever `wrap` answers, `unwrap` must turn back into the same bytes with the same context and only with it, and it
 * must reject for anything else. The context is not secret. A cloud service takes it as its encryption context; a
 * service without one must authenticate it some other way.
 *
 * @example
 * ```ts
 * import type { Kms } from '@lockstitch/sdk/server'
 *
 * interface CloudClient {
 *   encrypt(plaintext: Uint8Array, context: Record<string, string>): Promise<Uint8Array<ArrayBuffer>>
 *   decrypt(ciphertext: Uint8Array, context: Record<string, string>): Promise<Uint8Array<ArrayBuffer>>
 * }
 *
 * export function cloudKms(client: CloudClient): Kms {
 *   return {
 *     wrap: (bytes, context) => client.encrypt(bytes, { ...context }),
 *     unwrap: (wrapped, context) => client.decrypt(wrapped, { ...context }),
 *   }
 * }
 * ```
 */
export interface Kms {
  wrap(bytes: Bytes, context: KmsContext): Promise<Bytes>
  unwrap(wrapped: Bytes, context: KmsContext): Promise<Bytes>
}
