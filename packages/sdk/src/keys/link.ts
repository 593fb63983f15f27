/**
 * Linking a device: a commitment to the new device's key in its code, then the old device's key, then the new one's, then
 * words over both. Who stands in between must choose keys before seeing those of the devices, and has one try against the
 * words. What the old device sends is sealed with HPKE (RFC 9180, mode auth) to the new one's key, from its own.
 */
import type { Bytes } from '../assert.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { equalBytes } from '../bytes/equal.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { LockstitchError } from '../errors.ts'
import { HASH_BYTES, KEY_BYTES, PUBLIC_KEY_BYTES, SALT_BYTES, TAG_BYTES } from '../format/constants.ts'
import { LINK_LABELS } from '../format/labels.ts'
import { base64url } from '../format/reader.ts'
import { digest } from '../crypto/digest.ts'
import { randomBytes } from '../crypto/random.ts'
import { deriveLocatorCredential, type LocatorCredential } from './credential.ts'
import { openAuthFrom, type ReceivingPair, sealAuthTo } from './hpke.ts'
import { wordsOf } from './words.ts'

/** What a link is about: all of it is in the words, and bound into what is sealed. */
export interface LinkTranscript {
  /** 16 random bytes in base64url. */
  readonly channel: string
  readonly newKey: Bytes
  readonly oldKey: Bytes
}

/** What a code says. */
export interface LinkCode {
  readonly channel: string
  /** Commitment to the new device's key. */
  readonly commitment: Bytes
}

const PREFIX = 'ls1link'
const WORDS = 6
const SEALED_BYTES = PUBLIC_KEY_BYTES + KEY_BYTES + TAG_BYTES

/** A new channel, and the code that a new device shows. */
export async function makeLinkCode(publicKey: Bytes): Promise<{ channel: string; code: string }> {
  const channel = encodeBase64url(randomBytes(SALT_BYTES))
  return { channel, code: `${PREFIX}.${channel}.${encodeBase64url(await commit(channel, publicKey))}` }
}

/**
 * Reads a code.
 *
 * @throws LockstitchError `ERR_LINK_CODE`
 */
export function parseLinkCode(code: unknown): LinkCode {
  try {
    const [prefix, channel, commitment, ...rest] = String(code).trim().split('.')
    if (prefix !== PREFIX || rest.length > 0) throw new LockstitchError('ERR_LINK_CODE')
    return {
      channel: base64url(SALT_BYTES)(channel),
      commitment: decodeBase64url(base64url(HASH_BYTES)(commitment)),
    }
  } catch {
    throw new LockstitchError('ERR_LINK_CODE')
  }
}

/**
 * Checks that a new device's key is the one of its code.
 *
 * @throws LockstitchError `ERR_LINK_FAILED`
 */
export async function checkLinkKey({ channel, commitment }: LinkCode, newKey: Bytes): Promise<void> {
  if (!equalBytes(await commit(channel, newKey), commitment)) throw new LockstitchError('ERR_LINK_FAILED')
}

/** The words that both devices show: 48 bits. */
export async function deriveLinkWords(transcript: LinkTranscript): Promise<string[]> {
  return wordsOf((await digest(frameOf(LINK_LABELS.linkWords, transcript))).subarray(0, WORDS))
}

/** The secret that lets the new device in, sealed by the old one for it alone. */
export async function sealLinkSecret(old: ReceivingPair, transcript: LinkTranscript, secret: Bytes): Promise<string> {
  const info = frameOf(LINK_LABELS.linkSeal, transcript)
  return encodeBase64url(await sealAuthTo(old, transcript.newKey, info, secret))
}

/**
 * Opens what {@link sealLinkSecret} sealed.
 *
 * @throws LockstitchError `ERR_LINK_FAILED` when it is not from the old device of this very link.
 */
export async function openLinkSecret(own: ReceivingPair, transcript: LinkTranscript, message: string): Promise<Bytes> {
  try {
    const sealed = decodeBase64url(base64url(SEALED_BYTES)(message))
    return await openAuthFrom(own, transcript.oldKey, frameOf(LINK_LABELS.linkSeal, transcript), sealed)
  } catch {
    throw new LockstitchError('ERR_LINK_FAILED')
  }
}

/** The credential of a link's secret, which is wiped. */
export async function deriveLinkCredential(secret: Bytes): Promise<LocatorCredential> {
  return deriveLocatorCredential('link', secret, {
    locate: LINK_LABELS.linkLocate,
    auth: LINK_LABELS.linkAuth,
    unlock: LINK_LABELS.linkUnlock,
  })
}

async function commit(channel: string, publicKey: Bytes): Promise<Bytes> {
  return digest(encodeFrame([LINK_LABELS.linkCommitment, channel, publicKey]))
}

function frameOf(label: string, { channel, newKey, oldKey }: LinkTranscript): Bytes {
  return encodeFrame([label, channel, newKey, oldKey])
}
