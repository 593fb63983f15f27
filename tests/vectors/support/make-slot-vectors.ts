/**
 * Made the file of tests/vectors/own/ls1-slots, once. It is kept to show how; it refuses to overwrite it, because a committed
 * vector is never regenerated. The values are made with Node's own primitives and a list of words, not with the SDK.
 */
import { createHash, hkdfSync } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { wordlist } from '@scure/bip39/wordlists/english.js'

const FILE = fileURLToPath(new URL('../own/ls1-slots/ways-in.json', import.meta.url))
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A frame: each part behind its length in four bytes. */
function frame(label: string, ...parts: readonly Buffer[]): Buffer {
  const all = [Buffer.from(`lockstitch/ls1/${label}`), ...parts]
  const sized = all.flatMap((part) => {
    const size = Buffer.alloc(4)
    size.writeUInt32BE(part.length)
    return [size, part]
  })
  return Buffer.concat(sized)
}

const hkdf = (secret: Buffer, info: Buffer, length = 32): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, length))
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()
const bits = (bytes: Buffer): string => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
const grouped = (text: string, size: number): number[] =>
  (text.match(new RegExp(`.{${size}}`, 'g')) ?? []).map((group) => Number.parseInt(group, 2))

const base32 = (bytes: Buffer): string =>
  grouped(bits(bytes), 5)
    .map((index) => ALPHABET[index])
    .join('')

function passkey(id: string, secret: Buffer): object {
  const out = {
    locator: hkdf(secret, frame('passkey/locate'), 16).toString('base64url'),
    secret: hkdf(secret, frame('passkey/auth')).toString('base64url'),
    slotKey: hkdf(secret, frame('passkey/unlock')).toString('hex'),
  }
  return { id, comment: 'passkey', expect: 'ok', in: { secret: secret.toString('hex') }, out }
}

function recovery(id: string, secret: Buffer): object {
  const checked = bits(secret) + bits(sha256(secret)).slice(0, 5)
  const words = grouped(checked, 11).map((index) => wordlist[index])
  const text = base32(secret) + base32(sha256(frame('recovery/checksum', secret)).subarray(0, 5)).slice(0, 4)
  const code = (text.match(/.{4}/g) ?? []).join('-')
  return { id, comment: 'recovery words', expect: 'ok', in: { secret: secret.toString('hex') }, out: { code, words } }
}

if (existsSync(FILE)) throw new Error('a committed vector is never regenerated')
const cases = [
  passkey('passkey-zeros', Buffer.alloc(32)),
  passkey('passkey-random', Buffer.from('7f4a1c93e05d2b8866a1f0c4d93e5b7204f8ac6d1e9b3057c2846df1a05be937', 'hex')),
  recovery('recovery-zeros', Buffer.alloc(20)),
  recovery('recovery-ones', Buffer.alloc(20, 255)),
  recovery('recovery-random', Buffer.from('d1c5b2a39485766758493a2b1c0d5e6f70819203', 'hex')),
]
const head = {
  source: 'Lockstitch, format ls1 (docs/format.md, section 15)',
  generatedBy: 'tests/vectors/support/make-slot-vectors.ts',
  date: '2026-11-22',
  note: 'What the secret of a passkey becomes, and a recovery secret as characters and as words. Made with node:crypto alone.',
}
writeFileSync(FILE, `${JSON.stringify({ ...head, cases }, null, 2)}\n`)
