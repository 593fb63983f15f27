/** The worked example of docs/format.md, recomputed: what the page says is what the code does. */
import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import type { Bytes } from '../../../packages/sdk/src/assert.ts'
import { encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { params } from '../../../packages/sdk/src/crypto/aead.ts'
import { digest } from '../../../packages/sdk/src/crypto/digest.ts'
import { deriveBytes, deriveMacKey, importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { computeMac } from '../../../packages/sdk/src/crypto/mac.ts'
import { encodeFrame } from '../../../packages/sdk/src/bytes/frame.ts'
import { fieldAad, recordKeyInfo } from '../../../packages/sdk/src/format/context.ts'
import { serializeEnvelope } from '../../../packages/sdk/src/format/envelope.ts'
import { kidOf } from '../../../packages/sdk/src/format/kid.ts'
import { LABELS } from '../../../packages/sdk/src/format/labels.ts'
import { manifestHashInput, manifestMacInput, manifestPayload } from '../../../packages/sdk/src/format/manifest.ts'
import { pad } from '../../../packages/sdk/src/format/padding.ts'
import { recordDigestInput } from '../../../packages/sdk/src/format/sealed-record.ts'
import { encodeValue } from '../../../packages/sdk/src/format/value.ts'
import { deriveCommitment } from '../../../packages/sdk/src/keys/account-key.ts'
import { writerId } from '../../../packages/sdk/src/keys/identity.ts'
import { fromHex, toHex } from '../support/outcome.ts'

const place = { owner: '01975c2f-0000-7000-8000-000000000000', model: 'intake', id: 'r1' }
const counted = (first: number, length: number): Bytes => Uint8Array.from({ length }, (_, index) => first + index)
let page: string

beforeAll(() => {
  const text = readFileSync(new URL('../../../docs/format.md', import.meta.url), 'utf8')
  page = text.slice(text.indexOf('## 23 Worked example')).replace(/\s+/g, '')
})

test('docs/format.md, section 23', async () => {
  expect(page.length).toBeGreaterThan(1000)
  const dataKey = await importDerivationKey(counted(0, 32))
  const accountKey = await importDerivationKey(counted(32, 32))
  const commitment = await deriveCommitment(dataKey)
  const kid = kidOf(commitment)
  expect(page).toContain(`commitment${toHex(commitment)}kid${kid}`)

  const recordKey = await deriveBytes(dataKey, recordKeyInfo(place))
  expect(page).toContain(`recordkey${toHex(recordKey)}frominfo${toHex(recordKeyInfo(place))}`)
  const padded = pad(encodeValue('string', 'John Doe'), 'block')
  const aad = fieldAad({ ...place, path: 'name', classification: 'pii', kid })
  expect(page).toContain(`padded${toHex(padded)}AAD${toHex(aad)}`)

  const nonce = fromHex('000102030405060708090a0b')
  const aead = await crypto.subtle.importKey('raw', recordKey, 'AES-GCM', false, ['encrypt'])
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt(params(nonce, aad), aead, padded))
  const envelope = serializeEnvelope({ kid, sealed: fromHex(toHex(nonce) + toHex(ciphertext)) })
  expect(page).toContain(`envelope${envelope}`)

  const recordDigest = await digest(recordDigestInput([['name', 'envelope', envelope]]))
  const accountKid = kidOf(await deriveCommitment(accountKey))
  expect(page).toContain(`digest${toHex(recordDigest)}accountkid${accountKid}`)
  const payload = manifestPayload({
    ...place,
    revision: 1,
    previous: new Uint8Array(32),
    kid: accountKid,
    writer: await writerId(new Uint8Array(32)),
    state: 'live',
    digest: recordDigest,
  })
  const macKey = await deriveMacKey(accountKey, encodeFrame([LABELS.manifestKey, place.owner]))
  const mac = await computeMac(macKey, manifestMacInput(payload))
  const hash = encodeBase64url(await digest(manifestHashInput(payload)))
  expect(page).toContain(`MAC${toHex(mac)}hash${hash}`)
})
