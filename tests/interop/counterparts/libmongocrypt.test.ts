/** Seed 003's MongoDB: libmongocrypt reads what is sealed here, and what it writes opens here. */
import { Binary, Int32, Long } from 'bson'
import { beforeAll, describe, expect, test, type TestContext } from 'vitest'
import { openForeign, sealForeign } from '../../../packages/sdk/src/interop/index.ts'
import { INSTALL_TIMEOUT, missing } from '../support/debian.ts'
import { toHex } from '../support/encoding.ts'
import { random } from '../support/keys.ts'
import { type LibMongoCrypt, loadLibMongoCrypt } from '../support/libmongocrypt.ts'
import { ALL_TEXTS } from '../support/texts.ts'

const dek = random(96)
let library: LibMongoCrypt | undefined
let keyId = ''

beforeAll(async () => {
  library = await loadLibMongoCrypt()
  if (library !== undefined) keyId = library.addKey(dek)
}, INSTALL_TIMEOUT)

const counterpart = ({ skip }: Pick<TestContext, 'skip'>): LibMongoCrypt =>
  library ?? skip(missing('libmongocrypt-dev'))

describe.each(['deterministic', 'random'] as const)('%s', (algorithm) => {
  const name = algorithm === 'random' ? 'Random' : 'Deterministic'

  test.for(ALL_TEXTS)('it reads "%s" as it was sealed here', async ([, text], context) => {
    const mongo = counterpart(context)
    expect(mongo.decrypt(await sealForeign('csfle', text, { deks: { [keyId]: dek } }, { algorithm }))).toBe(text)
  })

  test.for(ALL_TEXTS)('it writes "%s" so that it opens here', async ([, text], context) => {
    const sealed = counterpart(context).encrypt(text, keyId, name)
    const opened = await openForeign('csfle', sealed, { deks: { [keyId]: dek } })
    expect(opened.text()).toBe(text)
    expect(opened).toMatchObject({ keyId, authenticated: true, bsonType: 2 })
  })

  test('both carry bytes', async (context) => {
    const [mongo, bytes] = [counterpart(context), Uint8Array.of(0, 255, 128)]
    const sealed = await sealForeign('csfle', bytes, { deks: { [keyId]: dek } }, { algorithm })
    expect(toHex((mongo.decrypt(sealed) as Binary).buffer)).toBe('00ff80')
    const opened = await openForeign('csfle', mongo.encrypt(new Binary(bytes), keyId, name), { deks: { [keyId]: dek } })
    expect([toHex(opened.bytes), opened.bsonType]).toEqual(['00ff80', 5])
  })
})

test('deterministic values are the same bytes on both sides', async (context) => {
  const options = { algorithm: 'deterministic' } as const
  const theirs = counterpart(context).encrypt('123-45-6789', keyId, 'Deterministic')
  const ours = await sealForeign('csfle', '123-45-6789', { deks: { [keyId]: dek } }, options)
  expect(toHex(ours)).toBe(toHex(theirs))
})

test.for([
  ['int32', new Int32(42), 16, '2a000000'],
  ['int64', Long.fromNumber(42), 18, '2a00000000000000'],
  ['boolean', true, 8, '01'],
  ['date', new Date(1), 9, '0100000000000000'],
  ['double', 1.5, 1, '000000000000f83f'],
] as const)(
  'opens a BSON %s as its bytes, and says that they are no text',
  async ([, value, bsonType, hex], context) => {
    const sealed = counterpart(context).encrypt(value, keyId, 'Random')
    const opened = await openForeign('csfle', sealed, { deks: { [keyId]: dek } })
    expect([toHex(opened.bytes), opened.bsonType, opened.warnings]).toEqual([hex, bsonType, ['WARN_BSON_TYPE']])
    expect(() => opened.text()).toThrow(expect.objectContaining({ code: 'ERR_TEXT_INVALID' }))
  },
)

test('it hands back an empty payload unchanged, which is refused here', async () => {
  const opening = openForeign('csfle', new Uint8Array(0), { deks: { [keyId]: dek } })
  await expect(opening).rejects.toMatchObject({ code: 'ERR_FORMAT_INVALID' })
})
