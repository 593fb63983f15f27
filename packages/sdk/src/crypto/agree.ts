/** X25519 (RFC 7748) between two sides, each with a pair for one exchange. */
import type { Bytes } from '../assert.ts'
import { LS1 } from '../format/suites.ts'
import { wipe } from '../bytes/wipe.ts'
import { deriveAeadKey, importDerivationKey } from './hkdf.ts'
import { exportPublicKey, generateEphemeralPair } from './sign.ts'
import { subtle } from './subtle.ts'

/** A pair of one exchange. */
export interface ExchangePair {
  readonly privateKey: CryptoKey
  /** 32 bytes. */
  readonly publicKey: Bytes
}

/** A pair for one exchange: its private half never leaves the platform. */
export async function generateExchangePair(): Promise<ExchangePair> {
  const { privateKey, publicKey } = await generateEphemeralPair()
  return { privateKey, publicKey: await exportPublicKey(publicKey) }
}

/**
 * The key that both sides come to, each with its own private and the other's public key.
 *
 * @param info The purpose, and both public keys: what X25519 gives alone does not say whose it is (RFC 7748, section 6.1).
 */
export async function agreeOnKey(
  privateKey: CryptoKey,
  publicKey: Bytes,
  info: Bytes,
  usages: readonly KeyUsage[],
): Promise<CryptoKey> {
  const api = subtle()
  const peer = await api.importKey('raw', publicKey, LS1.receiving, false, [])
  const bytes = new Uint8Array(await api.deriveBits({ name: LS1.receiving, public: peer }, privateKey, 256))
  try {
    return await deriveAeadKey(await importDerivationKey(bytes), info, usages)
  } finally {
    wipe(bytes)
  }
}
