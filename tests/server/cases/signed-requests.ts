/** Requests that are not signed, wrongly signed or replayed, and bodies that are not what they say. */
import { beforeAll, describe, expect, test } from 'vitest'
import { leaflet } from '../support/sealed.ts'
import { type Answer, type Patient, type RequestOptions, type TestServer, writesOf } from '../support/server.ts'
import { confirmedState, makeAccount, nextState, stateText } from '../support/writer.ts'
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
      test(what, async () => void (await server.refuses(401, 'ERR_SIGNATURE_INVALID', () => send(options()))))
    }

    test('it has a query, which no signature covers', async () => {
      await server.refuses(401, 'ERR_SIGNATURE_INVALID', () => send({}, body, `${PATH}?x=1`))
      await server.refuses(401, 'ERR_SIGNATURE_INVALID', () => send({ signedPath: `${PATH}?x=1` }, body, `${PATH}?x=1`))
    })

    test('it is too old or comes from the future', async () => {
      for (const off of [-301, 301]) {
        await server.refuses(409, 'ERR_REQUEST_REPLAYED', () => send({ created: seconds() + off }))
      }
    })

    test('it is seen twice, also when it was refused the first time', async () => {
      const nonce = 'nonce-nonce-nonce-nonA'
      await server.refuses(422, 'ERR_MODEL_INVALID', () => send({ nonce }, body.replace('"leaflet"', '"nothing"')))
      await server.refuses(409, 'ERR_REQUEST_REPLAYED', () => send({ nonce }))
      await server.refuses(409, 'ERR_REQUEST_REPLAYED', () => send({ nonce, created: seconds() - 300 }))
    })

    test('it comes without a session, or with that of another account', async () => {
      const signer = patient.account
      await server.refuses(401, 'ERR_SESSION', () => server.send('POST', PATH, body, { signer }))
      await server.refuses(401, 'ERR_SIGNATURE_INVALID', () => send({ cookie: other.cookie }))
    })

    test('a thief has the cookie and nothing else', async () => {
      const thief = makeAccount()
      const { cookie } = patient
      const state = stateText(patient.account, nextState(patient.state))
      const requests: [string, string, unknown][] = [
        ['POST', PATH, body],
        ['PUT', '/v1/account/state', { state }],
      ]
      for (const [method, path, sent] of requests) {
        await server.refuses(401, 'ERR_SIGNATURE_INVALID', () => server.send(method, path, sent, { cookie }))
        const forged = { cookie, signer: { ...thief, id: patient.account.id } }
        await server.refuses(401, 'ERR_SIGNATURE_INVALID', () => server.send(method, path, sent, forged))
      }
    })

    test('nothing is wrong, it is stored', async () => {
      expect(await send({ created: seconds() - 300 })).toMatchObject({ status: 200 })
    })
  })

  describe('a body is refused when', () => {
    const invalid = (text: () => string) => async () => {
      await server.refuses(400, 'ERR_FORMAT_INVALID', () => send({}, text()))
    }
    test(
      'it is not JSON',
      invalid(() => '{'),
    )
    test(
      'something stands behind it',
      invalid(() => `${body}x`),
    )
    test(
      'it begins with a byte order mark',
      invalid(() => `\ufeff${body}`),
    )
    test(
      'it names a member twice',
      invalid(() => body.replace('{', '{"records":[],')),
    )
    test(
      'it names a member twice inside',
      invalid(() => body.replace('"title":', '"title":"x","title":')),
    )
    test(
      'it spells one of two equal names with an escape',
      invalid(() => body.replace('"title":', '"t\\u0069tle" : "x","title":')),
    )
    test(
      'it has a member of its own',
      invalid(() => body.replace('{', '{"x":1,')),
    )
    test(
      'it has a prototype',
      invalid(() => body.replace('{', '{"__proto__":{},')),
    )
    test(
      'an item has a member of its own',
      invalid(() => body.replace('"model"', '"x":1,"model"')),
    )
    test(
      'an item is null',
      invalid(() => '{"records":[null]}'),
    )
    test(
      'records is no list',
      invalid(() => '{"records":{}}'),
    )
    test(
      'it is null',
      invalid(() => 'null'),
    )
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
        await server.refuses(415, 'ERR_FORMAT_INVALID', () => send({ headers }))
      }
    })

    test('it is nested deeper than any record', async () => {
      await server.refuses(413, 'ERR_FORMAT_LIMIT', () => send({}, '['.repeat(100_000)))
    })

    test('it is too large, and it is not read further', async () => {
      const small = await start({ limits: { bodyBytes: 2000, ...LIMITS } })
      const mine = await small.patient()
      const title = 'x'.repeat(1000)
      const fits = leaflet(mine.account, 'l1', title)
      await small.refuses(413, 'ERR_FORMAT_LIMIT', () =>
        small.write(mine, leaflet(mine.account, 'l1', title.repeat(2))),
      )
      expect(await small.write(mine, fits)).toMatchObject({ status: 200 })
    })
  })

  test('an account takes records only after both its slots were confirmed', async () => {
    const pending = await server.enrol()
    const sealed = leaflet(pending.account, 'l1')
    await server.refuses(403, 'ERR_ACCOUNT_PENDING', () => server.write(pending, sealed))
    const state = stateText(pending.account, confirmedState(pending.state))
    await server.send('PUT', '/v1/account/state', { state }, { cookie: pending.cookie, signer: pending.account })
    expect(await server.write(pending, sealed)).toMatchObject({ status: 200 })
  })
}
