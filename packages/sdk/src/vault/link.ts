/** Linking a new device: see keys/link.ts for what passes between the two, and docs/format.md, section 15. */
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
import { KEY_BYTES, PUBLIC_KEY_BYTES } from '../format/constants.ts'
import { base64url } from '../format/reader.ts'
import type { Bytes } from '../assert.ts'
import { checkPin } from '../crypto/password.ts'
import { randomBytes } from '../crypto/random.ts'
import { generateExchangePair } from '../crypto/agree.ts'
import type { ReceivingPair } from '../keys/hpke.ts'
import {
  checkLinkKey,
  deriveLinkCredential,
  deriveLinkWords,
  type LinkTranscript,
  makeLinkCode,
  openLinkSecret,
  parseLinkCode,
  sealLinkSecret,
} from '../keys/link.ts'
import { padNote } from '../keys/note.ts'
import { rewrapSlot } from '../keys/slot.ts'
import { throwIfAborted } from './abort.ts'
import { changeAccount } from './change-account.ts'
import type { LongCallOptions } from './api.ts'
import { beginTurn, requireSession, type VaultContext } from './context.ts'
import { sendLinkMessage, waitForLinkMessage } from './device-calls.ts'
import { rememberDevice } from './devices.ts'
import type { LinkRequest, NewDevice } from './devices-api.ts'
import { deriveOpening } from './slots.ts'
import { openFresh, unlockWith } from './unlock.ts'

/** A link that is under way. */
export interface Link {
  readonly role: 'new' | 'old'
  readonly code: string
  readonly channel: string
  readonly keys: ReceivingPair
  /** Once both keys are known. */
  transcript?: LinkTranscript
}

/** Begins a link on a new device. What was unlocked in this vault is locked. */
export async function requestLink(context: VaultContext): Promise<{ code: string }> {
  beginTurn(context)
  const keys = await generateExchangePair()
  const { channel, code } = await makeLinkCode(keys.publicKey)
  context.link = { role: 'new', code, channel, keys }
  return { code }
}

/** The words of the new device: its key is shown only once the old one's is known. */
export async function linkWords(context: VaultContext, options: LongCallOptions): Promise<{ words: string[] }> {
  const link = requireLink(context, 'new')
  const { channel, keys } = link
  if (link.transcript === undefined) {
    const oldKey = readKey(await waitForLinkMessage(context, channel, 'offer', options))
    // Asked for twice at once: the first key that came is the one whose words are shown.
    link.transcript ??= { channel, newKey: keys.publicKey, oldKey }
  }
  await sendLinkMessage(context, channel, 'reveal', encodeBase64url(keys.publicKey))
  return { words: await deriveLinkWords(link.transcript) }
}

/** Waits for the old device, unlocks with what it sends, and remembers this device in the place of the link. */
export async function finishLink(
  context: VaultContext,
  device: NewDevice,
  options: LongCallOptions,
): Promise<{ slot: string }> {
  const { signal } = options
  const { channel, keys, transcript } = requireLink(context, 'new')
  if (transcript === undefined) throw new LockstitchError('ERR_LINK_FAILED')
  // What lets it in works once, so nothing that can be known before may fail after it.
  checkPin(device.pin)
  padNote(device.name)
  const message = await waitForLinkMessage(context, channel, 'secret', options)
  const credential = await deriveLinkCredential(await openLinkSecret(keys, transcript, message))
  const open = async () => {
    const { state } = await context.server.startSession(credential.login)
    return { session: await openFresh(context, state, credential) }
  }
  await unlockWith(context, open, signal)
  try {
    return await rememberDevice(context, credential, device, signal)
  } catch (error) {
    // The way in that it came by is no way to stay.
    beginTurn(context)
    throw error
  }
}

/** Reads a new device's code on the old one, and gives the words to compare. */
export async function inspectLink(
  context: VaultContext,
  code: string,
  options: LongCallOptions,
): Promise<{ words: string[] }> {
  requireSession(context)
  const parsed = parseLinkCode(code)
  const { channel } = parsed
  const keys = await generateExchangePair()
  const link: Link = { role: 'old', code, channel, keys }
  context.link = link
  await sendLinkMessage(context, channel, 'offer', encodeBase64url(keys.publicKey))
  const newKey = readKey(await waitForLinkMessage(context, channel, 'reveal', options))
  await checkLinkKey(parsed, newKey)
  link.transcript = { channel, newKey, oldKey: keys.publicKey }
  return { words: await deriveLinkWords(link.transcript) }
}

/** Lets the new device in, once: a slot of its own kind, whose secret only that device can open. */
export async function linkDevice(context: VaultContext, request: LinkRequest, signal?: AbortSignal): Promise<void> {
  const { account } = requireSession(context)
  const { code, channel, keys, transcript } = requireLink(context, 'old')
  if (transcript === undefined || code !== request.code) throw new LockstitchError('ERR_LINK_FAILED')
  const opener = await deriveOpening(context, account.state, request.with)
  const secret = randomBytes(KEY_BYTES)
  const message = await sealLinkSecret(keys, transcript, secret)
  const credential = await deriveLinkCredential(secret)
  throwIfAborted(signal)
  await changeAccount(context, async ({ account: { state } }) => {
    const slot = await rewrapSlot(state.slots, opener, credential, state.account, Date.now())
    return {
      state: { slots: [...state.slots.filter(({ kind }) => kind !== 'link'), slot] },
      logins: [{ slot: slot.id, login: credential.login }],
    }
  })
  context.link = undefined
  await sendLinkMessage(context, channel, 'secret', message)
}

function requireLink({ link }: VaultContext, role: Link['role']): Link {
  if (link?.role !== role) throw new LockstitchError('ERR_LINK_FAILED')
  return link
}

/** A key as the other device sent it. */
function readKey(message: string): Bytes {
  try {
    return decodeBase64url(base64url(PUBLIC_KEY_BYTES)(message))
  } catch {
    throw new LockstitchError('ERR_LINK_FAILED')
  }
}
