/// <reference types="node" />
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Bytes } from '../assert.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { concat } from '../bytes/concat.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { allocateSecret, wipe } from '../bytes/wipe.ts'
import { LockstitchError } from '../errors.ts'
import { KEY_BYTES, NONCE_BYTES, TAG_BYTES } from '../format/constants.ts'
import type { Kms, KmsContext } from './kms.ts'
import { importSecretKey, openBytes, randomBytes, sealBytes } from './primitives.ts'

/** Options of {@link openLocalKms}. */
export interface LocalKmsOptions {
  /** The master key file. */
  readonly path: string
  /**
   * What to do when there is no file. `create` makes one and is right only while nothing is sealed under it yet;
   * `fail` refuses to start, because a new key could not open what the old one sealed.
   */
  readonly ifMissing: 'create' | 'fail'
}

const WRAP_LABEL = 'lockstitch/at-rest/wrap'
const WRAP_VERSION = 1
const FILE_PREFIX = 'lsk1.'
const OTHERS = 0o077
const isPosix = process.platform !== 'win32'

/**
 * A KMS whose key is a file on this machine, readable by the user of this process alone. It suits one server with an
 * encrypted disk and a backup of the file; a hardware or cloud service behind the same interface keeps the key away from
 * whoever copies the disk.
 *
 * The file is made whole or not at all, is never overwritten, and is refused when others may read it.
 *
 * @throws Error with a constant message when the file is missing and `ifMissing` is `fail`, is not a master key, or is
 * open to others.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { openLocalKms } from '@lockstitch/sdk/server'
 *
 * const path = join(mkdtempSync(join(tmpdir(), 'kms-')), 'master.key')
 * const kms = openLocalKms({ path, ifMissing: 'create' })
 * const wrapped = await kms.wrap(new Uint8Array(32), { purpose: 'example' })
 * console.log((await kms.unwrap(wrapped, { purpose: 'example' })).length) // 32
 * ```
 */
export function openLocalKms({ path, ifMissing }: LocalKmsOptions): Kms {
  const bytes = readMasterKey(path) ?? createMasterKey(path, ifMissing)
  const key = importSecretKey(bytes)
  wipe(bytes)
  return {
    wrap: async (secret, context) => concat(Uint8Array.of(WRAP_VERSION), sealBytes(key, contextAad(context), secret)),
    unwrap: async (wrapped, context) => {
      const isWrapped = wrapped[0] === WRAP_VERSION && wrapped.length > 1 + NONCE_BYTES + TAG_BYTES
      if (!isWrapped) throw new LockstitchError('ERR_OPEN_FAILED')
      return openBytes(key, contextAad(context), wrapped.subarray(1))
    },
  }
}

function contextAad(context: KmsContext): Bytes {
  const entries = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))
  return encodeFrame([WRAP_LABEL, ...entries.flat()])
}

function readMasterKey(path: string): Bytes | undefined {
  const file = openExisting(path)
  if (file === undefined) return undefined
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw new Error('the master key is not a regular file')
    if (isPosix && (stat.mode & OTHERS) !== 0)
      throw new Error('the master key file is open to others; set its mode to 0600')
    return parseMasterKey(readFileSync(file, 'utf8'))
  } finally {
    closeSync(file)
  }
}

/** Does not follow a link: whoever can write the folder could else point it at a file of theirs. */
function openExisting(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | (isPosix ? constants.O_NOFOLLOW : 0))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error('the master key file cannot be read', { cause: error })
  }
}

function parseMasterKey(text: string): Bytes {
  const line = text.endsWith('\n') ? text.slice(0, -1) : text
  try {
    const bytes = decodeBase64url(line, FILE_PREFIX.length, line.length, allocateSecret)
    if (line.startsWith(FILE_PREFIX) && bytes.length === KEY_BYTES) return bytes
  } catch {
    // Said below, in words an operator can act on.
  }
  throw new Error('the master key file does not hold a master key; restore it from the backup')
}

function createMasterKey(path: string, ifMissing: LocalKmsOptions['ifMissing']): Bytes {
  if (ifMissing === 'fail') {
    throw new Error('the master key file is missing, but data is sealed under it; restore the file from the backup')
  }
  const bytes = randomBytes(KEY_BYTES)
  const draft = `${path}.${encodeBase64url(randomBytes(9))}`
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeFileSync(file, `${FILE_PREFIX}${encodeBase64url(bytes)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  try {
    // A link never replaces a file: of two processes that start at once, both end with the key of the first.
    linkSync(draft, path)
    syncFolder(dirname(path))
    return bytes
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return readMasterKey(path) as Bytes
  } finally {
    rmSync(draft)
  }
}

/** Without this the name of the new file could be lost with the power, and the data sealed under it with it. */
function syncFolder(path: string): void {
  if (!isPosix) return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
