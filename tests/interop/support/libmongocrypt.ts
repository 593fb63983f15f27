/** libmongocrypt, MongoDB's own implementation, through the binding of `mongodb-client-encryption`. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Binary, deserialize, serialize } from 'bson'
import type { MongoCrypt as MongoCryptType, MongoCryptConstructor, MongoCryptContext } from 'mongodb-client-encryption'
import { isFile, provide } from './debian.ts'
import { compile, folderOf, RESULTS } from './native.ts'

/** States of a context; in each of the others it would ask for a server, which these operations do not need. */
const STATES = { failed: 0, needsKeys: 3, ready: 5 } as const
const ENCRYPTED = 6
const HEADERS = '/usr/include/mongocrypt/mongocrypt.h'

export interface LibMongoCrypt {
  readonly version: string
  /** Makes a data key of known bytes; gives its UUID in hex. */
  addKey(dek: Uint8Array): string
  encrypt(value: unknown, keyId: string, algorithm: 'Deterministic' | 'Random'): Uint8Array
  decrypt(payload: Uint8Array): unknown
}

/** The library, or undefined where it cannot be had. */
export async function loadLibMongoCrypt(): Promise<LibMongoCrypt | undefined> {
  if (!(await provide(['libmongocrypt-dev'], () => isFile(HEADERS)))) return undefined
  const output = join(RESULTS, 'native', 'mongocrypt.node')
  const isBuilt = await compile({
    sources: [join(folderOf('mongodb-client-encryption'), 'addon', 'mongocrypt.cc')],
    includes: [],
    options: ['-lmongocrypt', '-DNODE_GYP_MODULE_NAME=mongocrypt'],
    output,
  })
  if (!isBuilt) return undefined
  const { MongoCrypt } = createRequire(import.meta.url)(output) as { MongoCrypt: MongoCryptConstructor }
  return wrap(MongoCrypt.libmongocryptVersion, MongoCrypt)
}

function wrap(version: string, MongoCrypt: MongoCryptConstructor): LibMongoCrypt {
  const master = new Binary(crypto.getRandomValues(new Uint8Array(96)))
  const mongoCrypt: MongoCryptType = new MongoCrypt({ kmsProviders: serialize({ local: { key: master } }) })
  const documents: Uint8Array[] = []
  return {
    version,
    addKey(dek) {
      const options = { keyMaterial: serialize({ keyMaterial: new Binary(dek) }) }
      const document = finish(mongoCrypt.makeDataKeyContext(serialize({ provider: 'local' }), options), [])
      documents.push(document)
      return (deserialize(document)['_id'] as Binary).toString('hex')
    },
    encrypt(value, keyId, algorithm) {
      const options = {
        keyId: Buffer.from(keyId, 'hex'),
        algorithm: `AEAD_AES_256_CBC_HMAC_SHA_512-${algorithm}`,
        expressionMode: false,
      }
      const context = mongoCrypt.makeExplicitEncryptionContext(serialize({ v: value }), options)
      const { v } = deserialize(finish(context, documents), { promoteValues: false }) as { v: Binary }
      return v.buffer.slice(0, v.position)
    },
    decrypt(payload) {
      const context = mongoCrypt.makeExplicitDecryptionContext(serialize({ v: new Binary(payload, ENCRYPTED) }))
      return deserialize(finish(context, documents))['v'] as unknown
    },
  }
}

/** Runs a context to its end, handing it the documents of all keys when it asks for keys. */
function finish(context: MongoCryptContext, keyDocuments: readonly Uint8Array[]): Uint8Array {
  while (context.state !== STATES.ready) {
    if (context.state === STATES.failed) throw new Error(context.status.message)
    if (context.state !== STATES.needsKeys)
      throw new Error(`libmongocrypt asks for something in state ${context.state}`)
    for (const document of keyDocuments) context.addMongoOperationResponse(document)
    context.finishMongoOperation()
  }
  return new Uint8Array(context.finalize())
}
