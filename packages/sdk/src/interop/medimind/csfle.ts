/** Seed 003's MongoDB: AEAD_AES_256_CBC_HMAC_SHA_512 (draft-mcgrew-aead-aes-cbc-hmac-sha2-05, its MAC cut to 32 bytes). */
import type { Bytes } from '../../assert.ts'
import { concat } from '../../bytes/concat.ts'
import { equalBytes } from '../../bytes/equal.ts'
import { randomBytes } from '../../crypto/random.ts'
import { LockstitchError } from '../../errors.ts'
import { KEY_BYTES } from '../../format/constants.ts'
import { BLOCK_BYTES, decryptCbc, encryptCbc, isWholeBlocks } from '../primitives/aes-cbc.ts'
import { computeHmac } from '../primitives/mac.ts'
import { bytesOf } from '../shared/input.ts'
import { chooseKeyId, findKey } from '../shared/keys.ts'
import type { ForeignCodec, Opened } from '../types.ts'
import { BSON, decodeBinary, decodeString, encodeBinary, encodeString } from './bson.ts'
import { type CsfleValue, ivInput, MAC_BYTES, macInput, parseCsfle, serializeHeader } from './csfle-layout.ts'

const LABEL = 'keys.deks'
const DEK_BYTES = 3 * KEY_BYTES

/** The code of the format `csfle`. */
export const csfle: ForeignCodec<'csfle'> = {
  async open(input, { deks }) {
    const value = parseCsfle(bytesOf(input))
    const { macKey, cipherKey } = splitDek(findKey(deks, value.keyId, LABEL, DEK_BYTES))
    const mac = await computeMac(macKey, value.aad, value.iv, value.ciphertext)
    if (!equalBytes(mac, value.mac)) throw new LockstitchError('ERR_OPEN_FAILED')
    // What follows was made by a holder of the key, so its faults are faults of form and tell an attacker nothing.
    if (!isWholeBlocks(value.ciphertext)) throw new LockstitchError('ERR_FORMAT_INVALID')
    const bson = await decryptCbc(cipherKey, value.iv, value.ciphertext).catch(() => undefined)
    if (bson === undefined) throw new LockstitchError('ERR_FORMAT_INVALID')
    return openedOf(value, bson)
  },

  async seal({ bytes, isText }, { deks }, options) {
    const { algorithm = 'random' } = options
    if (algorithm !== 'random' && algorithm !== 'deterministic') {
      throw new TypeError('options.algorithm must be random or deterministic')
    }
    const keyId = chooseKeyId(deks, options.keyId, LABEL)
    const { macKey, cipherKey, ivKey } = splitDek(findKey(deks, keyId, LABEL, DEK_BYTES))
    const aad = serializeHeader({ algorithm, keyId, bsonType: isText ? BSON.string : BSON.binary })
    const bson = isText ? encodeString(bytes) : encodeBinary(bytes)
    const iv = algorithm === 'random' ? randomBytes(BLOCK_BYTES) : await deriveIv(ivKey, aad, bson)
    const ciphertext = await encryptCbc(cipherKey, iv, bson)
    return concat(aad, iv, ciphertext, await computeMac(macKey, aad, iv, ciphertext))
  },
}

function openedOf({ algorithm, keyId, bsonType }: CsfleValue, bson: Bytes): Opened {
  const warnings = algorithm === 'deterministic' ? (['WARN_DETERMINISTIC'] as const) : []
  const opened = { keyId, bsonType, authenticated: true, warnings }
  if (bsonType === BSON.string) return { ...opened, bytes: decodeString(bson), isText: true }
  const binary = bsonType === BSON.binary ? decodeBinary(bson) : undefined
  if (binary !== undefined) return { ...opened, bytes: binary }
  return { ...opened, bytes: bson, isText: false, warnings: [...warnings, 'WARN_BSON_TYPE'] }
}

function splitDek(dek: Bytes): { macKey: Bytes; cipherKey: Bytes; ivKey: Bytes } {
  const part = (index: number): Bytes => dek.subarray(index * KEY_BYTES, (index + 1) * KEY_BYTES)
  return { macKey: part(0), cipherKey: part(1), ivKey: part(2) }
}

async function computeMac(macKey: Bytes, aad: Bytes, iv: Bytes, ciphertext: Bytes): Promise<Bytes> {
  return (await computeHmac('sha512', macKey, macInput(aad, iv, ciphertext))).subarray(0, MAC_BYTES)
}

async function deriveIv(ivKey: Bytes, aad: Bytes, plaintext: Bytes): Promise<Bytes> {
  return (await computeHmac('sha512', ivKey, ivInput(aad, plaintext))).subarray(0, BLOCK_BYTES)
}
