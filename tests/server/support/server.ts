/** A server in this process with rows of its own, and a client that speaks to it without the SDK. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openLocalKms } from '@lockstitch/sdk/server'
import { type AppOptions, createApp, type Store } from '@lockstitch/server-stub'
import { dump, NONCES } from './dump.ts'
import { Intake, Leaflet, Letter } from './models.ts'
import type { Sealed } from './sealed.ts'
import { signatureHeaders, type SignOptions } from './signature.ts'
import {
  type Account,
  confirmedState,
  changeOf,
  firstState,
  makeAccount,
  type State,
  statementText,
  stateText,
  PASSWORD_SLOT,
  RECOVERY_SLOT,
} from './writer.ts'

export const kms = openLocalKms({
  path: join(mkdtempSync(join(tmpdir(), 'lockstitch-kms-')), 'key'),
  ifMissing: 'create',
})

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly type: string
  readonly text: string
  // The tests look into answers of many shapes.
  readonly json: { [name: string]: unknown } & { code?: string; index?: number }
}

export interface Outcome extends Answer {
  readonly changed: readonly string[]
}

/** A refusal with this status and code, of which nothing is stored. */
export function refused(status: number, code: string) {
  return { status, type: 'application/problem+json', json: { type: 'about:blank', status, code }, changed: [] }
}

export interface RequestOptions extends SignOptions {
  readonly cookie?: string
  readonly headers?: Record<string, string | undefined>
  /** Signs the request as this account. */
  readonly signer?: Account
}

/** An enrolled account with its session. */
export interface Patient {
  readonly account: Account
  readonly cookie: string
  readonly state: State
}

export interface TestServer {
  readonly tenant: string
  readonly store: Store
  readonly clock: { now: number }
  send(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<Answer>
  enrol(account?: Account): Promise<Patient>
  /** An enrolled account that takes records. */
  patient(account?: Account): Promise<Patient>
  write(patient: Patient, records: readonly Sealed[] | Sealed, options?: RequestOptions): Promise<Answer>
  dump(except?: readonly string[]): Promise<string>
  /** The answer to a request, and the rows that are there afterwards and were not before, or the other way round. */
  outcome(request: () => Promise<Answer>): Promise<Outcome>
}

export async function startTestServer(store: Store, options: Partial<AppOptions> = {}): Promise<TestServer> {
  const tenant = randomUUID()
  const clock = { now: Date.parse('2026-11-22T12:00:00Z') }
  const models = [Intake, Letter, Leaflet]
  const app = await createApp({ store, models, kms, tenant, loginCost: 4, now: () => clock.now, ...options })

  const send: TestServer['send'] = async (method, path, body, request = {}) => {
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)
    const { cookie, signer } = request
    const headers = new Headers(text === '' ? {} : { 'content-type': 'application/json' })
    if (cookie !== undefined) headers.set('cookie', cookie)
    const signature = { created: Math.floor(clock.now / 1000), ...request }
    const signed = signer === undefined ? {} : signatureHeaders(signer, method, path, text, signature)
    for (const [name, value] of Object.entries({ ...signed, ...request.headers })) {
      if (value === undefined) headers.delete(name)
      else headers.set(name, value)
    }
    const init = { method, headers, ...(text === '' ? {} : { body: text }) }
    return answerOf(await app.request(path, init))
  }
  const enrol: TestServer['enrol'] = async (account = makeAccount()) => {
    const state = firstState(account)
    const answer = await send('POST', '/v1/accounts', enrolment(account, stateText(account, state), state), {
      signer: account,
    })
    expect(answer).toMatchObject({ status: 201 })
    return { account, cookie: cookieOf(answer), state }
  }
  return {
    tenant,
    store,
    clock,
    send,
    enrol,
    async patient(account) {
      const patient = await enrol(account)
      const state = confirmedState(patient.state)
      const body = changeOf(patient.account, patient.state, stateText(patient.account, state))
      const answer = await send('PUT', '/v1/account/state', body, { cookie: patient.cookie, signer: patient.account })
      expect(answer).toMatchObject({ status: 200 })
      return { ...patient, state }
    },
    write({ account, cookie }, records, request) {
      return send('POST', '/v1/records', { records: writesOf(records) }, { cookie, signer: account, ...request })
    },
    dump: (except) => dump(store, tenant, except),
    async outcome(request) {
      const before = new Set((await dump(store, tenant, [NONCES])).split('\n'))
      const answer = await request()
      const after = new Set((await dump(store, tenant, [NONCES])).split('\n'))
      return { ...answer, changed: [...notIn(before, after), ...notIn(after, before)] }
    },
  }
}

const notIn = (rows: ReadonlySet<string>, others: ReadonlySet<string>): string[] =>
  [...rows].filter((row) => !others.has(row))

export function enrolment(account: Account, state: string, from: object = firstState(account)) {
  const { handle, passwordSecret, recoverySecret, locator } = account
  return {
    state,
    statement: statementText(account, null, from as { revision: number }),
    logins: [
      { slot: PASSWORD_SLOT, login: { handle, secret: passwordSecret } },
      { slot: RECOVERY_SLOT, login: { locator, secret: recoverySecret } },
    ],
  }
}

export function writesOf(records: readonly Sealed[] | Sealed): { model: string; record: unknown }[] {
  return [records].flat().map(({ model, record }) => ({ model, record }))
}

export function cookieOf({ headers }: Answer): string {
  return (headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return {
    status: response.status,
    headers: response.headers,
    type,
    text,
    json: /json/.test(type) ? JSON.parse(text) : {},
  }
}
