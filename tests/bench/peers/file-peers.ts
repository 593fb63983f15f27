/** Other libraries at a file, from a Blob to bytes that are read and dropped, and back; each with the streams of its own documentation. */
import sodium from 'libsodium-wrappers'
import { createMessage, decrypt, encrypt, enums, readMessage } from 'openpgp'
import { oneRecipient } from './age.ts'
import { join, randomKey } from './peer.ts'

/** One library with a key of its own. */
export interface FilePeer {
  readonly name: string
  seal(file: Blob): AsyncIterable<Uint8Array>
  open(sealed: Blob): AsyncIterable<Uint8Array>
}

const CHUNK = 65_536

/** The libraries that seal a file in authenticated chunks. */
export async function openFilePeers(): Promise<readonly FilePeer[]> {
  return Promise.all([openSecretstream(), openAge(), openOpenpgp()])
}

/** libsodium secretstream in chunks of 64 KiB. */
async function openSecretstream(): Promise<FilePeer> {
  await sodium.ready
  const { ABYTES, HEADERBYTES, TAG_MESSAGE } = {
    ABYTES: sodium.crypto_secretstream_xchacha20poly1305_ABYTES,
    HEADERBYTES: sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    TAG_MESSAGE: sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
  }
  const key = sodium.crypto_secretstream_xchacha20poly1305_keygen()
  return {
    name: 'libsodium secretstream',
    async *seal(file) {
      const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key)
      yield header
      for await (const chunk of chunksOf(file, CHUNK)) {
        yield sodium.crypto_secretstream_xchacha20poly1305_push(state, chunk, null, TAG_MESSAGE)
      }
    },
    async *open(sealed) {
      const header = new Uint8Array(await sealed.slice(0, HEADERBYTES).arrayBuffer())
      const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key)
      for await (const chunk of chunksOf(sealed.slice(HEADERBYTES), CHUNK + ABYTES)) {
        const pulled = sodium.crypto_secretstream_xchacha20poly1305_pull(state, chunk, null)
        if (pulled === false) throw new Error('libsodium does not open what it sealed')
        yield pulled.message
      }
    },
  }
}

/** age for one X25519 recipient. */
async function openAge(): Promise<FilePeer> {
  const { encrypter, decrypter } = await oneRecipient()
  return {
    name: 'age',
    seal: (file) => later(encrypter.encrypt(file.stream())),
    open: (sealed) => later(decrypter.decrypt(sealed.stream())),
  }
}

/** openpgp under a session key, uncompressed, in authenticated chunks of AES-256-GCM. */
async function openOpenpgp(): Promise<FilePeer> {
  const sessionKey = { data: randomKey(), algorithm: 'aes256' as const, aeadAlgorithm: 'gcm' as const }
  const config = { preferredCompressionAlgorithm: enums.compression.uncompressed }
  return {
    name: 'openpgp',
    async *seal(file) {
      const message = await createMessage({ binary: file.stream() as never })
      yield* (await encrypt({ message, sessionKey, format: 'binary', config })) as unknown as AsyncIterable<Uint8Array>
    },
    async *open(sealed) {
      const message = await readMessage({ binaryMessage: sealed.stream() as never })
      const { data } = await decrypt({ message, sessionKeys: [sessionKey], format: 'binary', config })
      yield* data as unknown as AsyncIterable<Uint8Array>
    },
  }
}

async function* later(bytes: Promise<ReadableStream<Uint8Array>>): AsyncIterable<Uint8Array> {
  yield* await bytes
}

/** The bytes of a Blob in pieces of exactly this length, but the last. */
async function* chunksOf(blob: Blob, length: number): AsyncIterable<Uint8Array> {
  let rest = new Uint8Array(0)
  for await (const bytes of blob.stream()) {
    let start = 0
    if (rest.length > 0) {
      start = Math.min(bytes.length, length - rest.length)
      rest = join(rest, bytes.subarray(0, start))
      if (rest.length < length) continue
      yield rest
    }
    for (; start + length <= bytes.length; start += length) yield bytes.subarray(start, start + length)
    rest = bytes.slice(start)
  }
  if (rest.length > 0) yield rest
}
