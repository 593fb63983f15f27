/** Keys: replaced, put back and taken out of use, while records stay what they are. */
import { expect, test } from 'vitest'
import { type KeyInfo, type Keys, managed, type Progress } from '@lockstitch/sdk'
import { answer } from '../support/evil.ts'
import { Intake, Ledger } from '../support/models.ts'
import { codeOf, FULL, only, type Seat, type Stage } from './stage.ts'
import { revision } from '../support/revision.ts'

const MODELS = [Intake, Ledger]
const ORDER = { classification: 'phi', models: MODELS } as const

/** The tests of this part. */
export function rotation(stage: Stage): void {
  let count = 0
  const keysOf = ({ vault }: Seat): Keys => managed(async (...call) => vault.manage(...call)).keys

  async function enrolled(records: readonly object[] = []): Promise<{ seat: Seat; recoveryCode: string }> {
    const seat = await stage.sit()
    const handle = `keys-${stage.scope}-${++count}@example.org`
    const { recoveryKit } = await seat.vault.enrol({ handle, password: 'the first pass phrase' })
    await seat.vault.confirmRecovery(recoveryKit.recoveryCode)
    const saved = await seat.vault.saveMany(Intake, records as never)
    expect(saved.every(({ ok }) => ok)).toBe(true)
    return { seat, recoveryCode: recoveryKit.recoveryCode }
  }

  /** One more device of the same account. */
  async function another(recoveryCode: string): Promise<Seat> {
    const seat = await stage.sit()
    await seat.vault.unlock({ recoveryCode })
    return seat
  }

  const sealed = ({ vault }: Seat, record: object): Promise<object> => only(vault.sealMany(Intake, [record as never]))
  /** Version, state and number of records of the keys of a classification. */
  const phiKeys = async (seat: Seat): Promise<unknown[]> =>
    (await keysOf(seat).status())
      .filter(({ classification }) => classification === 'phi')
      .map(({ version, state, records }) => [version, state, records])
  const kidOf = async (seat: Seat, wanted: number): Promise<string> =>
    (await keysOf(seat).status()).find(({ classification, version }) => classification === 'phi' && version === wanted)
      ?.kid as string
  const ids = async ({ vault }: Seat): Promise<string[]> =>
    (await vault.listPage(Intake, null, 500)).items.map((item) => {
      if (!item.ok) throw item.error
      return String(item.value.id)
    })

  test('a rotation moves every record to a new key and retires the old one', async () => {
    const { seat, recoveryCode } = await enrolled([{ id: 'full', ...FULL }, { id: 'bare' }, { id: 'gone', ssn: 'x' }])
    await seat.vault.saveMany(Ledger, [{ id: 'note', name: 'Ada', ssn: 'y' }])
    await seat.vault.remove(Intake, 'gone')
    const progress: Progress[] = []
    expect(await phiKeys(seat)).toEqual([[1, 'active', 2]])
    const report = await keysOf(seat).rotate(ORDER, { onProgress: (one) => progress.push(one) })
    expect(report).toEqual({
      classification: 'phi',
      kid: await kidOf(seat, 2),
      isComplete: true,
      retired: [await kidOf(seat, 1)],
      waiting: [],
      resealed: 2,
      failed: [],
    })
    expect(progress.at(-1)).toEqual({ done: 6, total: 6 })
    expect(await phiKeys(seat)).toEqual([
      [1, 'retired', 0],
      [2, 'active', 2],
    ])
    for (const one of [seat, await another(recoveryCode)]) {
      expect(await one.vault.load(Intake, 'full')).toEqual({ id: 'full', $revision: revision(2), ...FULL })
      expect(await one.vault.load(Intake, 'bare')).toEqual({ id: 'bare', $revision: revision(1) })
      expect(await codeOf(one.vault.load(Intake, 'gone'))).toBe('ERR_RECORD_NOT_FOUND')
    }
    expect(await seat.vault.pending()).toEqual([])
  })

  test('what was opened before a rotation can be saved after it', async () => {
    const { seat } = await enrolled([{ id: 'form', ssn: 'before' }])
    const opened = await seat.vault.load(Intake, 'form')
    await keysOf(seat).rotate(ORDER)
    await keysOf(seat).rotate(ORDER)
    expect(await stage.save({ ...opened, ssn: 'after' }, seat)).toMatchObject({ state: 'stored', revision: 4 })
    expect(await codeOf(stage.save({ ...opened, ssn: 'late' }, seat))).toBe('ERR_CONFLICT')
    expect(await seat.vault.load(Intake, 'form')).toMatchObject({ ssn: 'after' })
  })

  test('a rotation that stops is gone on with, by any device', async () => {
    const { seat, recoveryCode } = await enrolled([{ id: 'a', ssn: 'x' }])
    const stop = new AbortController()
    seat.transport.mutator = {
      request: ({ path }) => {
        if (path.includes('kid=')) stop.abort()
        return undefined
      },
    }
    expect(await codeOf(keysOf(seat).rotate(ORDER, { signal: stop.signal }))).toBe('ERR_ABORTED')
    seat.transport.mutator = {}
    const other = await another(recoveryCode)
    expect(await phiKeys(other)).toEqual([
      [1, 'decrypt-only', 1],
      [2, 'active', 0],
    ])
    expect(await keysOf(other).rotate(ORDER)).toMatchObject({ isComplete: true, resealed: 1 })
    expect(await phiKeys(seat)).toEqual([
      [1, 'retired', 0],
      [2, 'active', 1],
    ])
    expect(await seat.vault.load(Intake, 'a')).toMatchObject({ ssn: 'x', $revision: revision(2) })
  })

  test('a rotation is rolled back until it is complete, and not after', async () => {
    const { seat } = await enrolled([
      { id: 'a', ssn: 'x' },
      { id: 'b', ssn: 'y' },
    ])
    expect(await codeOf(keysOf(seat).rollback(ORDER))).toBe('ERR_ROTATION_NONE')
    seat.transport.mutator = { response: (_, { method, path }) => (isLast(method, path) ? answer(500, {}) : undefined) }
    expect(await codeOf(keysOf(seat).rotate(ORDER))).toBe('ERR_SERVER')
    seat.transport.mutator = {}
    expect(await phiKeys(seat)).toEqual([
      [1, 'decrypt-only', 0],
      [2, 'active', 2],
    ])
    expect(await keysOf(seat).rollback(ORDER)).toMatchObject({ isComplete: true, resealed: 2 })
    expect(await phiKeys(seat)).toEqual([
      [1, 'active', 2],
      [2, 'retired', 0],
    ])
    expect(await codeOf(keysOf(seat).rollback(ORDER))).toBe('ERR_ROTATION_NONE')
    expect(await keysOf(seat).rotate(ORDER)).toMatchObject({ isComplete: true, kid: await kidOf(seat, 3) })
    expect(await seat.vault.load(Intake, 'b')).toMatchObject({ ssn: 'y', $revision: revision(4) })
  })

  /** Reading the records of the last model, when nothing lies under the old key any more. */
  const isLast = (method: string, path: string): boolean =>
    method === 'GET' && path.startsWith('/v1/records/ledger?') && !path.includes('kid=')

  test('a revoked key is refused for what is new, by client and server, and still opens what is old', async () => {
    const { seat, recoveryCode } = await enrolled([
      { id: 'a', ssn: 'x' },
      { id: 'b', name: 'no phi' },
    ])
    const away = await another(recoveryCode)
    const kid = await kidOf(seat, 1)
    const old = await sealed(seat, { id: 'kept', ssn: 'sealed before' })
    const report = await keysOf(seat).revoke({ kid, models: [Intake] })
    expect(report).toMatchObject({
      kid,
      activeKid: await kidOf(seat, 2),
      affected: [{ model: 'intake', id: 'a' }],
      resealed: 1,
      failed: [],
      unnamed: [],
    })
    expect(report.exposed.map(({ code }) => code)).toEqual(['stored', 'earlier', 'copies', 'files', 'later'])
    expect(await phiKeys(seat)).toEqual([
      [1, 'revoked', 0],
      [2, 'active', 1],
    ])
    expect(JSON.stringify(await sealed(seat, { ssn: 'new' }))).not.toContain(kid)
    // A device that has not heard of it seals under it; the server refuses that, and the device seals anew.
    expect(await stage.save({ id: 'c', ssn: 'z' }, away)).toMatchObject({ state: 'stored' })
    const statuses = away.transport.log.filter(({ method, path }) => method === 'POST' && path === '/v1/records')
    expect(statuses.map(({ body }) => body?.includes(kid))).toEqual([true, false])
    expect(await phiKeys(away)).toEqual([
      [1, 'revoked', 0],
      [2, 'active', 2],
    ])
    expect(await ids(seat)).toEqual(['a', 'b', 'c'])
    expect(await only(seat.vault.openMany(Intake, [old as never]))).toMatchObject({ ssn: 'sealed before' })
    expect(await keysOf(seat).revoke({ kid, models: [Intake] })).toMatchObject({ affected: [], resealed: 0 })
    expect(await codeOf(keysOf(seat).revoke({ kid: 'AAAAAAAAAAA', models: [] }))).toBe('ERR_KEY_UNKNOWN')
  })

  test('a key is not retired while a model that was not named has records under it', async () => {
    const { seat } = await enrolled([{ id: 'a', ssn: 'x' }])
    await seat.vault.saveMany(Ledger, [{ id: 'note', ssn: 'y' }])
    expect(await codeOf(keysOf(seat).rotate({ classification: 'phi', models: [Intake] }))).toBe('ERR_KEY_IN_USE')
    expect(await phiKeys(seat)).toEqual([
      [1, 'decrypt-only', 1],
      [2, 'active', 1],
    ])
    expect(await keysOf(seat).rotate(ORDER)).toMatchObject({ isComplete: true, resealed: 1 })
    expect(await codeOf(keysOf(seat).rotate({ classification: 'internal', models: [] }))).toBe('ERR_KEY_UNKNOWN')
  })

  test('a key is not retired while files are under it, and keeps no other from being replaced', async () => {
    const { seat } = await enrolled([{ id: 'a', ssn: 'x' }])
    const file = await seat.files.upload(new Blob(['a scan']))
    const first = await kidOf(seat, 1)
    const waiting = [{ kid: first, files: 1 }]
    expect(await keysOf(seat).status()).toMatchObject([{ kid: first, records: 1, files: 1 }, { files: 0 }])
    expect(await keysOf(seat).rotate(ORDER)).toMatchObject({ isComplete: true, retired: [], waiting })
    const second = await kidOf(seat, 2)
    expect(await keysOf(seat).rotate(ORDER)).toMatchObject({ isComplete: true, retired: [second], waiting })
    expect(await (await seat.files.download(file)).text()).toBe('a scan')
    await seat.files.upload(new Blob(['another']))
    expect(await keysOf(seat).revoke({ kid: await kidOf(seat, 3), models: MODELS })).toMatchObject({ files: 1 })
    await seat.files.remove(file)
    expect(await keysOf(seat).rotate(ORDER)).toMatchObject({ isComplete: true, waiting: [], retired: [first] })
  })

  test('two devices that rotate at once make one new key', async () => {
    const { seat, recoveryCode } = await enrolled(
      Array.from({ length: 30 }, (_, at) => ({ id: `r${at}`, ssn: `${at}` })),
    )
    const other = await another(recoveryCode)
    const reports = await Promise.all([seat, other].map((one) => keysOf(one).rotate(ORDER)))
    expect(new Set(reports.map(({ kid }) => kid)).size).toBe(1)
    expect(await phiKeys(seat)).toEqual([
      [1, 'retired', 0],
      [2, 'active', 30],
    ])
    for (const one of [seat, other]) {
      const { items } = await one.vault.listPage(Intake, null, 500)
      expect(items.map((item) => item.ok && item.value.$revision)).toEqual(
        Array.from({ length: 30 }, () => revision(2)),
      )
    }
  })

  test('what waited on a device that was away is sealed anew, sent, and in conflict with nobody', async () => {
    const { seat, recoveryCode } = await enrolled([
      { id: 'edited', ssn: 'before' },
      { id: 'deleted', ssn: 'x' },
      { id: 'both', ssn: 'before' },
    ])
    const away = await another(recoveryCode)
    expect(await ids(away)).toHaveLength(3)
    away.transport.offline = true
    await stage.save({ id: 'edited', ssn: 'once' }, away)
    await stage.save({ id: 'edited', ssn: 'twice' }, away)
    await stage.save({ id: 'new', ssn: 'made offline' }, away)
    await stage.save({ id: 'both', ssn: 'theirs' }, away)
    expect(await away.vault.remove(Intake, 'deleted')).toMatchObject({ state: 'queued' })
    await stage.save({ id: 'both', ssn: 'ours' }, seat)
    await keysOf(seat).rotate(ORDER)
    const old = await kidOf(seat, 1)
    away.transport.offline = false
    expect(await away.vault.drain()).toEqual({ stored: 4, waiting: 0, refused: 1 })
    expect(await phiKeys(away)).toMatchObject([
      [1, 'retired', 0],
      [2, 'active', 3],
    ])
    expect(await seat.vault.load(Intake, 'edited')).toMatchObject({ ssn: 'twice', $revision: revision(4) })
    expect(await seat.vault.load(Intake, 'new')).toMatchObject({ ssn: 'made offline' })
    expect(await codeOf(seat.vault.load(Intake, 'deleted'))).toBe('ERR_RECORD_NOT_FOUND')
    // What two people changed is a conflict as ever, and stays readable.
    expect(await seat.vault.load(Intake, 'both')).toMatchObject({ ssn: 'ours' })
    expect(await away.vault.pending()).toMatchObject([{ id: 'both', state: 'conflict' }])
    expect(await away.vault.openPending(Intake, 'both')).toMatchObject({ ssn: 'theirs' })
    expect(old).not.toBe(await kidOf(seat, 2))
  })

  test('says when a key is due, by the clock of the device', async () => {
    const { seat } = await enrolled()
    const [phi] = (await keysOf(seat).status()) as [KeyInfo]
    expect(phi).toMatchObject({ version: 1, state: 'active', ageDays: 0, isDue: false, records: 0 })
    expect((phi.dueAt as Date).getTime() - phi.created.getTime()).toBe(90 * 86_400_000)
    await keysOf(seat).rotate(ORDER)
    expect(await keysOf(seat).status()).toMatchObject([
      { classification: 'phi', version: 1, state: 'retired', dueAt: null, isDue: false },
      { classification: 'phi', version: 2 },
      { classification: 'pii', version: 1 },
    ])
  })
}
