import { createHmac, createPrivateKey, createPublicKey, hkdfSync, randomBytes } from 'node:crypto'
import { decodeBase64url, encodeBase64url, type KdfParams, MIN_ITERATIONS } from '@lockstitch/sdk/format'
import type { Kms } from '@lockstitch/sdk/server'
import { addSetting, readSetting } from '../store/settings.ts'
import type { Scope } from '../store/tables.ts'

/** What the server derives from the one secret of its own. */
export interface ServerSecret {
  /** What stands in the database for a handle or a locator: nobody without the KMS can test a guess against it. */
  lookup(kind: 'password' | 'locator' | 'device', value: string): string
  /** The KDF parameters of a handle that nobody has: always the same for it, and like those of a real account. */
  decoyKdf(handle: string): KdfParams
  /** The signing key of an account that does not exist: always the same for a handle, and a real public key. */
  decoySigning(handle: string): string
}

const NAME = 'server-secret'
const SECRET_BYTES = 32
const SALT_BYTES = 16
/** What stands before the 32 bytes of a private key (RFC 8410). */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The server's secret of a tenant, wrapped by the KMS in the database; made when there is none. */
export async function openServerSecret(scope: Scope, kms: Kms): Promise<ServerSecret> {
  const context = { purpose: 'lockstitch/server-secret', tenant: scope.tenant }
  if ((await readSetting(scope, NAME)) === undefined) {
    const wrapped = await kms.wrap(new Uint8Array(randomBytes(SECRET_BYTES)), context)
    await addSetting(scope, NAME, encodeBase64url(wrapped))
  }
  const secret = await kms.unwrap(decodeBase64url((await readSetting(scope, NAME)) as string), context)
  const keyFor = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `lockstitch/${purpose}`, SECRET_BYTES))
  const lookupKeys = {
    password: keyFor('lookup/password'),
    locator: keyFor('lookup/locator'),
    device: keyFor('lookup/device'),
  }
  const decoyKey = keyFor('decoy')
  const decoySigningKey = keyFor('decoy/signing')
  secret.fill(0)
  return {
    lookup: (kind, value) => createHmac('sha256', lookupKeys[kind]).update(value).digest('base64url'),
    decoyKdf: (handle) => {
      const salt = createHmac('sha256', decoyKey).update(handle).digest().subarray(0, SALT_BYTES).toString('base64url')
      return { hash: 'SHA-256', iterations: MIN_ITERATIONS, salt }
    },
    decoySigning: (handle) => {
      const seed = createHmac('sha256', decoySigningKey).update(handle).digest()
      const key = createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, seed]), format: 'der', type: 'pkcs8' })
      return createPublicKey(key).export({ format: 'jwk' }).x as string
    },
  }
}
