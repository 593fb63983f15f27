/** The routes of docs/server-api.md, "Device slots", as calls. */
import { isLockstitchError, LockstitchError } from '../errors.ts'
import { arrayOf, base64url, integer, nullable, object, text } from '../format/reader.ts'
import { throwIfAborted } from './abort.ts'
import type { LongCallOptions } from './api.ts'
import type { VaultContext } from './context.ts'
import { type Answer, MAX_TRIES } from './server-answer.ts'

/** What the server says of a device slot. */
export interface DeviceUse {
  readonly slot: string
  /** When it last started a session, or was made. */
  readonly used: number
  /** 0 once its share is destroyed. */
  readonly triesLeft: number
}

const MAX_DEVICES = 64
const MAX_MESSAGE_CHARS = 512
const POLL_MS = 1000
/** Ten minutes, as long as the server keeps a message. */
const MAX_POLLS = 600

const devicesAnswer: Answer<{ devices: readonly DeviceUse[] }> = {
  read: object({
    devices: arrayOf(
      object<DeviceUse>({
        slot: base64url(16),
        used: integer(0, Number.MAX_SAFE_INTEGER),
        triesLeft: integer(0, MAX_TRIES),
      }),
      0,
      MAX_DEVICES,
    ),
  }),
  refusals: [],
}
const sentAnswer: Answer<object> = { read: object({}), refusals: ['ERR_CONFLICT'] }
const messageAnswer: Answer<{ message: string | null }> = {
  read: object({ message: nullable(text(1, MAX_MESSAGE_CHARS)) }),
  refusals: [],
}

/** What two devices say to each other, one message each. */
export type LinkStep = 'offer' | 'reveal' | 'secret'

/** When each device slot was last used, and how many PINs may still be tried. */
export async function deviceUses({ server }: VaultContext): Promise<readonly DeviceUse[]> {
  return (await server.call(devicesAnswer, 'GET', '/v1/account/devices')).devices
}

/**
 * Leaves a message for the other device. The same one may be left again.
 *
 * @throws LockstitchError `ERR_LINK_FAILED` when somebody else has left another one, and the codes of the transport.
 */
export async function sendLinkMessage(
  { server }: VaultContext,
  channel: string,
  step: LinkStep,
  message: string,
): Promise<void> {
  try {
    await server.call(sentAnswer, 'PUT', `/v1/links/${channel}/${step}`, { message })
  } catch (error) {
    const isTaken = isLockstitchError(error) && error.code === 'ERR_CONFLICT'
    throw isTaken ? new LockstitchError('ERR_LINK_FAILED') : error
  }
}

/**
 * The message of the other device, once there is one.
 *
 * @throws LockstitchError `ERR_LINK_FAILED` after ten minutes, `ERR_ABORTED`, and the codes of the transport.
 */
export async function waitForLinkMessage(
  { server }: VaultContext,
  channel: string,
  step: LinkStep,
  { signal, onProgress }: LongCallOptions,
): Promise<string> {
  for (let polls = 0; polls < MAX_POLLS; polls++) {
    throwIfAborted(signal)
    const { message } = await server.call(messageAnswer, 'GET', `/v1/links/${channel}/${step}`)
    if (message !== null) return message
    onProgress?.({ done: polls, total: MAX_POLLS })
    await pause(signal)
  }
  throw new LockstitchError('ERR_LINK_FAILED')
}

function pause(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, POLL_MS)
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
