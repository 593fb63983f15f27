/** A world with three custodians, and patients who trusted them with an escrow. */
import { managed, type Managed, type MadeRequest } from '@lockstitch/sdk'
import { canonicalJson, encodeBase64url } from '@lockstitch/sdk/format'
import { encodeFrame } from '../../../packages/sdk/src/bytes/frame.ts'
import { ESCROW_LABELS } from '../../../packages/sdk/src/format/labels.ts'
import { type ApprovedShare, verifyEscrow } from '../../../packages/sdk/src/keys/escrow.ts'
import { editJson, type Mutator } from '../../support/evil.ts'
import { Ledger } from '../../support/models.ts'
import { makePasswordsCheap } from './faults.ts'
import { generateSigner, isFor } from './forge.ts'
import { createWorld, type Device, type Person } from './world.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

makePasswordsCheap()
/** The world; importing this file sets it up. */
export const world = await createWorld()
// Every clock on this side is a year behind the server's.
world.backend.advance(365 * DAY)

/** A device with the calls that manage an account. */
export type Calls = Device & Managed
/** Somebody, and the device they are unlocked on. */
export interface Party {
  readonly person: Person
  readonly device: Calls
}

/** The calls of a device. */
export const calls = (device: Device): Calls => ({
  ...device,
  ...managed(async (...call) => device.vault.manage(...call)),
})
/** Somebody new. */
export const party = async (name: string): Promise<Party> => {
  const { person, device } = await world.enrol(name)
  return { person, device: calls(device) }
}
export const [anna, ben, carla] = await Promise.all([party('anna'), party('ben'), party('carla')])
export const custodians = [anna, ben, carla]
export const secretOf = ({ handle, password }: Person) => ({ handle, password })

/** A patient with those three as custodians, two of whom are needed. */
export async function entrusted(delayMs = DAY): Promise<Party> {
  const patient = await party('patient')
  const cards = await Promise.all(custodians.map(async ({ device }) => (await device.escrow.card()).card))
  const order = { with: secretOf(patient.person), custodians: cards, threshold: 2, delayMs }
  await patient.device.escrow.configure(order)
  return patient
}

/** The newest request for a patient, as a custodian sees it. */
export async function lastRequest({ device }: Party, { person }: Party): Promise<string> {
  const held = (await device.escrow.list()).custody.find(({ account }) => account === person.account)
  return held?.requests.at(-1)?.id as string
}

/** Approves the newest request. */
export async function approve(custodian: Party, patient: Party, { digits }: MadeRequest): Promise<void> {
  const request = await lastRequest(custodian, patient)
  await custodian.device.escrow.approve({ account: patient.person.account, request, digits })
}

/** A request that two custodians have approved, of a patient with one record. */
export async function asked(): Promise<{ patient: Party; thief: Calls; request: MadeRequest }> {
  const patient = await entrusted()
  await patient.device.vault.saveMany(Ledger, [{ id: 'one', name: 'x' }])
  const thief = calls(world.device())
  const request = await thief.escrow.request({ handle: patient.person.handle })
  await approve(anna, patient, request)
  await approve(ben, patient, request)
  return { patient, thief, request }
}

/** What the requester recovers with. */
export const recovering = ({ code }: MadeRequest, { person }: Party) => ({
  code,
  handle: person.handle,
  password: `a new pass phrase for ${person.handle}`,
})

interface Overview {
  requests: { id: string; key: string; created: number; approvals: string[]; released: boolean }[]
  custody: { document: string; requests: Overview['requests'] }[]
}

/** Changes what an account is shown. */
export const overview = (edit: (body: Overview) => unknown): Mutator => ({
  response: (response, request) => (isFor(request, 'GET', '/v1/escrow') ? editJson(response, edit) : undefined),
})

interface Released {
  state: 'released'
  document: string
  shares: ApprovedShare[]
}

/** Changes what a requester is shown. */
export const released = (edit: (body: Released) => unknown): Mutator => ({
  response: (response, request) => (isFor(request, 'POST', '/v1/escrow/follow') ? editJson(response, edit) : undefined),
})

/** The document of an account, as the server has it. */
export async function documentOf(custodian: Party, { person }: Party): Promise<string> {
  // The session has ended when time has passed: this call starts it again.
  await custodian.device.escrow.list()
  const { body } = await custodian.device.net.send({ method: 'GET', path: '/v1/escrow', headers: {} })
  const texts = (JSON.parse(body) as Overview).custody.map(({ document }) => document)
  const found = await Promise.all(texts.map((text) => verifyEscrow(text)))
  return found.find(({ escrow }) => escrow.account === person.account)?.text as string
}

/** The same document, signed by a key of the server's own, which it names. */
export async function forged(text: string): Promise<string> {
  const { publicKey, privateKey } = await generateSigner()
  const { escrow } = await verifyEscrow(text)
  const payload = new TextEncoder().encode(canonicalJson({ ...escrow, signing: publicKey }))
  const input = encodeFrame([ESCROW_LABELS.escrowSignature, payload])
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, input))
  return `ls1e.${encodeBase64url(payload)}.${encodeBase64url(signature)}`
}
