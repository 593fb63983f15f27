/** Record layout: one envelope for all fields of a classification, with every promise of the other one. */
import { expect, test } from 'vitest'
import { Bundled, Intake } from '../support/models.ts'
import { codeOf, FULL, only, type Stage } from './stage.ts'
import { revision } from '../support/revision.ts'

const RECORD = {
  ...FULL,
  visits: [{ reason: 'fall', room: '7' }, { room: '8' }, { reason: 'check' }, {}],
  mixed: { note: 'n', flag: true },
}

/** The tests of this part. */
export function layout(stage: Stage): void {
  const seal = async (record: object): Promise<Record<string, unknown>> => ({
    ...(await only(stage.seat.vault.sealMany(Bundled, [record as never]))),
  })
  const open = async (record: object): Promise<Record<string, unknown>> => ({
    ...(await only(stage.seat.vault.openMany(Bundled, [record as never]))),
  })

  test('seals every type and opens it equal; of the protected fields not even a name is seen', async () => {
    const sealed = await seal(RECORD)
    expect(Object.keys(sealed).toSorted()).toEqual(
      ['$fields', '$seal', 'billing', 'formVersion', 'id', 'mixed', 'queue', 'updated', 'visits'].toSorted(),
    )
    expect(sealed['visits']).toEqual([{ room: '7' }, { room: '8' }, {}, {}])
    expect(sealed['mixed']).toEqual({ flag: true })
    expect(Object.keys(sealed['$fields'] as object)).toEqual(['phi', 'pii', 'confidential'])
    for (const envelope of Object.values(sealed['$fields'] as object))
      expect(envelope).toMatch(/^ls1\.[\w-]{11}\.[\w-]+$/)
    const opened = await open(sealed)
    expect(opened).toStrictEqual({ id: sealed['id'], ...RECORD, $revision: revision(1) })
    expect(Object.is(opened['weight'], -0)).toBe(true)
  })

  test('keeps absent members absent and empty containers empty', async () => {
    for (const record of [
      {},
      { address: { lines: [] }, medications: [{}], visits: [], mixed: {} },
      { address: {}, medications: [] },
      { medications: [{ name: 'a' }, {}, { milligrams: 1 }], visits: [{}] },
    ]) {
      const { id: _id, $revision: _revision, ...opened } = await open(await seal({ name: null, ...record }))
      expect(opened).toStrictEqual(record)
    }
  })

  test('saves, loads, changes and deletes through the server', async () => {
    const { id } = await only(stage.seat.vault.saveMany(Bundled, [RECORD as never]))
    expect(await stage.seat.vault.load(Bundled, id)).toStrictEqual({ id, ...RECORD, $revision: revision(1) })
    const { $revision } = await stage.seat.vault.load(Bundled, id)
    const second = { id, name: 'Ada II', $revision }
    expect(await only(stage.seat.vault.saveMany(Bundled, [second as never]))).toMatchObject({ state: 'stored' })
    expect(await stage.seat.vault.load(Bundled, id)).toStrictEqual({ id, name: 'Ada II', $revision: revision(2) })
    await stage.seat.vault.remove(Bundled, id)
    expect(await codeOf(stage.seat.vault.load(Bundled, id))).toBe('ERR_RECORD_NOT_FOUND')
  })

  test('refuses a bundle that is dropped, doubled, of another record or beside the field it holds', async () => {
    const [one, two] = [await seal(RECORD), await seal({ ...RECORD, name: 'Eve' })]
    const [mine, others] = [one['$fields'], two['$fields']] as Record<string, unknown>[]
    const { phi: _phi, ...withoutPhi } = mine as Record<string, unknown>
    const { $fields: _fields, ...withoutAll } = one
    const cases: [object, string][] = [
      [{ ...one, $fields: withoutPhi }, 'ERR_FORMAT_INVALID'],
      [withoutAll, 'ERR_FORMAT_INVALID'],
      [{ ...one, $fields: {} }, 'ERR_FORMAT_INVALID'],
      [{ ...one, $fields: { ...mine, internal: mine?.['phi'] } }, 'ERR_FIELD_UNKNOWN'],
      [{ ...one, $fields: { ...mine, pub: 'x' } }, 'ERR_FIELD_UNKNOWN'],
      [{ ...one, $fields: { ...mine, pii: mine?.['phi'] } }, 'ERR_DIGEST_MISMATCH'],
      [{ ...one, $fields: { ...mine, phi: others?.['phi'] } }, 'ERR_DIGEST_MISMATCH'],
      [{ ...one, $fields: others }, 'ERR_DIGEST_MISMATCH'],
      [{ ...one, ssn: '1' }, 'ERR_FIELD_UNKNOWN'],
      [{ ...one, ssn: mine?.['phi'] }, 'ERR_FIELD_UNKNOWN'],
      [{ ...one, address: { lines: [] } }, 'ERR_FIELD_UNKNOWN'],
      [{ ...one, mixed: { flag: true, note: 'n' } }, 'ERR_FIELD_UNKNOWN'],
    ]
    for (const [record, code] of cases) expect(await codeOf(open(record))).toBe(code)
    expect((await open(one))['name']).toBe(FULL.name)
  })

  test('a record of one layout is not read with the other', async () => {
    const sealed = await seal({ name: 'Ada' })
    expect(await codeOf(only(stage.seat.vault.openMany(Intake, [sealed as never])))).toBe('ERR_FIELD_UNKNOWN')
    expect(await codeOf(open(await stage.seal({ name: 'Ada' })))).toBe('ERR_FIELD_UNKNOWN')
    expect(await codeOf(seal({ $fields: {} }))).toBe('ERR_FIELD_UNKNOWN')
  })
}
