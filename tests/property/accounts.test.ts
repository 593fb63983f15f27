import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeBase64url } from '../../packages/sdk/src/bytes/base64url.ts'
import { canonicalJson } from '../../packages/sdk/src/bytes/json.ts'
import { encodeUtf8 } from '../../packages/sdk/src/bytes/utf8.ts'
import {
  type AccountState,
  accountStatePayload,
  type KeyringEntry,
  type ParsedAccountState,
  parseAccountState,
  serializeAccountState,
} from '../../packages/sdk/src/format/account-state.ts'
import type { Slot } from '../../packages/sdk/src/format/slot.ts'
import type { ErrorCode } from '../../packages/sdk/src/errors.ts'
import { kidOf } from '../../packages/sdk/src/format/kid.ts'
import { verifyAccountState } from '../../packages/sdk/src/keys/account-state.ts'
import { parseRecoveryCode } from '../../packages/sdk/src/keys/recovery-code.ts'
import { generateUuid } from '../../packages/sdk/src/crypto/uuid.ts'
import { parseUuid } from '../../packages/sdk/src/format/uuid.ts'
import { anyText, anything, bytes, formatText, uuid } from './support/arbitraries.ts'
import { check, checkAsync, expectRead, resultOf } from './support/check.ts'

const CODES: ErrorCode[] = [
  'ERR_FORMAT_INVALID',
  'ERR_FORMAT_VERSION',
  'ERR_FORMAT_LIMIT',
  'ERR_TEXT_INVALID',
  'ERR_KDF_PARAMS',
]

const base64 = (length: number): fc.Arbitrary<string> =>
  bytes({ minLength: length, maxLength: length }).map(encodeBase64url)
const time = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, Number.MAX_SAFE_INTEGER))
const keyId = bytes({ minLength: 32, maxLength: 32 }).map((commitment) => ({
  kid: kidOf(commitment),
  commitment: encodeBase64url(commitment),
}))

const slotBase = { id: base64(16), wrapped: base64(60), created: time, confirmed: fc.option(time) }
const slot: fc.Arbitrary<Slot> = fc.oneof(
  fc.record({ ...slotBase, kind: fc.constant('recovery' as const) }),
  fc.record({
    ...slotBase,
    kind: fc.constant('password' as const),
    kdf: fc.record({
      hash: fc.constant('SHA-256' as const),
      iterations: fc.integer({ min: 600_000, max: 10_000_000 }),
      salt: bytes({ minLength: 16, maxLength: 64 }).map(encodeBase64url),
    }),
  }),
)

/** Keys of a keyring: versions counted up, at most one of a classification active, destroyed ones without a wrap. */
const keyring = fc
  .array(
    fc.tuple(
      keyId,
      fc.constantFrom('phi', 'pii', 'confidential', 'internal'),
      fc.constantFrom('decrypt-only', 'revoked', 'destroyed'),
      base64(60),
      time,
      fc.boolean(),
    ),
    { maxLength: 6 },
  )
  .map((items): KeyringEntry[] => {
    const versions = new Map<string, number>()
    const active = new Set<string>()
    return items.map(([ids, classification, retired, wrapped, created, wantsActive]) => {
      const version = (versions.get(classification) ?? 0) + 1
      versions.set(classification, version)
      const state = wantsActive && !active.has(classification) ? 'active' : retired
      if (state === 'active') active.add(classification)
      return { ...ids, classification, version, state, created, wrapped: state === 'destroyed' ? null : wrapped }
    })
  })

const accountState: fc.Arbitrary<AccountState> = fc.record({
  format: fc.constant('ls1' as const),
  account: uuid,
  revision: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  previous: base64(32),
  created: time,
  accountKey: keyId,
  identity: fc.record({
    signing: base64(32),
    receiving: base64(32),
    wrappedSigning: base64(76),
    wrappedReceiving: bytes({ minLength: 32, maxLength: 384 }).map(encodeBase64url),
  }),
  slots: fc.uniqueArray(slot, { minLength: 1, maxLength: 4, selector: ({ id }) => id }),
  keyring,
  policy: fc.record({ minIterations: fc.integer({ min: 0, max: 600_000 }), minSuite: fc.constant(1 as const) }),
})

const signature = bytes({ minLength: 64, maxLength: 64 })
const writeState = (read: ParsedAccountState): string =>
  serializeAccountState(accountStatePayload(read.state), read.signature)

test('account state: what is written is read back, whatever the order of its members', () => {
  check(
    fc.property(accountState, signature, (state, signed) => {
      const payload = accountStatePayload(state)
      const written = serializeAccountState(payload, signed)
      expect(parseAccountState(written)).toEqual({ state, payload, signature: signed })
      const shuffled = Object.fromEntries(Object.entries(state).reverse()) as unknown as AccountState
      expect(accountStatePayload(shuffled)).toEqual(payload)
    }),
  )
})

