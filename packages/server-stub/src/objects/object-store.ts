/** Some bytes of an object: from `start` to before `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Where the parts of sealed files lie. A key is made of a tenant, an account and the SHA-256 of the bytes, so what is put under
 * a key is always the same, and putting it twice is putting it once.
 */
export interface ObjectStore {
  /** Stores an object, whole or not at all; it is on the disk before this resolves. */
  put(key: string, bytes: Uint8Array): Promise<void>
  /** The bytes of an object; undefined when there is none. */
  get(key: string, range: ByteRange): Promise<Uint8Array | undefined>
  /** Deletes an object, if there is one. */
  remove(key: string): Promise<void>
  close(): Promise<void>
}

/** The key of a part: hexadecimal, since not every file system tells `a` from `A`. */
export function objectKey(tenant: string, account: string, hash: string): string {
  const hex = (text: string, encoding: 'utf8' | 'base64url'): string => Buffer.from(text, encoding).toString('hex')
  return `${hex(tenant, 'utf8')}/${account}/${hex(hash, 'base64url')}`
}
