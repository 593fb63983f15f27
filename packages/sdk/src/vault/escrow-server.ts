/** The answers of the routes of escrow in docs/server-api.md, read strictly. */
import {
  MAX_CUSTODIANS,
  MAX_ESCROW_CHARS,
  PUBLIC_KEY_BYTES,
  SALT_BYTES,
  SEALED_SHARE_BYTES,
} from '../format/constants.ts'
import { arrayOf, base64url, boolean, integer, object, oneOf, text } from '../format/reader.ts'
import { parseUuid } from '../format/uuid.ts'
import type { ApprovedShare } from '../keys/escrow.ts'
import type { Answer } from './server-answer.ts'

/** A request as the server shows it. */
export interface ShownRequest {
  readonly id: string
  /** X25519 public key, 32 bytes in base64url. */
  readonly key: string
  readonly created: number
  readonly approvals: readonly string[]
  readonly released: boolean
}

/** What the server shows an account. */
export interface ShownEscrow {
  readonly requests: readonly ShownRequest[]
  readonly custody: readonly { readonly document: string; readonly requests: readonly ShownRequest[] }[]
}

/** What the server shows a requester. */
export type ShownProgress =
  | { readonly state: 'waiting' | 'cancelled'; readonly signing: string }
  | { readonly state: 'released'; readonly document: string; readonly shares: readonly ApprovedShare[] }

const MAX_REQUESTS = 16
const MAX_CUSTODY = 100
const time = integer(0, Number.MAX_SAFE_INTEGER)
const publicKey = base64url(PUBLIC_KEY_BYTES)
const document = text(1, MAX_ESCROW_CHARS)

const requests = arrayOf(
  object<ShownRequest>({
    id: base64url(SALT_BYTES),
    key: publicKey,
    created: time,
    approvals: arrayOf(parseUuid, 0, MAX_CUSTODIANS),
    released: boolean,
  }),
  0,
  MAX_REQUESTS,
)

const waiting = object<ShownProgress & { readonly state: 'waiting' | 'cancelled' }>({
  state: oneOf('waiting', 'cancelled'),
  signing: publicKey,
})
const released = object<ShownProgress & { readonly state: 'released' }>({
  state: oneOf('released'),
  document,
  shares: arrayOf(
    object<ApprovedShare>({ custodian: parseUuid, share: base64url(SEALED_SHARE_BYTES) }),
    0,
    MAX_CUSTODIANS,
  ),
})

/** `POST /v1/escrow/identity` */
export const identityAnswer: Answer<{ readonly signing: string }> = {
  read: object<{ signing: string }>({ signing: publicKey }),
  refusals: [],
}

/** `POST /v1/escrow/requests` */
export const requestedAnswer: Answer<{ readonly expires: number }> = {
  read: object<{ expires: number }>({ expires: time }),
  refusals: [],
}

/** `POST /v1/escrow/follow` */
export const progressAnswer: Answer<ShownProgress> = {
  read: (value) => ((value as { state?: unknown } | null)?.state === 'released' ? released(value) : waiting(value)),
  refusals: ['ERR_ESCROW_ENDED'],
}

/** `GET /v1/escrow` */
export const overviewAnswer: Answer<ShownEscrow> = {
  read: object<ShownEscrow>({
    requests,
    custody: arrayOf(object<ShownEscrow['custody'][number]>({ document, requests }), 0, MAX_CUSTODY),
  }),
  refusals: [],
}

/** `POST /v1/escrow/approvals` and `POST /v1/escrow/cancellations` */
export const doneAnswer: Answer<{ readonly id: string }> = {
  read: object<{ id: string }>({ id: base64url(SALT_BYTES) }),
  refusals: ['ERR_ESCROW_ENDED', 'ERR_ESCROW_RELEASED'],
}
