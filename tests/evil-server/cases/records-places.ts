/** A20, A21, A26, A29, A46, A57, A58: what one person sealed in one place is shown in another. */
import { describe, expect, test } from 'vitest'
import { defineModel, phi, pii } from '@lockstitch/sdk'
import { Intake, Ledger, Signed } from '../../support/models.ts'
import { flipCharacter, replaceAt, valueAt } from '../support/forge.ts'
import { assertWellFormed, fetchRaw, lendMacKey, type RawRecord, remakeManifest } from '../support/records.ts'
import { FULL, SEALED, stageForgery } from '../support/stage-forgery.ts'
import { CANARIES, createWorld, type Device } from '../support/world.ts'

const world = await createWorld()
const { ada, eve, full, macKey, checkForged, rawOf } = await stageForgery(world)

describe('places', () => {
  test('A20 A21 A29 no field moves between records, versions and people', async () => {
    const versions: RawRecord[] = []
    for (const [seat, person] of [
      [ada.device, 'ada'],
      [eve.device, 'eve'],
    ] as const) {
      for (const id of ['one', 'two']) {
        for (const version of [1, 2]) {
          const text = `${person} ${id} ${version}`
          versions.push(
            await rawOf(seat, { id, name: text, ssn: text, notes: text, secretForUs: text, address: { city: text } }),
          )
        }
      }
    }
    const mine = versions.slice(0, 4)
    const paths = [['name'], ['ssn'], ['notes'], ['secretForUs'], ['address', 'city'], ['$seal'], ['id']]
    const forged = mine.flatMap((target) =>
      versions.flatMap((source) =>
        paths.flatMap((to) =>
          paths
            .filter((from) => valueAt(source, from) !== valueAt(target, to))
            .map((from) => replaceAt(target, to, valueAt(source, from))),
        ),
      ),
    )
    expect(forged.length).toBeGreaterThan(1000)
    await checkForged(forged)
    await checkForged(versions.slice(4))
    const whole = versions.flatMap((target) =>
      versions.filter(({ id }) => id !== target.id).map((source) => ({ ...source, id: target.id })),
    )
    await checkForged(whole)
  })

  test('A20 A21 no envelope opens in another place, although the manifest is right', async () => {
    const other = await rawOf(ada.device, { ...FULL, id: 'other' })
    const theirs = await rawOf(eve.device, { ...FULL, id: 'full' })
    const forged: RawRecord[] = []
    for (const to of SEALED) {
      const sources = SEALED.filter((from) => from !== to).map((from) => full[from])
      for (const source of [...sources, other[to], theirs[to]]) forged.push({ ...full, [to]: source })
    }
    const [first, second] = (full['medications'] as { name: string }[]).map(({ name }) => name)
    forged.push({
      ...full,
      medications: [{ name: second, milligrams: valueAt(full, ['medications', 0, 'milligrams']) }, { name: first }, {}],
    })
    forged.push({
      ...full,
      address: {
        ...(full['address'] as object),
        lines: (valueAt(full, ['address', 'lines']) as string[]).toReversed(),
      },
    })
    forged.push({ ...other, id: 'full' }, { ...full, id: 'moved' })
    const remade = await Promise.all(forged.map((record) => remakeManifest(Intake, record, macKey)))
    for (const record of remade) assertWellFormed(Intake, record)
    expect(forged.length).toBeGreaterThan(100)
    expect(await checkForged(remade)).toEqual(new Set(['ERR_OPEN_FAILED', 'ERR_KEY_INVALID', 'ERR_KEY_UNKNOWN']))
  })

  test('A46 the border between a model and an id is part of the place', async () => {
    const shapes = { ssn: phi(), name: pii() }
    const [ab, a] = [defineModel('ab', shapes), defineModel('a', shapes)]
    const seal = async (model: typeof a, id: string): Promise<RawRecord> => {
      const [sealed] = await ada.device.vault.sealMany(model, [{ id, ssn: CANARIES.ssn }])
      if (sealed?.ok !== true) throw new Error('not sealed')
      return sealed.value as never
    }
    const [one, two] = [await seal(ab, 'c'), await seal(a, 'bc')]
    await checkForged([{ ...two, ssn: one.ssn }, { ...one, id: 'bc' }, one], a)
    const remade = await remakeManifest(a, { ...two, ssn: one.ssn }, macKey)
    expect(await checkForged([remade], a)).toEqual(new Set(['ERR_OPEN_FAILED']))
  })

  test('A26 no record that another made is mine, whatever it says', async () => {
    const theirs = await rawOf(eve.device, { id: 'full', ssn: 'eve was here' })
    const theirKey = await lendMacKey(() => eve.device.vault.sealMany(Intake, [{ ssn: 'x' }]))
    const own = await crypto.subtle.importKey('raw', new Uint8Array(32), { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
    ])
    const forged = [
      theirs,
      { ...theirs, $seal: full.$seal },
      await remakeManifest(Intake, { ...full, ssn: theirs.ssn }, theirKey),
      await remakeManifest(Intake, full, theirKey),
      await remakeManifest(Intake, full, own),
      await remakeManifest(Intake, { id: 'full', $seal: full.$seal } as never, own),
      await remakeManifest(Intake, { ...theirs, $seal: full.$seal, ssn: full.ssn }, theirKey),
    ]
    for (const record of forged) assertWellFormed(Intake, record)
    const codes = await checkForged(forged)
    expect([...codes].toSorted((a, b) => a.localeCompare(b))).toEqual(['ERR_DIGEST_MISMATCH', 'ERR_OPEN_FAILED'])
  })

  test('A57 A58 a record that must be signed is signed by me, for this record', async () => {
    const sealed = async (seat: Device, id: string, finding: string): Promise<RawRecord> => {
      await seat.vault.saveMany(Signed, [{ id, finding }])
      return fetchRaw(seat.net, Signed, id)
    }
    const [mine, mineToo, theirs] = [
      await sealed(ada.device, 'a', 'mine'),
      await sealed(ada.device, 'b', 'mine too'),
      await sealed(eve.device, 'a', 'theirs'),
    ]
    const [prefix, payload, mac, signature = ''] = mine.$seal.split('.')
    const join = (...parts: (string | undefined)[]): RawRecord => ({ ...mine, $seal: parts.join('.') })
    const forged = [
      join(prefix, payload, mac),
      join(prefix, payload, mac, ''),
      join(prefix, payload, mac, 'A'.repeat(86)),
      join(prefix, payload, mac, mineToo.$seal.split('.')[3]),
      join(prefix, payload, mac, theirs.$seal.split('.')[3]),
      join(prefix, payload, mac, signature, signature),
      ...Array.from({ length: signature.length }, (_, index) =>
        join(prefix, payload, mac, flipCharacter(signature, index)),
      ),
      theirs,
    ].filter((record) => record.$seal !== mine.$seal)
    await checkForged(forged, Signed)
    await checkForged([{ id: full.id, name: full.name, ssn: full.ssn, $seal: `${full.$seal}.${signature}` }], Ledger)
  })
})
