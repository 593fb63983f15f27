/** How every committed vector file is written, and how its cases become tests. */
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../../../packages/sdk/src/assert.ts'
import { type ErrorCode, isErrorCode, isLockstitchError } from '../../../packages/sdk/src/errors.ts'

/** A file of vectors. Bytes are in hex; it is never regenerated to make a test pass. */
export interface VectorFile<In, Out> {
  /** The document and section the values come from, or what made them. */
  readonly source: string
  readonly generatedBy: string
  readonly date: string
  readonly note: string
  readonly cases: readonly VectorCase<In, Out>[]
}

export interface VectorCase<In, Out> {
  readonly id: string
  readonly comment: string
  /** `ok`, or the code that the input must be refused with. */
  readonly expect: string
  readonly in: In
  readonly out: Out
}

/** One test a case, and one that the file is complete: ids are unique, and there are exactly `count` cases. */
export function checkVectors<In, Out>(
  name: string,
  file: VectorFile<In, Out>,
  count: number,
  run: (vector: VectorCase<In, Out>) => unknown,
): void {
  describe(name, () => {
    test(`has its ${count} cases and its source`, () => {
      expect(new Set(file.cases.map(({ id }) => id)).size).toBe(count)
      expect(file.cases.length).toBe(count)
      expect([file.source, file.generatedBy, file.date, file.note]).not.toContain('')
      for (const { expect: expected } of file.cases) expect(expected === 'ok' || isErrorCode(expected)).toBe(true)
    })
    test.each(file.cases)('$id: $comment', async (vector) => {
      await run(vector)
    })
  })
}

/** Hex to bytes. */
export function fromHex(hex: string): Bytes {
  if (!/^([0-9a-f]{2})*$/.test(hex)) throw new Error('a vector holds something that is not hex')
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** Bytes to hex. */
export function toHex(bytes: ArrayBuffer | Uint8Array): string {
  return Array.from(new Uint8Array(bytes as Uint8Array), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Standard base64 with padding, as RFCs print it, to bytes. */
export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

/** What a call came to: `ok`, or the code of its error; anything else that it throws is thrown on. */
export async function outcome(call: () => unknown): Promise<'ok' | ErrorCode> {
  try {
    await call()
    return 'ok'
  } catch (error) {
    if (isLockstitchError(error)) return error.code
    throw error
  }
}

/** The PKCS #8 form (RFC 8410) of a 32-byte private key, the only raw form that WebCrypto imports. */
export function pkcs8(algorithm: 'Ed25519' | 'X25519', secret: Bytes): Bytes {
  const oid = algorithm === 'Ed25519' ? '70' : '6e'
  return fromHex(`302e020100300506032b65${oid}04220420${toHex(secret)}`)
}
