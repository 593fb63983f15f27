/** What was attempted in a schedule and how it ended: what the account at its end is held against. */
import type { ErrorCode } from '@lockstitch/sdk'

/** How an attempt ended: `open` while it runs, and for ever where its tab ended first. */
export type Ending = 'open' | 'stored' | 'queued' | ErrorCode

/** A value that somebody wanted a record to have. Every value is used once. */
export interface Save {
  readonly model: string
  readonly id: string
  readonly value: string
  readonly device: string
  /** The value that it was made from, where the vault was told so. */
  readonly from?: string
  ending: Ending
  revision?: number
}

/** A password, and when somebody wanted it. */
export interface Password {
  readonly password: string
  readonly begun: number
  ended: number
  ending: Ending
}

/** A recovery code and the slot that it opens. */
export interface Code {
  readonly slot: string
  readonly code: string
}

/** All that was attempted. */
export interface Story {
  readonly handle: string
  readonly saves: Save[]
  /** Ids of records that somebody wanted to remove. */
  readonly removals: Set<string>
  readonly passwords: Password[]
  readonly codes: Code[]
  /** Set once somebody tried to change the ways in. */
  isSlotsTouched: boolean
  /** What happened, for whoever has to read it. */
  readonly lines: string[]
  /** One more for every line. */
  readonly now: () => number
}

/** The story of an account that has just been made. */
export function beginStory(handle: string, password: string, first: Code): Story {
  const lines: string[] = []
  return {
    handle,
    saves: [],
    removals: new Set(),
    passwords: [{ password, begun: 0, ended: 0, ending: 'stored' }],
    codes: [first],
    isSlotsTouched: false,
    lines,
    now: () => lines.length,
  }
}
