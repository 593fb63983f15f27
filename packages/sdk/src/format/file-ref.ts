import { LockstitchError } from '../errors.ts'
import { type Classification, KEYED } from './classification.ts'
import { FILE_HEADER_BYTES, MAX_FILE_BYTES, MAX_FILE_TEXT_CHARS, VERSION } from './constants.ts'
import { type Kid, parseKid } from './kid.ts'
import { base64url, integer, object, oneOf, text } from './reader.ts'
import { parseUuid } from './uuid.ts'

/**
 * Everything that is needed to find a sealed file and to know it again, as plain JSON: keep it in a field of the record that
 * the file belongs to. There the server can neither read it nor swap it, and what it names cannot be cut, swapped or rolled
 * back. Without it the file cannot be opened.
 */
export type FileRef = {
  readonly version: typeof VERSION
  /** File id. */
  readonly id: string
  /** Id of the data key. */
  readonly kid: Kid
  readonly classification: Classification
  /** Salt and commitment of this very file, base64url. */
  readonly header: string
  /** Bytes of the content. */
  readonly size: number
  /** File name, empty where there is none. */
  readonly name: string
  /** Media type, empty where it is not known. It is what the uploader said, not what the content is. */
  readonly type: string
}

const readRef = object<FileRef>({
  version: oneOf(VERSION),
  id: parseUuid,
  kid: parseKid,
  classification: oneOf(...KEYED),
  header: base64url(FILE_HEADER_BYTES),
  size: integer(0, MAX_FILE_BYTES),
  name: text(0, MAX_FILE_TEXT_CHARS),
  type: text(0, MAX_FILE_TEXT_CHARS),
})

/**
 * The value, once it is known to be a file reference.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` when it is not one, `ERR_FORMAT_VERSION` for another version.
 */
export function parseFileRef(value: unknown): FileRef {
  const { version } = (value ?? {}) as { version?: unknown }
  if (typeof version === 'string' && version !== VERSION) throw new LockstitchError('ERR_FORMAT_VERSION')
  return readRef(value)
}
