/** Notes: short texts about an account, such as the name of a device, that the server stores and does not read. */
import { NONCE_BYTES, TAG_BYTES } from './constants.ts'
import { base64url, type Reader } from './reader.ts'

/** Bytes of every note before it is sealed: its length says nothing. The last one is never text. */
export const NOTE_BYTES = 128

/** A sealed note, 156 bytes in base64url. */
export type SealedNote = string & { readonly __sealedNote: never }

/** Reads a sealed note. */
export const readNote: Reader<SealedNote> = base64url(NONCE_BYTES + NOTE_BYTES + TAG_BYTES) as Reader<SealedNote>
