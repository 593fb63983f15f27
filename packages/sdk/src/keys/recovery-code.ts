/**
 * The recovery code: 20 random bytes and a 20-bit checksum as 36 characters of Crockford's base32, in nine groups of
 * four. It has no letters that are taken for digits, and reading it aloud or by hand needs no case.
 */
import type { Bytes } from '../assert.ts'
import { allocateSecret } from '../bytes/wipe.ts'
import { LockstitchError } from '../errors.ts'
import { type ESCROW_LABELS, LABELS } from '../format/labels.ts'
import { digestSecret } from '../crypto/digest.ts'
import { randomBytes } from '../crypto/random.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const SECRET_BYTES = 20
const SECRET_CHARS = 32
const CODE_CHARS = 36

/** What a code is for; one for another purpose reads as a typing error. */
export type CodeLabel = typeof LABELS.recoveryChecksum | typeof ESCROW_LABELS.requestChecksum

/** A new recovery code. */
export function generateRecoveryCode(): Promise<string> {
  return generateCode(LABELS.recoveryChecksum)
}

/** The code of a recovery secret, 20 bytes. */
export function formatRecoveryCode(secret: Bytes): Promise<string> {
  return formatCode(LABELS.recoveryChecksum, secret)
}

/**
 * The secret inside a recovery code. Case, spaces and hyphens do not matter; O is read as 0, I and L as 1.
 *
 * @throws LockstitchError `ERR_RECOVERY_CODE` when it is not a complete code, which a typing error shows.
 */
export function parseRecoveryCode(code: unknown): Promise<Bytes> {
  return parseCode(LABELS.recoveryChecksum, code)
}

/** A new code for a purpose. */
export async function generateCode(label: CodeLabel): Promise<string> {
  return formatCode(label, randomBytes(SECRET_BYTES))
}

async function formatCode(label: CodeLabel, secret: Bytes): Promise<string> {
  const text = encodeBase32(secret) + (await checksum(label, secret))
  return (text.match(/.{4}/g) as string[]).join('-')
}

/**
 * The secret inside a code for a purpose; read as {@link parseRecoveryCode} reads its own.
 *
 * @throws LockstitchError `ERR_RECOVERY_CODE`.
 */
export async function parseCode(label: CodeLabel, code: unknown): Promise<Bytes> {
  if (typeof code !== 'string' || code.length > 256) throw invalid()
  const text = code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  if (text.length !== CODE_CHARS) throw invalid()
  const secret = decodeBase32(text.slice(0, SECRET_CHARS))
  if ((await checksum(label, secret)) !== text.slice(SECRET_CHARS)) throw invalid()
  return secret
}

async function checksum(label: CodeLabel, secret: Bytes): Promise<string> {
  const hash = await digestSecret([label, secret])
  return encodeBase32(hash.subarray(0, 5)).slice(0, CODE_CHARS - SECRET_CHARS)
}

/** Five bytes are eight characters; lengths here are always multiples of five. */
function encodeBase32(bytes: Uint8Array): string {
  let bits = 0n
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte)
  let text = ''
  for (let shift = bytes.length * 8 - 5; shift >= 0; shift -= 5)
    text += ALPHABET.charAt(Number((bits >> BigInt(shift)) & 31n))
  return text
}

function decodeBase32(text: string): Bytes {
  let bits = 0n
  for (const character of text) {
    const value = ALPHABET.indexOf(character)
    if (value < 0) throw invalid()
    bits = (bits << 5n) | BigInt(value)
  }
  const bytes = allocateSecret((text.length * 5) / 8)
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = Number(bits & 255n)
    bits >>= 8n
  }
  return bytes
}

function invalid(): LockstitchError {
  return new LockstitchError('ERR_RECOVERY_CODE')
}
