/** Sealing and opening: nothing lost, nothing opened that is not what was sealed there. */
import { expect, test } from 'vitest'
import type { ErrorCode } from '@lockstitch/sdk'
import { Intake, Ledger, Signed } from '../support/models.ts'
import { codeOf, FULL, only, type Stage } from './stage.ts'
import { revision } from '../support/revision.ts'

/** The tests of this part. */
export function sealing(stage: Stage): void {
  test('seals every type and opens it equal, in the order of its members', async () => {
    const sealed = await stage.seal(FULL)
    for (const member of ['name', 'ssn', 'weight', 'mrn', 'resource', 'secretForUs'])
      expect(sealed[member]).toMatch(/^ls1\.[\w-]{11}\.[\w-]+$/)
    expect(sealed).toMatchObject({
      billing: 'invoice 7',
      queue: 0,
      formVersion: 3,
      updated: '2026-01-02T03:04:05.678Z',
    })
    const opened = await stage.open(sealed)
    expect(opened).toStrictEqual({ id: sealed['id'], ...FULL, $revision: revision(1) })
    expect(Object.is(opened['weight'], -0)).toBe(true)
    expect(Object.keys(opened)).toEqual(['id', ...Object.keys(FULL), '$revision'])
  })

  test('seals John Doe to at most 70 characters', async () => {
    expect(String((await stage.seal({ name: 'John Doe' }))['name']).length).toBeLessThanOrEqual(70)
  })

  test('keeps absent members absent and empty containers empty', async () => {
    const record = { name: null, ssn: undefined, address: { lines: [] }, medications: [{}] }
    const { id, $revision: _revision, ...opened } = await stage.open(await stage.seal(record))
    expect(opened).toStrictEqual({ address: { lines: [] }, medications: [{}] })
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('never seals the same value to the same text', async () => {
    const [first, second] = [await stage.seal({ name: 'Ada' }), await stage.seal({ name: 'Ada' })]
    expect(first['name']).not.toBe(second['name'])
  })

  test.each<[string, object, ErrorCode]>([
    ['a lone surrogate', { name: '\uD800' }, 'ERR_TEXT_INVALID'],
    ['a lone surrogate inside JSON', { resource: { a: ['\uDC00'] } }, 'ERR_TEXT_INVALID'],
    ['a number where text belongs', { name: 7 }, 'ERR_VALUE_INVALID'],
    ['NaN', { weight: Number.NaN }, 'ERR_VALUE_INVALID'],
    ['an invalid date', { birthDate: new Date('?') }, 'ERR_VALUE_INVALID'],
    ['undefined inside JSON', { resource: { a: [undefined] } }, 'ERR_VALUE_INVALID'],
    ['a date inside JSON', { resource: { a: new Date(0) } }, 'ERR_VALUE_INVALID'],
    ['a hole in an array', { address: { lines: ['a', null] } }, 'ERR_VALUE_INVALID'],
    ['an unknown member', { nickname: 'x' }, 'ERR_FIELD_UNKNOWN'],
    ['an unknown member deep inside', { address: { planet: 'x' } }, 'ERR_FIELD_UNKNOWN'],
    ['a bad id', { id: '../x' }, 'ERR_RECORD_ID'],
    ['a value past the limit', { notes: 'x'.repeat(1_048_577) }, 'ERR_FORMAT_LIMIT'],
  ])('refuses %s and seals the others', async (_, record, code) => {
    const [bad, good] = await stage.seat.vault.sealMany(Intake, [record as never, { name: 'Ada' }])
    expect(bad).toMatchObject({ ok: false, error: { code } })
    expect(good).toMatchObject({ ok: true })
  })

  test('refuses a model that is not exhaustive', async () => {
    const broken = { name: 'x', signed: false, root: { kind: 'object', members: { a: { kind: 'string' } } } }
    expect(await codeOf(stage.seat.vault.sealMany(broken as never, [{}]))).toBe('ERR_MODEL_INVALID')
  })

  test('opens nothing when a character of the record was changed', async () => {
    const sealed = await stage.seal({ name: 'Ada', ssn: '219-09-9999' })
    const changed: Record<string, unknown>[] = []
    for (const member of ['name', 'ssn', '$seal']) {
      const text = sealed[member] as string
      for (let index = 0; index < text.length; index++) {
        const other = text[index] === 'A' ? 'B' : 'A'
        changed.push({ ...sealed, [member]: text.slice(0, index) + other + text.slice(index + 1) })
      }
    }
    const results = await stage.seat.vault.openMany(Intake, changed as never[])
    expect(results.length).toBeGreaterThan(300)
    const codes = new Set(results.map((result) => (result.ok ? 'opened' : result.error.code)))
    codes.delete('ERR_OPEN_FAILED')
    codes.delete('ERR_DIGEST_MISMATCH')
    codes.delete('ERR_FORMAT_INVALID')
    codes.delete('ERR_FORMAT_VERSION')
    // A changed length prefix reaches a limit or a text first.
    codes.delete('ERR_TEXT_INVALID')
    codes.delete('ERR_RECORD_ID')
    expect([...codes]).toEqual([])
  })

  test('opens no field in another place and no record as another', async () => {
    const one = await stage.seal({ name: 'Ada', secretForUs: 'x', medications: [{ name: 'a' }, { name: 'b' }] })
    const two = await stage.seal({ name: 'Eve', secretForUs: 'y' })
    const medications = (one['medications'] as unknown[]).toReversed()
    for (const forged of [
      { ...one, name: two['name'] },
      { ...one, medications },
      { ...one, id: two['id'] },
      { ...one, $seal: two['$seal'] },
    ]) {
      expect(['ERR_DIGEST_MISMATCH', 'ERR_FORMAT_INVALID']).toContain(await codeOf(stage.open(forged)))
    }
    expect(
      await codeOf(
        only(stage.seat.vault.openMany(Ledger, [{ id: one['id'], name: one['name'], $seal: one['$seal'] }] as never)),
      ),
    ).toBe('ERR_FORMAT_INVALID')
  })

  test('signs the records of a model that asks for it, and demands it', async () => {
    const sealed = await only(stage.seat.vault.sealMany(Signed, [{ finding: 'x' }]))
    expect((sealed.$seal as string).split('.')).toHaveLength(4)
    expect(await only(stage.seat.vault.openMany(Signed, [sealed]))).toMatchObject({ finding: 'x' })
    const unsigned = { ...sealed, $seal: (sealed.$seal as string).split('.').slice(0, 3).join('.') }
    expect(await codeOf(only(stage.seat.vault.openMany(Signed, [unsigned as never])))).toBe('ERR_FORMAT_INVALID')
  })
}
