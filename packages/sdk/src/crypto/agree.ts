/** X25519 (RFC 7748) between two threads of one vault, with a key of both sides for one exchange. */
import type { Bytes } from '../assert.ts'
import { LS1 } from '../format/suites.ts'
import { wipe } from '../bytes/wipe.ts'
import { deriveAeadKey, importDerivationKey } from './hkdf.ts'
import { subtle } from './subtle.ts'

/** The key that both sides come to, each with its own private and the other's public key, for the purpose that `info` names. */
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
