/** Records on the server and on the device: what is acknowledged is stored, and what is shown is the newest. */
import { expect, test } from 'vitest'
import { isLockstitchError } from '@lockstitch/sdk'
import type { Vault } from '@lockstitch/sdk/vault'
import { answer, editJson } from '../support/evil.ts'
import { Deep, Intake, Ledger } from '../support/models.ts'
import { codeOf, FULL, type Stage } from './stage.ts'
import { revision } from '../support/revision.ts'

/** The tests of this part. */
export function records(stage: Stage): void {
  test('saves, loads, lists, changes and deletes', async () => {
    const { id } = await stage.save(FULL)
    expect(await stage.seat.vault.load(Intake, id)).toStrictEqual({ id, ...FULL, $revision: revision(1) })
    expect(await stage.save({ id, name: 'Ada II' })).toMatchObject({ id, revision: 2, state: 'stored' })
    expect(await stage.seat.vault.load(Intake, id)).toStrictEqual({ id, name: 'Ada II', $revision: revision(2) })
    const listed = await stage.seat.vault.listPage(Intake, null, 100)
    expect(listed.items.map((item) => (item.ok ? item.value.id : item.error.code))).toContain(id)
    expect(await stage.seat.vault.remove(Intake, id)).toMatchObject({ revision: 3 })
    expect(await codeOf(stage.seat.vault.load(Intake, id))).toBe('ERR_RECORD_NOT_FOUND')
    expect(await codeOf(stage.seat.vault.remove(Intake, id))).toBe('ERR_RECORD_NOT_FOUND')
  })

  test('makes two revisions of a record that stands twice in one call', async () => {
    const results = await stage.seat.vault.saveMany(Intake, [
      { id: 'twice', name: 'a' },
      { id: 'twice', name: 'b' },
    ] as never)
    expect(results).toMatchObject([
      { ok: true, value: { revision: 1 } },
      { ok: true, value: { revision: 2 } },
    ])
    expect(await stage.seat.vault.load(Intake, 'twice')).toMatchObject({ name: 'b' })
  })

  test('pages through a list without losing or repeating', async () => {
    const saved = await stage.seat.vault.saveMany(
      Ledger,
      Array.from({ length: 7 }, (_, index) => ({ name: `n${index}` })),
    )
    const names: unknown[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<Vault['listPage']>> = await stage.seat.vault.listPage(Ledger as never, after, 3)
      for (const item of page.items) names.push(item.ok ? (item.value as { name?: unknown }).name : item.error.code)
      after = page.next
    } while (after !== null)
    expect(saved.every((item) => item.ok)).toBe(true)
    expect(names.map(String).toSorted((a, b) => a.localeCompare(b))).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6'])
  })

  test('takes an older revision, a missing record and a forged deletion for what they are', async () => {
    const { id } = await stage.save({ name: 'One' })
    const old = (await stage.seat.transport.send({ method: 'GET', path: `/v1/records/intake/${id}`, headers: {} })).body
    await stage.save({ id, name: 'Two' })
    stage.seat.transport.mutator = { request: ({ path }) => (path.endsWith(id) ? answer(200, old) : undefined) }
    expect(await codeOf(stage.seat.vault.load(Intake, id))).toBe('ERR_ROLLBACK')
    stage.seat.transport.mutator = {
      request: ({ path }) => (path.endsWith(id) ? answer(404, { code: 'ERR_RECORD_NOT_FOUND' }) : undefined),
    }
    expect(await codeOf(stage.seat.vault.load(Intake, id))).toBe('ERR_RECORD_MISSING')
    expect(await stage.seat.vault.load(Intake, id, { from: 'device' })).toMatchObject({ name: 'Two' })
    stage.seat.transport.mutator = {
      request: ({ path }) => (path.endsWith(id) ? answer(404, { code: 'ERR_RECORD_NOT_FOUND' }) : undefined),
      response: (response, { path }) =>
        path.startsWith('/v1/records/intake?')
          ? editJson(response, ({ records, next }: { records: { id: string }[]; next: unknown }) => ({
              records: records.filter((one) => one.id !== id),
              next,
            }))
          : undefined,
    }
    const { items } = await stage.seat.vault.listPage(Intake, null, 100)
    expect(items).toContainEqual(
      expect.objectContaining({ ok: false, id, error: expect.objectContaining({ code: 'ERR_RECORD_MISSING' }) }),
    )
    stage.seat.transport.mutator = {}
    expect(await stage.seat.vault.load(Intake, id)).toMatchObject({ name: 'Two' })
  })

  test('keeps what is saved offline, reads it, and sends it in order', async () => {
    const { id } = await stage.save({ name: 'Before' })
    stage.seat.transport.offline = true
    expect(await stage.save({ id, name: 'Offline 1' })).toMatchObject({ revision: 2, state: 'queued' })
    expect(await stage.save({ id, name: 'Offline 2' })).toMatchObject({ revision: 3, state: 'queued' })
    expect(await stage.seat.vault.load(Intake, id, { from: 'device' })).toMatchObject({ name: 'Offline 2' })
    expect(await codeOf(stage.seat.vault.load(Intake, id))).toBe('ERR_OFFLINE')
    expect(await stage.seat.vault.pending()).toMatchObject([
      { id, revision: 2, state: 'waiting' },
      { id, revision: 3, state: 'waiting' },
    ])
    stage.seat.transport.offline = false
    expect(await stage.seat.vault.drain()).toEqual({ stored: 2, waiting: 0, refused: 0 })
    expect(await stage.seat.vault.load(Intake, id)).toMatchObject({ name: 'Offline 2' })
  })

  test('counts nothing as stored that the server did not acknowledge as sent', async () => {
    stage.seat.transport.mutator = {
      response: (response, { method }) =>
        method === 'POST'
          ? editJson(response, ({ stored }: { stored: { hash: string }[] }) => ({
              stored: stored.map((one) => ({ ...one, hash: 'A'.repeat(43) })),
            }))
          : undefined,
    }
    expect(await codeOf(stage.save({ id: 'lied-about', name: 'x' }))).toBe('ERR_PROTOCOL')
    stage.seat.transport.mutator = {}
    expect(await stage.seat.vault.openPending(Intake, 'lied-about')).toMatchObject({ name: 'x' })
    expect(await stage.seat.vault.drain()).toMatchObject({ stored: 1, waiting: 0 })
  })

  test('gives errors that are what they say', async () => {
    const error = await stage.seat.vault.load(Intake, 'no-such-record').catch((caught: unknown) => caught)
    expect(isLockstitchError(error)).toBe(true)
    expect(error).toMatchObject({
      name: 'LockstitchError',
      code: 'ERR_RECORD_NOT_FOUND',
      retryable: false,
      message: 'there is no such record',
    })
  })

  test('gives a record back that looks like the result of a batch', async () => {
    const resource = { items: [{ ok: false, error: 'mine' }, { ok: true }], ok: false }
    const { id } = await stage.save({ resource })
    expect(await stage.seat.vault.load(Intake, id)).toStrictEqual({ id, resource, $revision: revision(1) })
  })

  test('seals and sends a value as deep as a value may be', async () => {
    const nested = (levels: number): unknown => (levels === 0 ? 'x' : [nested(levels - 1)])
    const { id } = await stage.save({ resource: nested(128), address: { lines: ['a'] } })
    expect(await stage.seat.vault.load(Intake, id)).toMatchObject({ resource: nested(128) })
    expect(await codeOf(stage.save({ resource: nested(129) }))).toBe('ERR_FORMAT_LIMIT')
    const [deep] = await stage.seat.vault.saveMany(Deep, [{ notes: { text: nested(128) as never } }])
    expect(deep).toMatchObject({ ok: true, value: { state: 'stored' } })
  })

  test('does not call a write stored that was given up elsewhere', async () => {
    stage.seat.transport.mutator = {
      async request({ method }) {
        if (method !== 'POST') return undefined
        await stage.seat.vault.discardPending('intake', 'given-up')
        return answer(503, { code: 'ERR_SERVER' })
      },
    }
    expect(await codeOf(stage.save({ id: 'given-up', name: 'x' }))).toBe('ERR_ABORTED')
    stage.seat.transport.mutator = {}
    expect(await codeOf(stage.seat.vault.load(Intake, 'given-up'))).toBe('ERR_RECORD_NOT_FOUND')
  })

  test('is never shown the records of another account, whose cookie is in the browser', async () => {
    const { id } = await stage.save({ name: 'Mine' })
    const other = await stage.sit(`${stage.scope}-other`)
    const handle = `other-${stage.scope}@example.org`.toLowerCase()
    await other.vault.enrol({ handle, password: 'x y z x y z' })
    const login = other.transport.log.find(({ path }) => path === '/v1/accounts')?.body as string
    const { logins } = JSON.parse(login) as { logins: { login: { handle?: string } }[] }
    const body = JSON.stringify(logins.find((one) => one.login.handle === handle)?.login)
    // The other account signs in on this very device, and its cookie takes the place of ours.
    const signedIn = await stage.seat.transport.send({
      method: 'POST',
      path: '/v1/sessions',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(signedIn.status).toBe(200)
    expect(await stage.seat.vault.load(Intake, id)).toMatchObject({ name: 'Mine' })
  })

  test('writes nothing over that the user has not seen', async () => {
    const { id } = await stage.save({ name: 'One' })
    const form = await stage.seat.vault.load(Intake, id)
    await stage.save({ id, name: 'Written by somebody else' })
    expect(await codeOf(stage.save({ ...form, name: 'From an old form' }))).toBe('ERR_CONFLICT')
    const fresh = await stage.seat.vault.load(Intake, id)
    expect(fresh).toMatchObject({ name: 'Written by somebody else', $revision: revision(2) })
    expect(await stage.save({ ...fresh, name: 'From a new form' })).toMatchObject({ revision: 3, state: 'stored' })
    expect(await codeOf(stage.save({ ...form, id: undefined, name: 'Without an id' }))).toBe('ERR_CONFLICT')
    expect(await codeOf(stage.save({ id, $revision: 3, name: 'x' }))).toBe('ERR_VALUE_INVALID')
  })

  test('what waited and lost is not what the server has under the same number', async () => {
    const [here, there] = [await stage.sit(), await stage.sit()]
    for (const { vault } of [here, there]) await vault.unlock({ recoveryCode: stage.patient.recoveryCode })
    const { id } = await stage.save({ name: 'One' }, here)
    for (const { vault } of [here, there]) await vault.load(Intake, id)
    here.transport.offline = true
    const queued = await stage.save({ id, name: 'Mine, waiting' }, here)
    const shown = await here.vault.load(Intake, id, { from: 'device' })
    expect(shown).toMatchObject({ name: 'Mine, waiting', $revision: queued.$revision })
    await stage.save({ id, name: 'Theirs' }, there)
    here.transport.offline = false
    expect(await here.vault.drain()).toMatchObject({ refused: 1 })
    const theirs = await here.vault.load(Intake, id)
    expect(theirs).toMatchObject({ name: 'Theirs', $revision: revision(2) })
    for (const form of [shown, { id, $revision: queued.$revision }])
      expect(await codeOf(stage.save({ ...form, name: 'Over theirs, unseen' }, here))).toBe('ERR_CONFLICT')
    expect(await stage.save({ ...theirs, name: 'Merged' }, here)).toMatchObject({ revision: 3, state: 'stored' })
  })

  test('what was opened after a rotation does not pass for what waits in another tab', async () => {
    const seat = await stage.sit()
    const handle = `opened-${stage.scope}@example.org`
    const { recoveryCode } = (await seat.vault.enrol({ handle, password: 'a pass phrase' })).recoveryKit
    await seat.vault.confirmRecovery(recoveryCode)
    await stage.save({ id: 'form', ssn: 'before' }, seat)
    const [tab, other] = [await stage.sit(seat.name), await stage.sit()]
    for (const { vault } of [tab, other]) await vault.unlock({ recoveryCode })
    seat.transport.offline = true
    expect(await stage.save({ id: 'form', ssn: 'waits' }, seat)).toMatchObject({ revision: 2, state: 'queued' })
    await other.vault.manage('keys.rotate', [{ classification: 'phi', models: [Intake] }])
    const opened = await tab.vault.load(Intake, 'form')
    expect(opened).toMatchObject({ ssn: 'before', $revision: revision(2) })
    expect(await codeOf(stage.save({ ...opened, ssn: 'over it' }, tab))).toBe('ERR_CONFLICT')
    await tab.vault.drain()
    expect(await tab.vault.load(Intake, 'form')).toMatchObject({ ssn: 'waits', $revision: revision(3) })
  })
}
