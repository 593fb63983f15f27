/** The files of vectors that are being made, and what they share. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { encodeFrame, type FramePart } from '../../../packages/sdk/src/bytes/frame.ts'
import { deriveBytes } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { toHex } from './hex.ts'

const FOLDER = fileURLToPath(new URL('../own/ls1/', import.meta.url))
const HEAD = {
  source: 'Lockstitch, format ls1 (docs/format.md)',
  generatedBy: 'tests/vectors/support/make-own-vectors.ts',
  date: new Date().toISOString().slice(0, 10),
}
/** The account of every vector. */
export const OWNER = '018f0000-0000-7000-8000-0000000000a1'

interface Case {
  readonly id: string
  readonly comment: string
  readonly expect: 'ok'
  readonly in: object
  readonly out: object
}

const files = new Map<string, { note: string; cases: Case[] }>()

/** A file that is being made: the function it gives adds a case. */
export function file(name: string, note: string): (id: string, comment: string, input: object, out: object) => void {
  const cases: Case[] = []
  files.set(name, { note, cases })
  return (id, comment, input, out) => cases.push({ id, comment, expect: 'ok', in: input, out })
}

/** What an AES key that cannot be exported was derived as. */
export async function rawKey(base: CryptoKey, parts: readonly FramePart[]): Promise<string> {
  return toHex(await deriveBytes(base, encodeFrame(parts)))
}

/** A key to open with, from its bytes. */
export async function aesKey(hex: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', Buffer.from(hex, 'hex'), 'AES-GCM', false, ['decrypt'])
}

/** Writes every file, or none when one of them is there. */
export function writeFiles(): void {
  const present = [...files.keys()].filter((name) => existsSync(`${FOLDER}${name}.json`))
  if (present.length > 0) throw new Error(`${present.join(', ')} exist: a committed vector is never regenerated`)
  mkdirSync(FOLDER, { recursive: true })
  for (const [name, { note, cases }] of files) {
    writeFileSync(`${FOLDER}${name}.json`, `${JSON.stringify({ ...HEAD, note, cases }, null, 2)}\n`, { flag: 'wx' })
  }
  console.log(`${files.size} files, ${[...files.values()].reduce((sum, { cases }) => sum + cases.length, 0)} cases`)
}
