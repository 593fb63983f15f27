/** Made tests/vectors/own/escrow/escrow.json, once. It is kept to show how; it refuses to overwrite it. */
import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { signCard } from '../../../packages/sdk/src/keys/card.ts'
import { accountDigits, requestDigits } from '../../../packages/sdk/src/keys/digits.ts'
import { deriveRequestKeys, generateRequestCode } from '../../../packages/sdk/src/keys/escrow-request.ts'
import { approveRequest, generateEscrow } from '../../../packages/sdk/src/keys/escrow.ts'
import { toHex } from './hex.ts'

const file = fileURLToPath(new URL('../own/escrow/escrow.json', import.meta.url))
if (existsSync(file)) throw new Error('a committed vector is never made again')

const raw = async (key: CryptoKey): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.exportKey('raw', key))
const account = (number: number): string => `018f0000-0000-7000-8000-00000000000${number}`
const signer = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
const signing = await raw(signer.publicKey)

const custodians = await Promise.all(
  [1, 2, 3].map(async (number) => {
    const pair = (await crypto.subtle.generateKey('X25519', true, ['deriveBits'])) as CryptoKeyPair
    const identity = { signing: encodeBase64url(signing), receiving: encodeBase64url(await raw(pair.publicKey)) }
    const card = await signCard({ format: 'ls1', account: account(number), identity } as never, signer.privateKey)
    const pkcs8 = toHex(new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey)))
    return { account: account(number), pkcs8, card, pair, ...identity }
  }),
)
const owner = { account: account(0), signing: encodeBase64url(signing), signingKey: signer.privateKey }
const cards = custodians.map(({ account: id, receiving }) => ({
  format: 'ls1' as const,
  account: id,
  signing: owner.signing,
  receiving,
}))
const made = await generateEscrow(owner, { threshold: 2, delayMs: 86_400_000, custodians: cards }, 1_700_000_000_000)
const code = await generateRequestCode()
const keys = await deriveRequestKeys(code)
const { publicKey } = await keys.pairFor(signing)
const shares = await Promise.all(
  custodians.map(async (one) => ({
    custodian: one.account,
    share: await approveRequest(
      made,
      { account: one.account, pair: { privateKey: one.pair.privateKey, publicKey: await raw(one.pair.publicKey) } },
      { id: keys.login.locator, key: publicKey },
    ),
  })),
)
const vector = {
  source: 'Lockstitch, format ls1 (docs/format.md, section 22)',
  generatedBy: 'tests/vectors/support/make-escrow-vectors.ts',
  date: new Date().toISOString().slice(0, 10),
  note: 'Private keys in PKCS #8 and hex; 2 of 3 custodians; any two of the shares give the login.',
  cases: [
    {
      id: 'two-of-three',
      comment: 'cards, document, request and approved shares of one recovery',
      expect: 'ok',
      in: {
        document: made.text,
        custodians: custodians.map(({ account: id, pkcs8, card }) => ({ account: id, pkcs8, card })),
        code,
        shares,
      },
      out: {
        hash: made.hash,
        login: made.credential.login,
        request: keys.login,
        requestKey: toHex(publicKey),
        requestDigits: await requestDigits(publicKey, signing),
        accountDigits: await accountDigits(owner.account, signing),
      },
    },
  ],
}
writeFileSync(file, `${JSON.stringify(vector, null, 2)}\n`)
