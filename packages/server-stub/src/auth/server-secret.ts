import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
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
}

const NAME = 'server-secret'
const SECRET_BYTES = 32
const SALT_BYTES = 16

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
  secret.fill(0)
  return {
    lookup: (kind, value) => createHmac('sha256', lookupKeys[kind]).update(value).digest('base64url'),
    decoyKdf: (handle) => {
      const salt = createHmac('sha256', decoyKey).update(handle).digest().subarray(0, SALT_BYTES).toString('base64url')
      return { hash: 'SHA-256', iterations: MIN_ITERATIONS, salt }
    },
  }
}
