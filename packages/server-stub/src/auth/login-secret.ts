import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** Turns login secrets into verifiers and checks them. */
export interface LoginSecrets {
  /** `scrypt.<log2 N>.<r>.<p>.<salt>.<hash>` of a secret. */
  verifierOf(secret: Uint8Array): Promise<string>
  /** Whether a verifier is of this secret. Without a verifier the answer is false, after the same work. */
  isSecretOf(secret: Uint8Array, verifier: string | undefined): Promise<boolean>
}

const R = 8
const P = 1
const SALT_BYTES = 16
const HASH_BYTES = 32
const VERIFIER = /^scrypt\.([0-9]{1,2})\.8\.1\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/

/** Login secrets with scrypt of N = 2^logN, r = 8, p = 1: 2^15 is 32 MiB and about 0.1 s. */
export function createLoginSecrets(logN: number): LoginSecrets {
  const decoy = formatVerifier(logN, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES))
  return {
    async verifierOf(secret) {
      const salt = randomBytes(SALT_BYTES)
      return formatVerifier(logN, salt, await hash(secret, salt, logN))
    },
    async isSecretOf(secret, verifier) {
      const [, cost, salt, expected] = VERIFIER.exec(verifier ?? decoy) ?? []
      if (cost === undefined || salt === undefined || expected === undefined) throw new Error('the verifier is damaged')
      const actual = await hash(secret, Buffer.from(salt, 'base64url'), Number(cost))
      return timingSafeEqual(actual, Buffer.from(expected, 'base64url')) && verifier !== undefined
    },
  }
}

function formatVerifier(logN: number, salt: Buffer, bytes: Buffer): string {
  return `scrypt.${logN}.${R}.${P}.${salt.toString('base64url')}.${bytes.toString('base64url')}`
}

function hash(secret: Uint8Array, salt: Uint8Array, logN: number): Promise<Buffer> {
  const N = 2 ** logN
  const options = { N, r: R, p: P, maxmem: 256 * N * R }
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, HASH_BYTES, options, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}
