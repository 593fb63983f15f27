/** The audit log: what it tells, and that nothing can be left out of it or put into it. */
import { expect, test } from 'vitest'
import { managed, type TransportRequest, type TransportResponse } from '@lockstitch/sdk'
import { answer } from '../support/evil.ts'
import { codeOf, type Seat, type Stage } from './stage.ts'

interface Link {
  readonly seq: number
  readonly event: string
  readonly details: string
}

/** The tests of this part. */
export function audit(stage: Stage): void {
  let count = 0
  const managing = ({ vault }: Seat) => managed(async (...call) => vault.manage(...call))

  async function enrolled(): Promise<{ seat: Seat; patient: { handle: string; password: string } }> {
    const seat = await stage.sit()
    const patient = { handle: `audit-${stage.scope}-${++count}@example.org`, password: 'the first pass phrase' }
    const { recoveryKit } = await seat.vault.enrol(patient)
    await seat.vault.confirmRecovery(recoveryKit.recoveryCode)
    await managing(seat).slots.add({ with: patient, slot: { kind: 'password', ...patient } })
    return { seat, patient }
  }

  /** The answers to the reading of the log, changed. */
  const lie =
    (change: (links: Link[]) => readonly object[]) =>
    (response: TransportResponse, { method, path }: TransportRequest): TransportResponse | undefined => {
      if (method !== 'GET' || !path.startsWith('/v1/audit')) return undefined
      return answer(200, { entries: change((JSON.parse(response.body) as { entries: Link[] }).entries) })
    }

  test('tells of every change in order, signed by the account, and of tries by the server', async () => {
    const { seat, patient } = await enrolled()
    const other = await stage.sit()
    expect(await codeOf(other.vault.unlock({ ...patient, password: 'wrong' }))).toBe('ERR_UNLOCK_FAILED')
    await other.vault.unlock(patient)
    await other.vault.drain()
    await expect
      .poll(async () => (await managing(seat).audit.list()).map(({ event }) => event))
      .toEqual(expect.arrayContaining(['session.refused', 'account.noted']))
    const entries = await managing(seat).audit.list()
    expect(entries.flatMap(({ facts = [] }) => facts.map(({ event, kind, state }) => [event, kind, state]))).toEqual([
      ['account.enrolled', undefined, undefined],
      ['slot.added', 'password', 'confirmed'],
      ['slot.added', 'recovery', 'unconfirmed'],
      ['key.added', 'phi', 'active'],
      ['key.added', 'pii', 'active'],
      ['slot.changed', 'recovery', 'confirmed'],
      ['slot.removed', 'password', undefined],
      ['slot.added', 'password', 'confirmed'],
      ['account.unlocked', 'password', undefined],
    ])
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1))
    expect(new Set(entries.map(({ by }) => by))).toEqual(new Set(['account', 'server']))
    expect(JSON.stringify(entries)).not.toContain(patient.handle)
  })

  test('tells of an unlock also when another device changed the account in between', async () => {
    const { seat, patient } = await enrolled()
    const other = await stage.sit()
    other.transport.mutator = {
      request: ({ method, path }) => (method === 'POST' && path === '/v1/audit' ? answer(503, '') : undefined),
    }
    await other.vault.unlock(patient)
    await other.vault.drain()
    await managing(seat).slots.add({ with: patient, slot: { kind: 'recovery' } })
    other.transport.mutator = {}
    await other.vault.drain()
    const entries = await managing(seat).audit.list()
    expect(entries.filter(({ event }) => event === 'account.noted')).toHaveLength(1)
  })

  test.each<[string, (links: Link[]) => readonly object[]]>([
    ['an entry is left out', (links) => links.filter(({ seq }) => seq !== 2)],
    ['the first is left out', (links) => links.slice(1)],
    [
      'the newest change is left out',
      (links) =>
        links.slice(
          0,
          links.findLastIndex((one) => one.event === 'account.changed'),
        ),
    ],
    ['two are swapped', ([a, b, ...rest]) => [b as Link, a as Link, ...rest]],
    ['one is shown twice', ([a, ...rest]) => [a as Link, a as Link, ...rest]],
    ['the server says it is its own', (links) => links.map((one) => ({ ...one, event: 'session.started' }))],
    ['a statement is another one', (links) => links.map((one) => ({ ...one, details: links[0]?.details }))],
    ['a time is another', (links) => links.map((one) => ({ ...one, time: 1 }))],
    ['all of it is gone', () => []],
  ])('is not shown when %s, also not to a device that has never seen it', async (_, change) => {
    const { seat, patient } = await enrolled()
    const fresh = await stage.sit()
    await fresh.vault.unlock(patient)
    for (const reader of [seat, fresh]) {
      reader.transport.mutator = { response: lie((links) => (links.length === 0 ? [] : change(links))) }
      expect(await codeOf(managing(reader).audit.list())).toBe('ERR_AUDIT_BROKEN')
      reader.transport.mutator = {}
      expect((await managing(reader).audit.list()).length).toBeGreaterThan(2)
    }
  })

  test('what this device has seen is not cut off again', async () => {
    const { seat, patient } = await enrolled()
    const other = await stage.sit()
    await other.vault.unlock(patient)
    const seen = await managing(other).audit.list()
    other.transport.mutator = { response: lie((links) => links.filter(({ seq }) => seq < seen.length)) }
    expect(await codeOf(managing(other).audit.list())).toBe('ERR_AUDIT_BROKEN')
    // A device that has not seen it cannot know: what the server alone says is the server's word.
    expect((await managing(seat).audit.list()).length).toBeGreaterThanOrEqual(seen.length)
  })
}
