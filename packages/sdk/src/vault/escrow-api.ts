import type { CallOptions, OpeningCredentials } from './api.ts'

/** Somebody's card, read. */
export interface CardInfo {
  /** Account id. */
  readonly account: string
  /** Thirty digits, for two people to compare: only they tell that the card is the one that somebody gave. */
  readonly digits: string
}

/** Order of {@link EscrowCalls.configure}. */
export interface EscrowOrder {
  /** What opens the account now. */
  readonly with: OpeningCredentials
  /** The custodians' cards, as they gave them out, 2 to 16. Compare the digits of each before. */
  readonly custodians: readonly string[]
  /** How many of them it takes, 2 or more. */
  readonly threshold: number
  /** Milliseconds from a request until anything is released: an hour to 30 days. */
  readonly delayMs: number
}

/** The escrow of this account. */
export interface EscrowInfo {
  /** Id of its slot: `slots.remove` turns the escrow off. */
  readonly slot: string
  readonly created: Date
  readonly threshold: number
  readonly delayMs: number
  /** Account ids. */
  readonly custodians: readonly string[]
}

/** A request to open an account through its escrow. All times are the server's. */
export interface EscrowRequestInfo {
  readonly id: string
  readonly created: Date
  /** Before this nothing is released; `null` where there is no escrow any more. */
  readonly opens: Date | null
  /** Account ids of the custodians who have approved; for a custodian only the own. */
  readonly approvals: readonly string[]
  /** Whether the shares were released: it is too late to cancel. */
  readonly released: boolean
}

/** An account that this one holds a share for. */
export interface CustodyInfo {
  /** Account id. */
  readonly account: string
  /** The digits of its card. An account whose digits are not those of a card you know is somebody else's. */
  readonly digits: string
  readonly created: Date
  readonly threshold: number
  readonly delayMs: number
  readonly requests: readonly EscrowRequestInfo[]
}

/** Everything about escrow that concerns this account. */
export interface EscrowOverview {
  /** `null` while it is off. */
  readonly escrow: EscrowInfo | null
  /** Requests to open this account. One that is not the user's own: cancel it. */
  readonly requests: readonly EscrowRequestInfo[]
  /** Accounts that this one is a custodian of. */
  readonly custody: readonly CustodyInfo[]
}

/** Order of {@link EscrowCalls.approve}. */
export interface ApprovalOrder {
  /** Account id that is to be opened. */
  readonly account: string
  /** Id of the request. */
  readonly request: string
  /** The digits that the requester read out; spaces do not matter. */
  readonly digits: string
}

/** A request that was made. */
export interface MadeRequest {
  /** Shown once and kept nowhere: with it, and with nothing else, the request goes on, on any device. */
  readonly code: string
  /** To be read out to every custodian. */
  readonly digits: string
  /** When it ends unused. */
  readonly expires: Date
}

/** How a request stands. */
export interface RequestProgress {
  /** `waiting`: for approvals or for time; which of them is not told, so that nobody learns whose account exists. */
  readonly state: 'waiting' | 'cancelled' | 'released'
  readonly digits: string
  /** Account ids of custodians whose share is not the one that the account committed to. */
  readonly damaged: readonly string[]
}

/** Order of {@link EscrowCalls.recover}. */
export interface RecoverOrder {
  /** Of {@link EscrowCalls.request}. */
  readonly code: string
  /** For the new password; it may be another than before. */
  readonly handle: string
  readonly password: string
}

/** Escrow: off until {@link EscrowCalls.configure}. */
export interface EscrowCalls {
  /** The card of this account, to be given to whoever wants to choose it as a custodian. The same every time. Throws `ERR_LOCKED`. */
  card(options?: CallOptions): Promise<{ readonly card: string } & CardInfo>
  /** Reads somebody's card. Throws `ERR_ESCROW_CARD`. */
  inspect(card: string, options?: CallOptions): Promise<CardInfo>
  /**
   * Lets custodians open this account together. It takes the place of the escrow that there was.
   *
   * Throws `ERR_UNLOCK_FAILED` when `with` does not open this account, `ERR_ESCROW_CARD`, `ERR_ESCROW_RULE`,
   * `ERR_CONFLICT` after four lost races with other devices.
   */
  configure(order: EscrowOrder, options?: CallOptions): Promise<EscrowInfo>
  /** The escrow, the requests for it, and whose custodian this account is. Throws `ERR_ACCOUNT_STATE` when the server shows another escrow than this account signed. */
  list(options?: CallOptions): Promise<EscrowOverview>
  /**
   * As a custodian: hands the own share to a request, and to nobody else. Speak with the requester first: know who it is,
   * and have the digits read out to you.
   *
   * Throws `ERR_ESCROW_DIGITS` when they are not this request's, `ERR_ESCROW_ENDED`, `ERR_ESCROW_SHARE` when the share is
   * not the one that the account committed to.
   */
  approve(order: ApprovalOrder, options?: CallOptions): Promise<void>
  /** Ends a request for this account. Throws `ERR_ESCROW_ENDED`, and `ERR_ESCROW_RELEASED` when it is too late: then remove the escrow's slot. */
  cancel(request: string, options?: CallOptions): Promise<void>
  /**
   * Asks for an account without being able to open it. The answer is the same for an account that does not exist. Needs no
   * unlocked account.
   *
   * Throws `ERR_HANDLE_INVALID`, `ERR_RATE_LIMITED`.
   */
  request(order: { readonly handle: string }, options?: CallOptions): Promise<MadeRequest>
  /** How the request of a code stands. Needs no unlocked account. Throws `ERR_RECOVERY_CODE` for a typing error, `ERR_ESCROW_ENDED`. */
  follow(code: string, options?: CallOptions): Promise<RequestProgress>
  /**
   * Opens the account of a released request and sets a new password, in place of the old one and of the escrow: both open
   * nothing any more. The account is unlocked then. It has no escrow from then on, and keeps its recovery code.
   *
   * Throws `ERR_ESCROW_WAITING`, `ERR_ESCROW_ENDED`, `ERR_ESCROW_SHARE` ({@link RequestProgress.damaged} says whose),
   * `ERR_RECOVERY_CODE`, `ERR_HANDLE_INVALID`, `ERR_HANDLE_TAKEN`, `ERR_PASSWORD_INVALID`, and the codes of `unlock`.
   */
  recover(order: RecoverOrder, options?: CallOptions): Promise<void>
}
