/** Requests that are not signed, wrongly signed or replayed, and bodies that are not what they say. */
import { beforeAll, describe, expect, test } from 'vitest'
import { leaflet } from '../support/sealed.ts'
import {
  type Answer,
  type Patient,
  type RequestOptions,
  type TestServer,
  writesOf,
  refused,
} from '../support/server.ts'
import { changeOf, confirmedState, makeAccount, nextState, stateText } from '../support/writer.ts'
import type { Context } from './context.ts'

const PATH = '/v1/records'
const LIMITS = { sessionRequests: { count: 10_000, ms: 60_000 } }

export function signedRequestCases({ start }: Context): void {
  let server: TestServer
  let patient: Patient
  let other: Patient
  let body: string
  beforeAll(async () => {
    server = await start({ limits: LIMITS })
    patient = await server.patient()
    other = await server.patient()
    body = JSON.stringify({ records: writesOf(leaflet(patient.account, 'l1')) })
  })
  const send = (options: RequestOptions, text = body, path = PATH): Promise<Answer> =>
    server.send('POST', path, text, { cookie: patient.cookie, signer: patient.account, ...options })
  const seconds = () => Math.floor(server.clock.now / 1000)

  describe('a request is refused when', () => {
    const WRONG: [what: string, options: () => RequestOptions][] = [
      ['a header is missing: signature', () => ({ headers: { signature: undefined } })],
      ['a header is missing: signature-input', () => ({ headers: { 'signature-input': undefined } })],
      ['a header is missing: content-digest', () => ({ headers: { 'content-digest': undefined } })],
      ['another key signed it', () => ({ privateKey: other.account.privateKey })],
      ['it names another account', () => ({ keyid: other.account.id })],
      ['another body was signed', () => ({ signedBody: body.replace('l1', 'l2') })],
      ['another method was signed', () => ({ signedMethod: 'PUT' })],
      ['another path was signed', () => ({ signedPath: '/v1/account/state' })],
      ['a component is missing', () => ({ components: '("@method" "@path")' })],
      ['the components stand in another order', () => ({ components: '("@path" "@method" "content-digest")' })],
      ['it names another algorithm', () => ({ alg: 'hmac-sha256' })],
      ['it was signed for another purpose', () => ({ tag: 'lockstitch/ls1/manifest-signature' })],
      ['it has one more parameter', () => ({ extra: ';expires=9999999999' })],
      ['its nonce is short', () => ({ nonce: 'AAAA' })],
      ['its nonce is not canonical', () => ({ nonce: `${'A'.repeat(21)}B` })],
      [
        'its signature has two values',
        () => ({ headers: { signature: `ls=:${'A'.repeat(86)}==:, ls=:${'A'.repeat(86)}==:` } }),
      ],
      ['its signature is empty', () => ({ headers: { signature: 'ls=::' } })],
    ]
    for (const [what, options] of WRONG) {
      test(what, async () =>
        expect(await server.outcome(() => send(options()))).toMatchObject(refused(401, 'ERR_SIGNATURE_INVALID')),
      )
    }

    test('it has a query, which no signature covers', async () => {
      expect(await server.outcome(() => send({}, body, `${PATH}?x=1`))).toMatchObject(
        refused(401, 'ERR_SIGNATURE_INVALID'),
      )
      expect(await server.outcome(() => send({ signedPath: `${PATH}?x=1` }, body, `${PATH}?x=1`))).toMatchObject(
        refused(401, 'ERR_SIGNATURE_INVALID'),
      )
    })

    test('it is too old or comes from the future', async () => {
      for (const off of [-301, 301]) {
        expect(await server.outcome(() => send({ created: seconds() + off }))).toMatchObject(
          refused(409, 'ERR_REQUEST_REPLAYED'),
        )
      }
    })

    test('it is seen twice, also when it was refused the first time', async () => {
      const nonce = 'nonce-nonce-nonce-nonA'
      expect(await server.outcome(() => send({ nonce }, body.replace('"leaflet"', '"nothing"')))).toMatchObject(
        refused(422, 'ERR_MODEL_INVALID'),
      )
      expect(await server.outcome(() => send({ nonce }))).toMatchObject(refused(409, 'ERR_REQUEST_REPLAYED'))
      expect(await server.outcome(() => send({ nonce, created: seconds() - 300 }))).toMatchObject(
        refused(409, 'ERR_REQUEST_REPLAYED'),
      )
    })

    test('it comes without a session, or with that of another account', async () => {
      const signer = patient.account
      expect(await server.outcome(() => server.send('POST', PATH, body, { signer }))).toMatchObject(
        refused(401, 'ERR_SESSION'),
      )
      expect(await server.outcome(() => send({ cookie: other.cookie }))).toMatchObject(
        refused(401, 'ERR_SIGNATURE_INVALID'),
      )
    })

    test('a thief has the cookie and nothing else', async () => {
      const thief = makeAccount()
      const { cookie } = patient
      const state = stateText(patient.account, nextState(patient.state))
      const requests: [string, string, unknown][] = [
        ['POST', PATH, body],
        ['PUT', '/v1/account/state', changeOf(patient.account, patient.state, state)],
      ]
      for (const [method, path, sent] of requests) {
        expect(await server.outcome(() => server.send(method, path, sent, { cookie }))).toMatchObject(
          refused(401, 'ERR_SIGNATURE_INVALID'),
        )
        const forged = { cookie, signer: { ...thief, id: patient.account.id } }
        expect(await server.outcome(() => server.send(method, path, sent, forged))).toMatchObject(
          refused(401, 'ERR_SIGNATURE_INVALID'),
        )
      }
    })

    test('nothing is wrong, it is stored', async () => {
      expect(await send({ created: seconds() - 300 })).toMatchObject({ status: 200 })
    })
  })

  describe('a body is refused when', () => {
    const INVALID: [what: string, text: () => string][] = [
      ['it is not JSON', () => '{'],
      ['something stands behind it', () => `${body}x`],
      ['it begins with a byte order mark', () => `\ufeff${body}`],
      ['it names a member twice', () => body.replace('{', '{"records":[],')],
      ['it names a member twice inside', () => body.replace('"title":', '"title":"x","title":')],
      [
        'it spells one of two equal names with an escape',
        () => body.replace('"title":', '"t\\u0069tle" : "x","title":'),
      ],
      ['it has a member of its own', () => body.replace('{', '{"x":1,')],
      ['it has a prototype', () => body.replace('{', '{"__proto__":{},')],
      ['an item has a member of its own', () => body.replace('"model"', '"x":1,"model"')],
      ['an item is null', () => '{"records":[null]}'],
      ['records is no list', () => '{"records":{}}'],
      ['it is null', () => 'null'],
    ]
    for (const [what, text] of INVALID) {
      test(what, async () => {
        expect(await server.outcome(() => send({}, text()))).toMatchObject(refused(400, 'ERR_FORMAT_INVALID'))
      })
    }

    test('a number is past every limit', async () => {
      const { code } = (await send({}, body.replace('"Wash your hands"', '1e400'))).json
      expect(code).toBe('ERR_FORMAT_INVALID')
    })

    test('it is not said to be JSON, or is compressed', async () => {
      for (const headers of [
        { 'content-type': 'text/plain' },
        { 'content-type': undefined },
        { 'content-encoding': 'gzip' },
      ]) {
        expect(await server.outcome(() => send({ headers }))).toMatchObject(refused(415, 'ERR_FORMAT_INVALID'))
      }
    })

    test('it is nested deeper than any record', async () => {
      expect(await server.outcome(() => send({}, '['.repeat(100_000)))).toMatchObject(refused(413, 'ERR_FORMAT_LIMIT'))
    })

    test('it is too large, and it is not read further', async () => {
      const small = await start({ limits: { bodyBytes: 2000, ...LIMITS } })
      const mine = await small.patient()
      const title = 'x'.repeat(1000)
      const fits = leaflet(mine.account, 'l1', title)
      expect(await small.outcome(() => small.write(mine, leaflet(mine.account, 'l1', title.repeat(2))))).toMatchObject(
        refused(413, 'ERR_FORMAT_LIMIT'),
      )
      expect(await small.write(mine, fits)).toMatchObject({ status: 200 })
    })
  })

  test('an account takes records only after both its slots were confirmed', async () => {
    const pending = await server.enrol()
    const sealed = leaflet(pending.account, 'l1')
    expect(await server.outcome(() => server.write(pending, sealed))).toMatchObject(refused(403, 'ERR_ACCOUNT_PENDING'))
    const state = stateText(pending.account, confirmedState(pending.state))
    await server.send('PUT', '/v1/account/state', changeOf(pending.account, pending.state, state), {
      cookie: pending.cookie,
      signer: pending.account,
    })
    expect(await server.write(pending, sealed)).toMatchObject({ status: 200 })
  })
}
