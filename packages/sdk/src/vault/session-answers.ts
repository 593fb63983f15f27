/** What a server answers to a login. */
import { base64url, integer, object, text } from '../format/reader.ts'
import { answer, type Answer } from './server-answer.ts'

interface Started {
  readonly state: string
  readonly revision: number
  /** The server's time. */
  readonly now: number
}

const started = {
  state: text(1, 262_144),
  revision: integer(1, Number.MAX_SAFE_INTEGER),
  now: integer(0, Number.MAX_SAFE_INTEGER),
}

/** The answer to every login but a device's. */
export const sessionAnswer: Answer<Started> = answer(object<Started>(started))

/** The answer to a device: beside the state, the share that the server keeps for it. */
export const deviceSessionAnswer: Answer<Started & { readonly share: string }> = answer(
  object<Started & { share: string }>({ ...started, share: base64url(32) }),
)
