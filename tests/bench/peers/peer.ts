/** What a peer is, and the text of bytes. */

/** One library with a key. */
export interface Peer {
  readonly name: string
  /** Fields of one run: fewer for the slow ones, since the time is given a field. */
  readonly fields: number
  readonly seal: (text: string) => string | Promise<string>
  readonly open: (sealed: string) => string | Promise<string>
}

type Bytes = Uint8Array<ArrayBuffer>

interface Base64 {
  toBase64(options: { alphabet: 'base64url'; omitPadding: true }): string
}

/** base64url of bytes, by the fastest way of the platform. */
export function toText(bytes: Uint8Array): string {
  if ('toBase64' in bytes) return (bytes as unknown as Base64).toBase64({ alphabet: 'base64url', omitPadding: true })
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
}

/** The bytes of base64url, by the fastest way of the platform. */
export function toBytes(text: string): Bytes {
  const native = Uint8Array as unknown as { fromBase64?: (text: string, options: { alphabet: 'base64url' }) => Bytes }
  return native.fromBase64?.(text, { alphabet: 'base64url' }) ?? new Uint8Array(Buffer.from(text, 'base64url'))
}

/** 32 random bytes. */
export function randomKey(): Bytes {
  return crypto.getRandomValues(new Uint8Array(32))
}

/** Parts behind one another. */
export function join(a: Uint8Array, b: Uint8Array): Bytes {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}

/** UTF-8 and back. */
export const encoder: TextEncoder = new TextEncoder()
export const decoder: TextDecoder = new TextDecoder()
