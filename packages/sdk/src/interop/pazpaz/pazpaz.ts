/** Seed 001: AES-256-GCM with a 12-byte nonce and no additional data, under keys that are named by version. */
import type { Bytes } from '../../assert.ts'
import { randomBytes } from '../../crypto/random.ts'
import { LockstitchError } from '../../errors.ts'
import { NONCE_BYTES } from '../../format/constants.ts'
import { type ImportedKeys, openGcm, sealGcm } from '../primitives/aes-gcm.ts'
import { checkKey, findKey } from '../shared/keys.ts'
import type { ForeignCodec, ForeignKeys, Opened } from '../types.ts'
import { isKeyVersion, parsePazpaz, type PazpazValue, serializePazpaz } from './layout.ts'

type Keys = ForeignKeys['pazpaz']

const LABEL = 'keys.keys'
/** The version that the first key was given when versions came. */
const FIRST_VERSION = 'v1'
const WRITABLE = ['3-part', '4-part', 'bytea'] as const

/** The code of the format `pazpaz`. */
export const pazpaz: ForeignCodec<'pazpaz'> = {
  textOnly: true,

  async open(input, keys, { form }, imported) {
    const readings = parsePazpaz(input)
    const [reading, other] = form === undefined ? readings : readings.filter((value) => value.form === form)
    if (reading === undefined) throw new LockstitchError('ERR_FORMAT_INVALID')
    if (other === undefined) return openReading(reading, keys, imported)
    try {
      return await openReading(reading, keys, imported)
    } catch (error) {
      // A nonce that happens to look like a version: the tag tells. If it is not that, the first answer stands.
      return openReading(other, keys, imported).catch(() => Promise.reject(error as Error))
    }
  },

  async seal({ bytes }, keys, { keyId, form = '3-part' }) {
    const writable = WRITABLE.find((name) => name === form)
    if (writable === undefined) throw new TypeError('options.form must be 3-part, 4-part or bytea')
    const version = keyId ?? highestVersion(keys)
    if (!isKeyVersion(version)) throw new LockstitchError('ERR_KEY_UNKNOWN')
    const key = findKey(keys.keys, version, LABEL)
    const nonce = randomBytes(NONCE_BYTES)
    return serializePazpaz(writable, version, nonce, await sealGcm({ key, iv: nonce }, bytes))
  },
}

async function openReading(
  { version, nonce, sealed }: PazpazValue,
  keys: Keys,
  imported: ImportedKeys,
): Promise<Opened> {
  const key = version === undefined ? unnamedKey(keys) : findKey(keys.keys, version, LABEL)
  const bytes = await openGcm({ key, iv: nonce }, sealed, imported)
  const opened: Opened = { bytes, authenticated: true }
  return version === undefined ? { ...opened, warnings: ['WARN_KEY_UNNAMED'] } : { ...opened, keyId: version }
}

function unnamedKey({ keys, legacy }: Keys): Bytes {
  return legacy === undefined ? findKey(keys, FIRST_VERSION, LABEL) : checkKey(legacy, 'keys.legacy')
}

/** Without a wish the highest version is written: during a rotation that is the new one. */
function highestVersion({ keys }: Keys): string {
  const versions = Object.keys(keys).filter((name) => isKeyVersion(name))
  const [highest] = versions.sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)))
  if (highest === undefined) throw new LockstitchError('ERR_KEY_UNKNOWN')
  return highest
}
