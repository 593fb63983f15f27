/** A15, A19, A22, A32 to A34, A36 to A38, A43, A44: what stands in a record is changed or made up. */
import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'vitest'
import { Intake } from '../../support/models.ts'
import { flipCharacter, placesOf, replaceAt, valueAt } from '../support/forge.ts'
import { editEnvelope, fetchRaw, type RawRecord, remakeManifest } from '../support/records.ts'
import { SEALED, stageForgery } from '../support/stage-forgery.ts'
import { CANARIES, createWorld } from '../support/world.ts'
import { revision } from '../../support/revision.ts'

const world = await createWorld()
const { ada, eve, full, macKey, checkForged, rawOf } = await stageForgery(world)

describe('bytes', () => {
  test('A19 no character of a sealed record can be changed, deleted or doubled', async () => {
    const texts = placesOf(full).filter((path) => typeof valueAt(full, path) === 'string')
    const forged = texts.flatMap((path) => {
      const text = valueAt(full, path) as string
      return Array.from({ length: text.length }, (_, index) => index).flatMap((index) => [
        replaceAt(full, path, flipCharacter(text, index)),
        ...(index % 9 === 0
          ? [text.slice(0, index) + text.slice(index + 1), text.slice(0, index) + text.slice(index - 1)]
          : []
        ).map((other) => replaceAt(full, path, other)),
      ])
    })
    expect(forged.length).toBeGreaterThan(1500)
    const codes = await checkForged(forged.filter((record) => JSON.stringify(record) !== JSON.stringify(full)))
    expect(codes).toContain('ERR_DIGEST_MISMATCH')
    expect(codes).toContain('ERR_OPEN_FAILED')
  })

  test('A22 A32 no place of a record can be given anything else', async () => {
    const values = [
      undefined,
      null,
      '',
      0,
      1,
      true,
      'x',
      'v1:a:b',
      'gAAAA',
      'U2FsdGVkX1',
      [],
      {},
      { v: 1, k: 'x', iv: 'x', d: 'x', t: 'x' },
    ]
    const forged = placesOf(full).flatMap((path) =>
      [...values, CANARIES.name, [valueAt(full, path)]]
        .filter((value) => JSON.stringify(value) !== JSON.stringify(valueAt(full, path)))
        // A member that is null and a member that is not there are the same; nothing is changed where there was none.
        .map((value) => replaceAt(full, path, value)),
    )
    const changed = forged.filter((record) => JSON.stringify(record) !== JSON.stringify(full))
    expect(changed.length).toBeGreaterThan(300)
    await checkForged(changed)
  })

  test('A44 A88 nothing can be put beside what is there', async () => {
    const extra = [
      'deleted',
      'plaintext',
      'constructor',
      'toString',
      '$seal2',
      '$revision',
      'name2',
      'Name',
      ' name',
      'v',
    ]
    const withProto = JSON.parse(JSON.stringify(full).replace('{', '{"__proto__":{"ssn":"x"},')) as RawRecord
    const codes = await checkForged([...extra.map((name) => ({ ...full, [name]: CANARIES.ssn })), withProto])
    expect(codes).toEqual(new Set(['ERR_FIELD_UNKNOWN']))
    await checkForged([
      null,
      undefined,
      [],
      'x',
      1,
      true,
      {},
      [full],
      { ...full, $seal: [full.$seal] },
      { ...full, id: ['full'] },
    ])
  })

  test('A37 A38 no tag and no nonce of another length, although the manifest is right', async () => {
    const forged: RawRecord[] = []
    for (const field of SEALED) {
      const envelope = full[field] as string
      const cuts: ((sealed: Uint8Array) => Uint8Array)[] = [
        ...Array.from(
          { length: 16 },
          (_, length) => (sealed: Uint8Array) => sealed.subarray(0, sealed.length - 16 + length),
        ),
        (sealed) => Uint8Array.of(...sealed, 0),
        ...[1, 4, 8, 11].map((length) => (sealed: Uint8Array) => sealed.subarray(length)),
        (sealed) => Uint8Array.of(0, ...sealed),
        (sealed) => Uint8Array.of(0, 0, 0, 0, ...sealed),
        (sealed) => sealed.subarray(0, 28),
        () => new Uint8Array(29),
      ]
      for (const cut of cuts)
        forged.push(await remakeManifest(Intake, { ...full, [field]: editEnvelope(envelope, cut) }, macKey))
    }
    expect(await checkForged(forged)).toEqual(new Set(['ERR_FORMAT_INVALID', 'ERR_OPEN_FAILED']))
  })

  test('A36 A43 no other spelling of an envelope, although the manifest is right', async () => {
    const [, kid = '', body = ''] = full.ssn.split('.')
    const standard = Buffer.from(body, 'base64url').toString('base64')
    const spellings = [
      ...['ls0', 'ls2', 'ls01', 'LS1', 'ls1m', 'v1', '', 'ls1 '].map((version) => `${version}.${kid}.${body}`),
      `ls1.${kid}.${standard}`,
      `ls1.${kid}.${body}=`,
      `ls1.${kid}.${body}==`,
      `ls1.${kid}. ${body}`,
      `ls1.${kid}.${body}\n`,
      `ls1.${kid}.${body}.`,
      `ls1.${kid}.${body.slice(0, 8)} ${body.slice(8)}`,
      ` ls1.${kid}.${body}`,
      `\u{FEFF}ls1.${kid}.${body}`,
      `ls1.${kid}${body}`,
      `ls1..${body}`,
      `ls1.${kid.slice(0, -1)}B.${body}`,
      `${full.ssn}\0`,
      `${full.ssn}${full.ssn}`,
    ]
    const others = spellings.filter((ssn) => ssn !== full.ssn)
    const forged = await Promise.all(others.map((ssn) => remakeManifest(Intake, { ...full, ssn }, macKey)))
    expect(await checkForged(forged)).toEqual(new Set(['ERR_FORMAT_INVALID', 'ERR_FORMAT_VERSION']))
  })

  test('A15 no other key than the one that sealed, although the manifest is right', async () => {
    const [, , body = ''] = full.ssn.split('.')
    const kids = ['AAAAAAAAAAA', full.name.split('.')[1], full.secretForUs.split('.')[1], full.$seal.slice(5, 16)]
    const theirs = await rawOf(eve.device, { id: 'k', ssn: 'x' })
    const forged = await Promise.all(
      [...kids, theirs.ssn.split('.')[1]].map((kid) =>
        remakeManifest(Intake, { ...full, ssn: `ls1.${kid}.${body}` }, macKey),
      ),
    )
    await checkForged(forged)
    expect(ada.device.net.log.filter(({ path }) => path.startsWith('/v1/account/states')).length).toBeLessThan(4)
  })
})

test('A33 A34 what looks sealed already is sealed like everything else, and comes back the same', async () => {
  const inputs = [
    full.ssn,
    full.$seal,
    'ls1.',
    'ls1.AAAAAAAAAAA.AAAA',
    '{"v":1,"k":"x","iv":"x","d":"x","t":"x"}',
    'v1:a:b',
    'gAAAA',
    'U2FsdGVkX1',
    '',
    ' ',
    '[object Object]',
    'null',
  ]
  const { vault, net } = ada.device
  const records = inputs.map((ssn, index) => ({ id: `looks-${index}`, ssn, resource: { ssn } }))
  const results = await vault.saveMany(Intake, records)
  expect(results.every((result) => result.ok)).toBe(true)
  for (const { id, ssn } of records) {
    const raw = await fetchRaw(net, Intake, id)
    expect(raw.ssn).toMatch(/^ls1\.[\w-]{11}\.[\w-]+$/)
    expect(raw.ssn).not.toBe(ssn)
    expect(await vault.load(Intake, id)).toStrictEqual({ id, ssn, resource: { ssn }, $revision: revision(1) })
  }
})
