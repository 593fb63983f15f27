import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A key and the certificate that it signed for itself, in PEM. */
export interface SelfSigned {
  readonly key: string
  readonly cert: string
}

const DAY_MS = 86_400_000
const [INTEGER, BIT_STRING, OCTET_STRING, OID, UTF8_STRING, SEQUENCE, SET, GENERALIZED_TIME, BOOLEAN] = [
  0x02, 0x03, 0x04, 0x06, 0x0c, 0x30, 0x31, 0x18, 0x01,
]
const ECDSA_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]
const COMMON_NAME = [0x55, 0x04, 0x03]
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11]
const BASIC_CONSTRAINTS = [0x55, 0x1d, 0x13]
const EXTENDED_KEY_USAGE = [0x55, 0x1d, 0x25]
const SERVER_AUTH = [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01]

/**
 * A new P-256 key with a self-signed X.509 certificate (RFC 5280) for local names and addresses. It encrypts a connection
 * on one's own machine; that it belongs to anybody is proved by nothing but the person who accepts it.
 */
export function generateSelfSigned(
  names: readonly string[],
  addresses: readonly Uint8Array[],
  days: number,
  now: number,
): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(SEQUENCE, oid(ECDSA_SHA256))
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, oid(COMMON_NAME), der(UTF8_STRING, Buffer.from('Lockstitch (self-signed)')))),
  )
  const serial = randomBytes(16)
  serial[0] = 0x40 | ((serial[0] as number) & 0x3f)
  const alternatives = [
    ...names.map((dns) => der(0x82, Buffer.from(dns, 'ascii'))),
    ...addresses.map((address) => der(0x87, address)),
  ]
  const extensions = der(
    SEQUENCE,
    extension(SUBJECT_ALT_NAME, false, der(SEQUENCE, ...alternatives)),
    extension(BASIC_CONSTRAINTS, true, der(SEQUENCE)),
    extension(EXTENDED_KEY_USAGE, false, der(SEQUENCE, oid(SERVER_AUTH))),
  )
  const body = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.of(2))),
    der(INTEGER, serial),
    algorithm,
    name,
    der(SEQUENCE, time(now - DAY_MS), time(now + days * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  )
  const signature = sign('sha256', body, privateKey)
  const certificate = der(SEQUENCE, body, algorithm, der(BIT_STRING, Buffer.of(0), signature))
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, cert: pem(certificate) }
}

/** One DER element: its tag, its length, its content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body])
  const digits = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.of(tag, 0x80 | digits.length), digits, body])
}

function oid(bytes: readonly number[]): Buffer {
  return der(OID, Buffer.from(bytes))
}

function extension(id: readonly number[], critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [der(BOOLEAN, Buffer.of(0xff))] : []
  return der(SEQUENCE, oid(id), ...flag, der(OCTET_STRING, value))
}

function time(at: number): Buffer {
  return der(
    GENERALIZED_TIME,
    Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`, 'ascii'),
  )
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
