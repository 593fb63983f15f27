/**
 * C2SP/wycheproof: vectors made to break implementations. Each file is one test: every one of its cases must come out as
 * the file says, on this platform and through the SDK's own functions, but for the reviewed list of platform limits.
 */
import { describe, expect, test } from 'vitest'
import { concat } from '../../../packages/sdk/src/bytes/concat.ts'
import { openBytes } from '../../../packages/sdk/src/crypto/aead.ts'
import { createChunkCipher, openChunkCipher } from '../../../packages/sdk/src/crypto/chunked.ts'
import { deriveBytes, importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { computeMac, verifyMac } from '../../../packages/sdk/src/crypto/mac.ts'
import { verifySignature } from '../../../packages/sdk/src/crypto/sign.ts'
import { openFile } from '../../../packages/sdk/src/files/open-file.ts'
import { readPieces } from '../../../packages/sdk/src/files/read-source.ts'
import { fileSpan, isSealedFileLength } from '../../../packages/sdk/src/format/file-layout.ts'
import { type ExternalFiles, readOrSkip } from '../support/external-files.ts'
import limits from '../support/platform-limits.json' with { type: 'json' }
import { importAead, importMac, pbkdf2Bits, rawHkdf, rawOpen, rawX25519 } from '../support/platform.ts'
import { fromHex, toHex } from '../support/hex.ts'

interface Case {
  readonly tcId: number
  readonly result: 'valid' | 'invalid' | 'acceptable'
  readonly flags: readonly string[]
  readonly [member: string]: unknown
}

interface Group {
  readonly tests: readonly Case[]
  readonly [member: string]: unknown
}

/** What a case came to: its result in hex, or `refused`. */
type Verdict = string
type Run = (vector: Case, group: Group) => Promise<readonly Verdict[]>

/** Every file, with the number of its cases at the commit it was taken from. */
const FILES: readonly [name: string, count: number, run: Run, expected: (vector: Case) => Verdict][] = [
  ['aes_gcm_test.json', 316, openGcm, ({ result, msg }) => (result === 'valid' ? String(msg) : 'refused')],
  ['hkdf_sha256_test.json', 86, deriveHkdf, ({ result, okm }) => (result === 'valid' ? String(okm) : 'refused')],
  ['hmac_sha256_test.json', 174, verifyHmac, ({ result }) => (result === 'valid' ? 'verified' : 'refused')],
  ['ed25519_test.json', 151, verifyEd25519, ({ result }) => (result === 'valid' ? 'verified' : 'refused')],
  ['x25519_test.json', 518, agreeX25519, expectedX25519],
  ['pbkdf2_hmacsha256_test.json', 60, derivePbkdf2, ({ dk }) => String(dk)],
  [
    'c2sp_chunked_encryption_aes_256_gcm_test.json',
    35,
    openChunked,
    ({ result, msgLength, msgSha512 }) => (result === 'valid' ? `${String(msgLength)} ${String(msgSha512)}` : 'refused'),
  ],
]

/** Runs every file that is at hand. */
export function wycheproofVectors(platform: 'node' | 'chromium', files: ExternalFiles): void {
  describe('Wycheproof', () => {
    test.for(FILES)('%s: all %i cases', { timeout: 60_000 }, async ([name, count, run, expected], context) => {
      const text = await readOrSkip(files, `wycheproof/${name}`, context)
      const { testGroups } = JSON.parse(text) as { testGroups: readonly Group[] }
      const seen: number[] = []
      const deviating: number[] = []
      for (const group of testGroups) {
        for (const vector of group.tests) {
          seen.push(vector.tcId)
          const verdicts = await run(vector, group)
          if (verdicts.some((verdict) => verdict !== expected(vector))) deviating.push(vector.tcId)
        }
      }
      expect(new Set(seen).size).toBe(count)
      expect(deviating).toEqual(reviewed(platform, name))
    })
  })
}

/** The cases that a platform is known to treat otherwise, each with its reason in platform-limits.json. */
function reviewed(platform: string, file: string): number[] {
  const entries = limits.limits.filter((limit) => limit.platform === platform && limit.file === file)
  return entries.flatMap(({ cases }) => cases).sort((a, b) => a - b)
}

async function attempt(call: () => Promise<Uint8Array>): Promise<Verdict> {
  try {
    return toHex(await call())
  } catch {
    return 'refused'
  }
}

const hex = (value: unknown): Uint8Array<ArrayBuffer> => fromHex(String(value))

async function openGcm(vector: Case, { keySize, ivSize, tagSize }: Group): Promise<Verdict[]> {
  const [key, nonce, aad] = [hex(vector['key']), hex(vector['iv']), hex(vector['aad'])]
  const [ciphertext, tag] = [hex(vector['ct']), hex(vector['tag'])]
  const raw = await attempt(() => rawOpen({ key, nonce, aad, ciphertext, tag }))
  if (keySize !== 256) return [raw]
  const own = await attempt(async () => openBytes(await importAead(key), aad, concat(nonce, ciphertext, tag)))
  if (ivSize === 96 && tagSize === 128) return [raw, own]
  // Lengths that the format does not have are refused, however valid the case is elsewhere.
  expect(own).toBe('refused')
  return [raw]
}

async function deriveHkdf({ ikm, salt, info, size }: Case): Promise<Verdict[]> {
  const raw = await attempt(() => rawHkdf(hex(ikm), hex(salt), hex(info), Number(size)))
  if (salt !== '') return [raw]
  return [raw, await attempt(async () => deriveBytes(await importDerivationKey(hex(ikm)), hex(info), Number(size)))]
}

async function verifyHmac({ key, msg, tag }: Case, { tagSize }: Group): Promise<Verdict[]> {
  const macKey = await importMac(hex(key))
  const isVerified = await verifyMac(macKey, hex(tag), hex(msg))
  if (tagSize === 256) return [isVerified ? 'verified' : 'refused']
  // A MAC cut short is refused; that the full one begins with it shows that the case was computed right.
  expect(isVerified).toBe(false)
  return [toHex(await computeMac(macKey, hex(msg))).startsWith(String(tag)) ? 'verified' : 'refused']
}

async function verifyEd25519({ msg, sig }: Case, { publicKey }: Group): Promise<Verdict[]> {
  const { pk } = publicKey as { pk: string }
  return [(await verifySignature(hex(pk), hex(sig), hex(msg))) ? 'verified' : 'refused']
}

async function agreeX25519(vector: Case): Promise<Verdict[]> {
  return [await attempt(() => rawX25519(hex(vector['private']), hex(vector['public'])))]
}

/** A shared secret of zeros says that the public key has no secret in it: WebCrypto must refuse. */
function expectedX25519({ shared }: Case): Verdict {
  return /^0+$/.test(String(shared)) ? 'refused' : String(shared)
}

async function derivePbkdf2({ password, salt, iterationCount, dkLen }: Case): Promise<Verdict[]> {
  return [await attempt(() => pbkdf2Bits(hex(password), hex(salt), Number(iterationCount), Number(dkLen)))]
}

const HEADER = 56
const CHUNK = 16_384
const SEALED_CHUNK = CHUNK + 16

/**
 * A message opened as a stream. Beside the verdict: what was opened before the first wrong chunk, the last chunk alone, and
 * that a valid message sealed again is the same message.
 */
async function openChunked(vector: Case): Promise<Verdict[]> {
  const { flags, key, ctx } = vector
  const sealed = await inflate(hex(vector['ct']))
  const isRightHeader = await openChunkCipher(await importMac(hex(key), 'SHA-512'), sealed.slice(0, HEADER), hex(ctx)).then(
    () => true,
    () => false,
  )
  expect(isRightHeader).toBe(!flags.includes('HeaderFailure'))
  if (!isRightHeader) return ['refused']
  const cipher = await openChunkCipher(await importMac(hex(key), 'SHA-512'), sealed.slice(0, HEADER), hex(ctx))
  const chunks = Array.from({ length: Math.ceil((sealed.length - HEADER) / SEALED_CHUNK) }, (_, index) =>
    sealed.slice(HEADER + index * SEALED_CHUNK, HEADER + (index + 1) * SEALED_CHUNK),
  )
  const prefix: Uint8Array[] = []
  for (const [index, chunk] of chunks.entries()) {
    const opened = await cipher.open(index, chunk).catch(() => undefined)
    // Only the last chunk of a message is short.
    if (opened === undefined || (opened.length < CHUNK && index + 1 < chunks.length)) break
    prefix.push(opened)
  }
  if (flags.includes('PartialPlaintext')) expect(await told(prefix)).toBe(`${String(vector['msgLength'])} ${String(vector['msgSha512'])}`)
  const last = await cipher.open(chunks.length - 1, chunks.at(-1) ?? new Uint8Array()).catch(() => undefined)
  if (vector.result === 'invalid') {
    expect(last !== undefined && last.length < CHUNK).toBe(flags.includes('ValidFinalChunk'))
  }
  if (!isSealedFileLength(sealed.length)) return ['refused']
  const length = sealed.length - HEADER - chunks.length * 16
  const opened: Uint8Array[] = []
  try {
    async function* body(): AsyncGenerator<Uint8Array> {
      yield sealed.subarray(HEADER)
    }
    const groups = openFile(cipher, fileSpan(length, 0, length), readPieces(body()))
    for await (const group of groups) opened.push(...group)
  } catch {
    return ['refused']
  }
  const again = await createChunkCipher(await importMac(hex(key), 'SHA-512'), sealed.slice(0, 24), hex(ctx))
  const resealed = await Promise.all(
    chunks.map((_, index) => again.seal(index, concat(...opened).slice(index * CHUNK, (index + 1) * CHUNK))),
  )
  expect(toHex(concat(again.header, ...resealed))).toBe(toHex(sealed))
  return [await told(opened)]
}

async function told(pieces: readonly Uint8Array[]): Promise<string> {
  const bytes = concat(...pieces)
  return `${bytes.length} ${toHex(new Uint8Array(await crypto.subtle.digest('SHA-512', bytes)))}`
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
