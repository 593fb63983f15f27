/** Turns a case of the files beside the repository into the call that a caller would make. */
import { type OpenedForeign, openForeign } from '../../../packages/sdk/src/interop/index.ts'
import { fromBase64, fromHex } from '../support/encoding.ts'
import type { SharedCase, SharedFile, SharedVectors } from '../support/shared-files.ts'

type Open = (vector: SharedCase, vectors: SharedVectors) => Promise<OpenedForeign>

const allow = { allowUnauthenticated: true }
const secretOf = ({ key = '' }: SharedCase, { keys }: SharedVectors): Readonly<Record<string, string>> =>
  keys[key] ?? {}
const bytesOf = ({ inputB64 = '' }: SharedCase): Uint8Array => fromBase64(inputB64)
const passphraseOf = (vector: SharedCase, vectors: SharedVectors): string =>
  vector.passphrase ?? secretOf(vector, vectors)['passphrase'] ?? ''

const OPEN: Readonly<Record<SharedFile, Open>> = {
  async '000.json'(vector, vectors) {
    const key = fromHex(secretOf(vector, vectors)['hex'] ?? '')
    return openForeign('phase4', vector.input ?? '', { keys: { 'dev-key-1': key } })
  },
  async '001.json'({ input, form }, { keys }) {
    const [v1, v2] = ['v1', 'v2'].map((name) => fromHex(keys[name]?.['hex'] ?? '')) as [Uint8Array, Uint8Array]
    return openForeign('pazpaz', input ?? '', { keys: { v1, v2 } }, form === undefined ? {} : { form })
  },
  async '002-cryptojs.json'(vector, vectors) {
    const keys = { passphrase: passphraseOf(vector, vectors) }
    return openForeign('novamind-cryptojs', vector.input ?? '', keys, allow)
  },
  async '002-fernet.json'(vector, vectors) {
    const { masterKey, saltB64, fernetKey = '' } = secretOf(vector, vectors)
    const isDerived = masterKey !== undefined && saltB64 !== undefined
    const keys = isDerived ? { masterKey, salt: fromBase64(saltB64) } : { fernetKey }
    return openForeign('novamind-fernet', vector.input ?? '', keys)
  },
  async '003-backup.json'(vector, vectors) {
    const { hex = '', iv = '' } = secretOf(vector, vectors)
    const isRaw = vector.options?.includes('-K') === true
    const derivation = vector.options?.includes('-pbkdf2') === true ? 'pbkdf2' : 'evp'
    const keys = isRaw
      ? { key: fromHex(hex), iv: fromHex(iv) }
      : ({ passphrase: passphraseOf(vector, vectors), derivation } as const)
    return openForeign('openssl', bytesOf(vector), keys, allow)
  },
  async '003-csfle.json'(vector, { keys }) {
    const deks = Object.entries(keys).flatMap(([id, { dek96B64 }]) =>
      dek96B64 === undefined ? [] : [[id, fromBase64(dek96B64)] as const],
    )
    return openForeign('csfle', bytesOf(vector), { deks: Object.fromEntries(deks) })
  },
  async '003-hsm.json'(vector, vectors) {
    const key = fromHex(secretOf(vector, vectors)['hex'] ?? '')
    if (vector.op === 'unwrap') return openForeign('hsm', bytesOf(vector), { kek: key })
    const [iv, aad] = [fromBase64(vector.ivB64 ?? ''), fromBase64(vector.aadB64 ?? '')]
    return openForeign('hsm', bytesOf(vector), { key, iv, aad })
  },
  async '003-pgcrypto.json'(vector, vectors) {
    return openForeign('pgcrypto', bytesOf(vector), { passphrase: passphraseOf(vector, vectors) })
  },
  async '004.json'(vector, vectors) {
    const dek = fromHex(secretOf(vector, vectors)['dekHex'] ?? '')
    return openForeign('surgicase', vector.input ?? '', { dek })
  },
}

/** Opens a case as its file means it. */
export async function openCase(file: SharedFile, vectors: SharedVectors, vector: SharedCase): Promise<OpenedForeign> {
  return OPEN[file](vector, vectors)
}
