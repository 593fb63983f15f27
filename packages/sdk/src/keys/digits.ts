/** Digits to be compared by two people on the telephone. */
import type { Bytes } from '../assert.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { ESCROW_LABELS } from '../format/labels.ts'
import { digest } from '../crypto/digest.ts'

const GROUPS = 6
const GROUP_BYTES = 5

/** Digits that stand for an account: whoever has them right has the right signing key. */
export async function accountDigits(account: string, signing: Bytes): Promise<string> {
  return digitsOf(encodeFrame([ESCROW_LABELS.accountDigits, account, signing]))
}

/** Digits that stand for a request: the key that shares are sealed to, and the account that is asked for. */
export async function requestDigits(key: Bytes, signing: Bytes): Promise<string> {
  return digitsOf(encodeFrame([ESCROW_LABELS.requestDigits, key, signing]))
}

/** True when two people mean the same digits; how they are grouped does not matter. */
export function isSameDigits(one: unknown, other: string): boolean {
  return typeof one === 'string' && one.replace(/[\s-]/g, '') === other.replaceAll(' ', '')
}

/** Six groups of five digits, of 40 bits each: nearly 100 bits. */
async function digitsOf(frame: Bytes): Promise<string> {
  const hash = await digest(frame)
  return Array.from({ length: GROUPS }, (_, group) => {
    const bytes = hash.subarray(group * GROUP_BYTES, (group + 1) * GROUP_BYTES)
    const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
    return String(number % 100_000).padStart(5, '0')
  }).join(' ')
}
