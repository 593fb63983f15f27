/**
 * NIST's CAVP answers and the RFCs' own files, as Debian packages them for Python: thousands of cases of the parameters
 * that the format uses, and of those that it must refuse.
 */
import { describe, expect, test } from 'vitest'
import { concat } from '../../../packages/sdk/src/bytes/concat.ts'
import { openBytes } from '../../../packages/sdk/src/crypto/aead.ts'
import { deriveBytes, importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { computeMac, verifyMac } from '../../../packages/sdk/src/crypto/mac.ts'
import { sign, verifySignature } from '../../../packages/sdk/src/crypto/sign.ts'
import { NONCE_BYTES, TAG_BYTES } from '../../../packages/sdk/src/format/constants.ts'
import { type ExternalFiles, readOrSkip } from '../support/external-files.ts'
import { importAead, importMac, importSigning, rawHkdf, rawOpen, rawX25519 } from '../support/platform.ts'
import { fromHex, toHex } from '../support/hex.ts'

type Fields = ReadonlyMap<string, string>

/** Cases whose one-byte nonce Node does not take; the format has 12 bytes. Reviewed: valid ones of each file. */
const NODE_REFUSES = { 'gcmDecrypt256.rsp': 1307, 'gcmEncryptExtIV256.rsp': 2625 } as const
/** Valid cases with a nonce and a tag of the format's lengths. */
const OPENED = { 'gcmDecrypt256.rsp': 184, 'gcmEncryptExtIV256.rsp': 375 } as const
const INSTALL_TIMEOUT = 400_000

/** Runs every file that is at hand. */
export function cavpVectors(platform: 'node' | 'chromium', files: ExternalFiles): void {
  describe('CAVP', { timeout: INSTALL_TIMEOUT }, () => {
    test.for(['gcmDecrypt256.rsp', 'gcmEncryptExtIV256.rsp'] as const)('AES-GCM, %s: 7,875 cases', async (name, context) => {
      const cases = parse(await readOrSkip(files, `ciphers/AES/GCM/${name}`, context), 'Count')
      expect(cases.length).toBe(7875)
      const counts = { opened: 0, refused: 0, foreign: 0, deviating: 0 }
      await inBatches(cases, async (fields) => {
        const expected = fields.has('FAIL') ? 'refused' : field(fields, 'PT')
        const { raw, own, isOfFormat } = await openCase(fields)
        if (raw !== expected) counts.deviating++
        if (!isOfFormat) {
          // Another nonce or a tag cut short: refused by the SDK however valid the case is.
          expect(own).toBe('refused')
          counts.foreign++
        } else {
          expect(own).toBe(expected)
          counts[own === 'refused' ? 'refused' : 'opened']++
        }
      })
      expect(counts.deviating).toBe(platform === 'node' ? NODE_REFUSES[name] : 0)
      expect(counts.opened + counts.refused + counts.foreign).toBe(7875)
      expect(counts.opened).toBe(OPENED[name])
    })

    test('HKDF, RFC 5869 and the generated file: 4 cases', async (context) => {
      const text = await readOrSkip(files, 'KDF/rfc-5869-HKDF-SHA256.txt', context)
      const generated = await readOrSkip(files, 'KDF/hkdf-generated.txt', context)
      const cases = [...parse(text, 'COUNT'), ...parse(generated, 'COUNT')]
      expect(cases.length).toBe(4)
      for (const fields of cases) {
        const [ikm, salt, info] = [bytes(fields, 'IKM'), bytes(fields, 'salt'), bytes(fields, 'info')]
        const [length, expected] = [Number(field(fields, 'L')), field(fields, 'OKM')]
        expect(toHex(await rawHkdf(ikm, salt, info, length))).toBe(expected)
        if (salt.length > 0) continue
        expect(toHex(await deriveBytes(await importDerivationKey(ikm), info, length))).toBe(expected)
      }
    })

    test('HMAC, RFC 4231: 6 cases', async (context) => {
      const cases = parse(await readOrSkip(files, 'HMAC/rfc-4231-sha256.txt', context), 'Len')
      expect(cases.length).toBe(6)
      for (const fields of cases) {
        const key = await importMac(bytes(fields, 'Key'))
        expect(toHex(await computeMac(key, bytes(fields, 'Msg')))).toBe(field(fields, 'MD'))
        expect(await verifyMac(key, bytes(fields, 'MD'), bytes(fields, 'Msg'))).toBe(true)
      }
    })

    test('Ed25519, sign.input: 1,024 cases', async (context) => {
      const lines = (await readOrSkip(files, 'asymmetric/Ed25519/sign.input', context)).trim().split('\n')
      expect(lines.length).toBe(1024)
      await inBatches(lines, async (line) => {
        // secret | public : public : message : signature | message
        const [pair = '', publicKey = '', message = '', signed = ''] = line.split(':')
        const [secret, signature] = [fromHex(pair.slice(0, 64)), fromHex(signed.slice(0, 128))]
        const input = fromHex(message)
        expect(await sign(await importSigning(secret), input)).toEqual(signature)
        expect(await verifySignature(fromHex(publicKey), signature, input)).toBe(true)
        expect(await verifySignature(fromHex(publicKey), signature, concat(input, Uint8Array.of(1)))).toBe(false)
      })
    })

    test('X25519, RFC 7748: 3 cases', async (context) => {
      const cases = parse(await readOrSkip(files, 'asymmetric/X25519/rfc7748.txt', context), 'COUNT')
      expect(cases.length).toBe(3)
      for (const fields of cases) {
        const shared = await rawX25519(bytes(fields, 'INPUT_SCALAR'), bytes(fields, 'INPUT_U'))
        expect(toHex(shared)).toBe(field(fields, 'OUTPUT_U'))
      }
    })
  })
}

async function openCase(fields: Fields): Promise<{ raw: string; own: string; isOfFormat: boolean }> {
  const [key, nonce, aad] = [bytes(fields, 'Key'), bytes(fields, 'IV'), bytes(fields, 'AAD')]
  const [ciphertext, tag] = [bytes(fields, 'CT'), bytes(fields, 'Tag')]
  const open = async (call: () => Promise<Uint8Array>): Promise<string> => call().then(toHex, () => 'refused')
  return {
    raw: await open(() => rawOpen({ key, nonce, aad, ciphertext, tag })),
    own: await open(async () => openBytes(await importAead(key), aad, concat(nonce, ciphertext, tag))),
    isOfFormat: nonce.length === NONCE_BYTES && tag.length === TAG_BYTES,
  }
}

/** The cases of a file of `name = value` lines; a case begins with the line named `first`. A line alone is a flag. */
function parse(text: string, first: string): Fields[] {
  const cases: Map<string, string>[] = []
  for (const line of text.split('\n')) {
    const [, name, value] = /^(\w+)\s*(?:=\s*(\S*))?\s*$/.exec(line) ?? []
    if (name === undefined) continue
    if (name === first) cases.push(new Map())
    cases.at(-1)?.set(name, value ?? '')
  }
  return cases
}

function field(fields: Fields, name: string): string {
  const value = fields.get(name)
  if (value === undefined) throw new Error(`a case has no ${name}`)
  return value
}

function bytes(fields: Fields, name: string): Uint8Array<ArrayBuffer> {
  return fromHex(field(fields, name))
}

async function inBatches<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < items.length; i += 256) await Promise.all(items.slice(i, i + 256).map(run))
}
