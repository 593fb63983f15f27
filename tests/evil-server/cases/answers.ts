/** A44, A85, A86: answers that are no answers: other statuses, other bodies, half of one, too much, too deep. */
import { describe, expect, test } from 'vitest'
import type { ErrorCode, TransportRequest, TransportResponse } from '@lockstitch/sdk'
import type { Vault } from '@lockstitch/sdk/vault'
import { Intake, Ledger } from '../../support/models.ts'
import { isFor } from '../support/forge.ts'
import { expectCode, expectRefused } from '../support/oracles.ts'
import { fetchRaw } from '../support/records.ts'
import { CANARIES, createWorld } from '../support/world.ts'

const world = await createWorld()
const { person, device: home } = await world.enrol('ada')
await home.vault.saveMany(Ledger, [{ id: 'kept', name: CANARIES.name }])
await home.vault.saveMany(Intake, [{ id: 'full', name: CANARIES.name, queue: 3, resource: [1] }])
const full = await fetchRaw(home.net, Intake, 'full')

const CODES: readonly ErrorCode[] = [
  'ERR_PROTOCOL',
  'ERR_REJECTED_BY_SERVER',
  'ERR_SERVER',
  'ERR_RATE_LIMITED',
  'ERR_SESSION',
  'ERR_UNLOCK_FAILED',
  'ERR_VALUE_INVALID',
  'ERR_FIELD_UNKNOWN',
]

/** Each call, and the request of it that is answered. */
const CALLS: readonly [string, (request: TransportRequest) => boolean, (vault: Vault) => Promise<unknown>][] = [
  ['load', (request) => isFor(request, 'GET', '/v1/records/ledger/kept'), (vault) => vault.load(Ledger, 'kept')],
  ['listPage', (request) => isFor(request, 'GET', '/v1/records/ledger'), (vault) => vault.listPage(Ledger, null, 10)],
  [
    'unlock',
    (request) => isFor(request, 'POST', '/v1/sessions'),
    (vault) => vault.unlock({ recoveryCode: person.recoveryCode }),
  ],
]

const honest = new Map<string, TransportResponse>()
for (const [name, isAnswered, call] of CALLS) {
  home.net.mutator = {
    response(response, request) {
      if (isAnswered(request)) honest.set(name, response)
      return response
    },
  }
  await call(home.vault)
}

const STATUSES = [
  -1,
  0,
  100,
  199,
  300,
  302,
  304,
  307,
  400,
  403,
  404,
  407,
  410,
  418,
  429,
  451,
  499,
  500,
  502,
  511,
  599,
  999,
  Number.NaN,
]
const BODIES = [
  '',
  'null',
  'true',
  '0',
  '"x"',
  '[]',
  '{}',
  'NaN',
  'undefined',
  '<!doctype html>',
  '{"record":',
  '{"record":null}',
  '{"records":[],"next":null,"x":1}',
  '{"state":""}',
  '\u0000',
  '[[[[',
]

describe.each(CALLS)('A86 %s', (name, isAnswered, call) => {
  const good = honest.get(name) as TransportResponse
  const answering = (response: unknown): Parameters<typeof expectRefused>[1] => ({
    request: (request) => (isAnswered(request) ? (response as TransportResponse) : undefined),
  })
  const checkRefused = async (response: unknown): Promise<void> => {
    await expectRefused(home, answering(response), () => call(home.vault), ...CODES)
    if (name === 'unlock') await home.vault.unlock({ recoveryCode: person.recoveryCode })
  }

  test('no other status makes a good body good', async () => {
    for (const status of STATUSES) await checkRefused({ ...good, status })
  })

  test('no other body is one, whatever the status', async () => {
    for (const body of BODIES) for (const status of [200, 201, 404, 409]) await checkRefused({ status, body })
  })

  test('no half body, no body and a half, no byte order mark', async () => {
    const { body } = good
    const cuts = [1, 2, body.length >> 1, body.length - 2, body.length - 1].map((length) => body.slice(0, length))
    for (const other of [...cuts, `${body}}`, `${body}${body}`, `\u{FEFF}${body}`, `${body}\0`, `)]}',\n${body}`]) {
      await checkRefused({ status: 200, body: other })
    }
  })

  test('A85 no body that is too large or too deep', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    for (const body of [
      `"${'x'.repeat(64 * 1_048_576)}"`,
      deep,
      `{"record":${deep}}`,
      `{"records":[${deep}],"next":null}`,
      `{"state":${deep}}`,
    ]) {
      const started = performance.now()
      await checkRefused({ status: 200, body })
      expect(performance.now() - started).toBeLessThan(5000)
    }
  })
})

describe('A44 a record whose JSON can be read in two ways', () => {
  const text = JSON.stringify(full)
  const showing = (body: string): Parameters<typeof expectRefused>[1] => ({
    request: (request) =>
      isFor(request, 'GET', '/v1/records/intake/full') ? { status: 200, body: `{"record":${body}}` } : undefined,
  })

  test.each<[string, string, ErrorCode]>([
    ['-0', text.replace('"queue":3', '"queue":-0'), 'ERR_DIGEST_MISMATCH'],
    ['1e400', text.replace('"queue":3', '"queue":1e400'), 'ERR_FORMAT_INVALID'],
    ['2^53 + 1', text.replace('"queue":3', '"queue":9007199254740993'), 'ERR_DIGEST_MISMATCH'],
    ['a member that stands twice', text.replace('"queue":3', '"queue":3,"queue":4'), 'ERR_DIGEST_MISMATCH'],
    ['a member that is __proto__', text.replace('{', '{"__proto__":{"name":"x"},'), 'ERR_FIELD_UNKNOWN'],
    ['a member that is constructor', text.replace('{', '{"constructor":{"name":"x"},'), 'ERR_FIELD_UNKNOWN'],
    [
      'a depth of 1,000 in an open field',
      text.replace('"queue":3', `"queue":${'['.repeat(1000)}${']'.repeat(1000)}`),
      'ERR_FORMAT_INVALID',
    ],
    [
      '100,000 members',
      text.replace('{', `{${Array.from({ length: 100_000 }, (_, index) => `"x${index}":1`).join()},`),
      'ERR_FIELD_UNKNOWN',
    ],
    ['100,000 items', text.replace('{', `{"medications":[${'{},'.repeat(100_000)}{}],`), 'ERR_FORMAT_LIMIT'],
  ])('%s', async (_, body, code) => {
    await expectRefused(home, showing(body), () => home.vault.load(Intake, 'full'), code)
  })

  test('one that is spelt otherwise and says the same is the same', async () => {
    for (const body of [
      text.replace('"queue":3', '"queue":3.0'),
      text.replace('"queue":3', '"queue":9,"queue":3'),
      ` ${text} `,
      text.replaceAll('ls1', String.raw`\u006cs1`),
    ]) {
      home.net.mutator = showing(body)
      expect(await home.vault.load(Intake, 'full')).toMatchObject({ name: CANARIES.name, queue: 3 })
    }
  })
})

test('A86 a transport that throws whatever it likes is a network that is down', async () => {
  for (const thrown of [new TypeError('fetch failed'), CANARIES.ssn, null, undefined, { code: 'ERR_HANDLE_TAKEN' }]) {
    home.net.mutator = {
      async request() {
        // oxlint-disable-next-line typescript/only-throw-error -- a transport of an app can
        throw thrown
      },
    }
    await expectCode(home.vault.load(Ledger, 'kept'), 'ERR_OFFLINE')
  }
})
