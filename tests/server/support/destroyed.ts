/** Accounts whose every key is destroyed, and certificates that say so, made without the SDK. */
import { sign } from 'node:crypto'
import { expect } from 'vitest'
import { intake, letter } from './sealed.ts'
import type { Answer, Patient, TestServer } from './server.ts'
import {
  type Account,
  b64u,
  canonical,
  changeOf,
  firstState,
  frame,
  nextState,
  type State,
  stateHash,
  stateText,
} from './writer.ts'

const METHOD = 'NIST SP 800-88r2 cryptographic erase'

/** When every key here is destroyed. */
export const TIME = 6000

/** Stores the next state of an account. */
export function put(server: TestServer, { account, cookie }: Patient, from: State, next: object): Promise<Answer> {
  return server.send('PUT', '/v1/account/state', changeOf(account, from, stateText(account, next)), {
    cookie,
    signer: account,
  })
}

/** Asks the server to delete an account. */
export function remove(server: TestServer, { account, cookie }: Patient, certificate: unknown): Promise<Answer> {
  return server.send('DELETE', '/v1/account', { certificate }, { cookie, signer: account })
}

/** The state after another one in which keys are destroyed: all, or those of one classification. */
export function erasing(from: State, ancestors: readonly string[], only?: string): State {
  const isGone = ({ classification, state }: State['keyring'][number]): boolean =>
    state !== 'destroyed' && (only === undefined || classification === only)
  const kids = from.keyring.filter(isGone).map(({ kid }) => kid)
  const keyring = from.keyring.map((key) => (isGone(key) ? { ...key, state: 'destroyed', wrapped: null } : key))
  return { ...nextState(from, { keyring }), erased: { method: METHOD, kids, time: TIME, ancestors } } as State
}

/** The certificate of the whole account, with some members changed; one that is `undefined` is left out. */
export function certificate(account: Account, state: State, changes: object = {}, by: Account = account): string {
  const kids = state.keyring.map(({ kid }) => kid)
  const said = { format: 'ls1', account: account.id, whole: true, kids, method: METHOD, destroyedAt: TIME }
  const all = { ...said, revision: state.revision, state: stateHash(state), ...changes }
  const payload = Buffer.from(canonical(JSON.parse(JSON.stringify(all))))
  const signature = sign(null, frame('lockstitch/ls1/certificate-signature', payload), by.privateKey)
  return `ls1d.${b64u(payload)}.${b64u(signature)}`
}

/** A patient with records, all of whose keys are destroyed. */
export async function destroyed(server: TestServer): Promise<Patient> {
  const patient = await server.patient()
  const { account, state } = patient
  await server.write(patient, [intake(account, 'r1'), letter(account, 'l1')])
  const last = erasing(state, [stateHash(firstState(account)), stateHash(state)])
  expect(await put(server, patient, state, last)).toMatchObject({ status: 200 })
  return { ...patient, state: last }
}
