import type { Bytes } from '../assert.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { decodeUtf8, encodeUtf8, isWellFormed } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import { MANAGE_LABELS } from '../format/labels.ts'
import { NOTE_BYTES, type SealedNote } from '../format/note.ts'
import { unpad } from '../format/padding.ts'
import { openBytes, sealBytes } from '../crypto/aead.ts'

/** Where a note stands: it opens nowhere else. */
export interface NotePlace {
  readonly account: string
  /** Id of the slot that it is about. */
  readonly slot: string
  /** What it says of the slot, such as `name`. */
  readonly purpose: string
}

const MARKER = 0x80

/**
 * Seals a note under the account's notes key.
 *
 * @param text 1 to 127 bytes of UTF-8.
 * @throws LockstitchError `ERR_NAME_INVALID` for another length, a text of white space alone or a lone surrogate.
 */
export async function sealNote(notesKey: CryptoKey, place: NotePlace, text: string): Promise<SealedNote> {
  return encodeBase64url(await sealBytes(notesKey, noteAad(place), padNote(text))) as SealedNote
}

/**
 * The text of a note.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED` when it was not sealed by this account in this place.
 */
export async function openNote(notesKey: CryptoKey, place: NotePlace, note: SealedNote): Promise<string> {
  const padded = await openBytes(notesKey, noteAad(place), decodeBase64url(note))
  try {
    return decodeUtf8(unpad(padded))
  } catch {
    throw new LockstitchError('ERR_OPEN_FAILED')
  }
}

/**
 * The bytes of a note before it is sealed.
 *
 * @throws LockstitchError `ERR_NAME_INVALID`
 */
export function padNote(text: string): Bytes {
  if (typeof text !== 'string' || text.trim() === '' || !isWellFormed(text))
    throw new LockstitchError('ERR_NAME_INVALID')
  const bytes = encodeUtf8(text)
  if (bytes.length >= NOTE_BYTES) throw new LockstitchError('ERR_NAME_INVALID')
  const padded = new Uint8Array(NOTE_BYTES)
  padded.set(bytes)
  padded[bytes.length] = MARKER
  return padded
}

function noteAad({ account, slot, purpose }: NotePlace): Bytes {
  return encodeFrame([MANAGE_LABELS.noteAad, account, slot, purpose])
}
