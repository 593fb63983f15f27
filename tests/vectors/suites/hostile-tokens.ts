/** Malformed tokens of every kind that is signed, each with the code it must be refused with; and their nearest valid neighbours. */
import { describe, expect, test } from 'vitest'
import { encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { encodeUtf8 } from '../../../packages/sdk/src/bytes/utf8.ts'
import { parseCard } from '../../../packages/sdk/src/format/card.ts'
import { parseCertificate } from '../../../packages/sdk/src/format/certificate.ts'
import { parseEscrow } from '../../../packages/sdk/src/format/escrow.ts'
import { parseAuditStatement } from '../../../packages/sdk/src/format/parse-audit-statement.ts'
import cards from '../hostile-tokens/cards.json' with { type: 'json' }
import certificates from '../hostile-tokens/certificates.json' with { type: 'json' }
import escrows from '../hostile-tokens/escrows.json' with { type: 'json' }
import statements from '../hostile-tokens/statements.json' with { type: 'json' }
import { fromHex } from '../support/hex.ts'
import { outcome, type VectorFile } from '../support/vectors.ts'

interface TokenIn {
  readonly replace?: readonly (readonly [from: string, to: string])[]
  readonly payload?: string
  readonly payloadHex?: string
  readonly text?: string
  readonly repeat?: readonly [text: string, times: number]
  readonly value?: unknown
}

/** Every hostile token; one test reads one file. */
export function hostileTokens(): void {
  describe('hostile tokens are refused with their code', () => {
    check('escrow documents', escrows, 178, 9, parseEscrow)
    check('cards', cards, 100, 1, parseCard)
    check('audit statements', statements, 151, 10, parseAuditStatement)
    check('certificates', certificates, 148, 9, parseCertificate)
  })
}

interface TokenFile {
  readonly prefix: string
  readonly base: string
  readonly cases: readonly unknown[]
}

function check(name: string, file: TokenFile, count: number, valid: number, parse: (value: unknown) => unknown): void {
  test(`${name}: ${count} cases, ${valid} of them valid`, async () => {
    const { cases } = file as unknown as VectorFile<TokenIn, unknown>
    const got = await Promise.all(cases.map(async (vector) => [vector.id, await outcome(() => parse(tokenOf(file, vector.in)))]))
    expect(got).toEqual(cases.map((vector) => [vector.id, vector.expect]))
    expect(new Set(cases.map(({ id }) => id)).size).toBe(count)
    expect(cases.filter((vector) => vector.expect === 'ok').length).toBe(valid)
  })
}

function tokenOf({ prefix, base }: TokenFile, { replace, payload, payloadHex, text, repeat, value }: TokenIn): unknown {
  if (text !== undefined) return repeat === undefined ? text : text + repeat[0].repeat(repeat[1])
  if (payloadHex !== undefined) return tokenWith(prefix, fromHex(payloadHex))
  if (payload !== undefined) return tokenWith(prefix, encodeUtf8(payload))
  if (replace === undefined) return value
  let changed = base
  for (const [from, to] of replace) {
    if (!changed.includes(from)) throw new Error('the vector replaces what is not there')
    changed = changed.replace(from, () => to)
  }
  return tokenWith(prefix, encodeUtf8(changed))
}

function tokenWith(prefix: string, payload: Uint8Array): string {
  return `${prefix}.${encodeBase64url(payload)}.${encodeBase64url(new Uint8Array(64))}`
}
