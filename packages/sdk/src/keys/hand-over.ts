/**
 * Keys on their way to a second thread. A CryptoKey that is sent as it is leaves its bytes in the memory of the message, which
 * nothing overwrites; so each is wrapped, inside the platform, under a key that both threads derive and that never crosses.
 */
import type { Bytes } from '../assert.ts'
import { decodeBase64url } from '../bytes/base64url.ts'
import { encodeFrame } from '../bytes/frame.ts'
import type { AccountState, KeyringEntry } from '../format/account-state.ts'
import { SECOND_LABELS } from '../format/labels.ts'
import { agreeOnKey, type ExchangePair } from '../crypto/agree.ts'
import { rewrapKey, unwrapDerivationKey, unwrapMacKey } from '../crypto/wrap.ts'
import { type AccountKeys, manifestKeyAad } from './account-key.ts'
import { dataKeyAad } from './data-key.ts'
import { type HeldKey, type Keyring, keyringOf } from './keyring.ts'

/** The keys of records under the key of {@link agree}: as plain data, and worth nothing without it. */
export interface HandedKeys {
  readonly manifest: Bytes
  readonly held: readonly (HeldKey['entry'] & { readonly wrapped: Bytes })[]
}

/** The key between both threads, from the own pair and the other's public key: the first wraps under it, the second unwraps. */
export async function agree(
  { privateKey, publicKey }: ExchangePair,
  peer: Bytes,
  usage: 'wrapKey' | 'unwrapKey',
): Promise<CryptoKey> {
  const [first, second] = usage === 'wrapKey' ? [publicKey, peer] : [peer, publicKey]
  return agreeOnKey(privateKey, peer, encodeFrame([SECOND_LABELS.secondKey, first, second]), [usage])
}

/**
 * Wraps the keys of records under an agreed key.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`.
 */
export async function handOver(
  agreed: CryptoKey,
  { wrapping, wrappedManifest }: AccountKeys,
  { account, keyring }: AccountState,
): Promise<HandedKeys> {
  const entries = keyring.filter((entry): entry is KeyringEntry & { wrapped: string } => entry.wrapped !== null)
  const [manifest, ...held] = await Promise.all([
    rewrapKey(
      { key: wrapping, aad: manifestKeyAad(account), wrapped: wrappedManifest },
      { key: agreed, aad: manifestAad() },
    ),
    ...entries.map((entry) =>
      rewrapKey(
        { key: wrapping, aad: dataKeyAad({ account, ...entry }, entry.kid), wrapped: decodeBase64url(entry.wrapped) },
        { key: agreed, aad: heldAad(entry) },
      ),
    ),
  ])
  return {
    manifest,
    held: entries.map(({ kid, classification, state }, index) => ({
      kid,
      classification,
      state,
      wrapped: held[index] as Bytes,
    })),
  }
}

/**
 * Unwraps what {@link handOver} wrapped, to keys that only derive and only MAC.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`.
 */
export async function takeOver(
  agreed: CryptoKey,
  { manifest, held }: HandedKeys,
): Promise<{ readonly manifestKey: CryptoKey; readonly keyring: Keyring }> {
  const [manifestKey, keys] = await Promise.all([
    unwrapMacKey(agreed, manifestAad(), manifest),
    Promise.all(
      held.map(async (entry) => ({ entry, key: await unwrapDerivationKey(agreed, heldAad(entry), entry.wrapped) })),
    ),
  ])
  return { manifestKey, keyring: keyringOf(keys, held) }
}

function manifestAad(): Bytes {
  return encodeFrame([SECOND_LABELS.secondManifestKey])
}

function heldAad({ kid, classification, state }: HeldKey['entry']): Bytes {
  return encodeFrame([SECOND_LABELS.secondDataKey, kid, classification, state])
}