test('account state: any text is the only one of what it says, or refused with a code', () => {
  check(
    fc.property(accountState, signature, fc.nat(), formatText, (state, signed, at, random) => {
      const written = serializeAccountState(accountStatePayload(state), signed)
      const index = at % written.length
      for (const other of [random, `ls1a.${random}`, written.slice(0, index) + random + written.slice(index + 1)]) {
        expectRead(() => parseAccountState(other), CODES, writeState, other)
      }
    }),
  )
})

/** Every place of a document, with a function that gives the document with something else there, or without it. */
function places(
  value: unknown,
): { put: (other: unknown) => unknown; drop: () => unknown; add: (other: unknown) => unknown }[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const put = (other: unknown): unknown =>
      Array.isArray(value) ? value.with(Number(name), other) : { ...value, [name]: other }
    const drop = (): unknown =>
      Array.isArray(value)
        ? value.toSpliced(Number(name), 1)
        : Object.fromEntries(Object.entries(value).filter(([other]) => other !== name))
    const add = (other: unknown): unknown =>
      Array.isArray(value) ? [...value, other] : { ...value, [`${name}2`]: other }
    const inner = places(member).map((place) => ({
      put: (other: unknown) => put(place.put(other)),
      drop: () => put(place.drop()),
      add: (other: unknown) => put(place.add(other)),
    }))
    return [{ put, drop, add }, ...inner]
  })
}

test('account state: anything else in one place, a member more or less, is refused with a code or is another state', () => {
  check(
    fc.property(accountState, fc.jsonValue(), fc.nat(), (state, other, at) => {
      const all = places(state)
      const place = all[at % all.length] as (typeof all)[number]
      for (const changed of [place.put(other), place.drop(), place.add(other)]) {
        const written = serializeAccountState(encodeUtf8(canonicalJson(changed)), new Uint8Array(64))
        expectRead(
          () => parseAccountState(written),
          CODES,
          (read) => read.state,
          changed,
        )
      }
    }),
  )
})

test('account state: anything at all is refused with a code, before any signature', async () => {
  await checkAsync(
    fc.asyncProperty(fc.oneof(anything, formatText), async (value) => {
      const read = await resultOf(() => verifyAccountState(value, new Uint8Array(32)))
      expect('code' in read && CODES.includes(read.code)).toBe(true)
    }),
  )
})

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A recovery code of a secret, written independently: bits in groups of five, then the checksum that is right. */
async function codeOf(secret: Uint8Array): Promise<string> {
  const label = encodeUtf8('lockstitch/ls1/recovery/checksum')
  const input = new Uint8Array([0, 0, 0, label.length, ...label, 0, 0, 0, 20, ...secret])
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', input))
  const letters = (value: Uint8Array): string => {
    const bits = Array.from(value, (byte) => byte.toString(2).padStart(8, '0')).join('')
    return (bits.match(/.{5}/g) ?? []).map((five) => CROCKFORD.charAt(Number.parseInt(five, 2))).join('')
  }
  return letters(secret) + letters(hash.slice(0, 5)).slice(0, 4)
}

test('recovery code: every secret comes back, however the code is typed', async () => {
  const noise = fc.array(fc.constantFrom('', '-', ' ', '\n', '\u00a0', '--'), { minLength: 36, maxLength: 36 })
  await checkAsync(
    fc.asyncProperty(bytes({ minLength: 20, maxLength: 20 }), noise, fc.boolean(), async (secret, gaps, isLower) => {
      const code = await codeOf(secret)
      const spelled = code
        .split('')
        .map((letter, index) => letter + (gaps[index] ?? ''))
        .join('')
      expect(await parseRecoveryCode(isLower ? spelled.toLowerCase() : spelled)).toEqual(secret)
    }),
  )
})

test('recovery code: anything else is refused with the code', async () => {
  const near = fc.string({
    unit: fc.constantFrom(...`${CROCKFORD}-`.split('')),
    minLength: 30,
    maxLength: 40,
  })
  await checkAsync(
    fc.asyncProperty(fc.oneof(anything, anyText, near), async (value) => {
      expect(await resultOf(() => parseRecoveryCode(value))).toEqual({ code: 'ERR_RECOVERY_CODE' })
    }),
  )
})

test('UUID: of any time, is one, and sorts by it', () => {
  const when = fc.integer({ min: 0, max: 2 ** 48 - 1 })
  check(
    fc.property(when, when, (a, b) => {
      const [first, second] = [generateUuid(a), generateUuid(b)]
      expect([parseUuid(first), parseUuid(second)]).toEqual([first, second])
      fc.pre(a !== b)
      expect(first < second).toBe(a < b)
    }),
  )
})
