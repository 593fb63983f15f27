/** What an adversary can make: account states, manifests and records taken apart, changed and put together again. */
import { vi } from 'vitest'
import { type AccountState, canonicalJson, decodeBase64url, encodeBase64url } from '@lockstitch/sdk/format'
import { LABELS } from '../../../packages/sdk/src/format/labels.ts'
import { encodeFrame } from '../../../packages/sdk/src/bytes/frame.ts'
import type { Transport, TransportRequest } from '@lockstitch/sdk'
import type { Mutator } from '../../support/evil.ts'
import { answer, editJson } from '../../support/evil.ts'

/** JSON as an adversary sees it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** The parts of an account state. */
export interface StateParts {
  readonly state: AccountState
  readonly signature: string
}

/** An Ed25519 key that signs: the adversary's own, or one that an account was tricked into lending. */
export type Signer = CryptoKey

const utf8 = new TextEncoder()

/** Takes an account state apart. */
export function splitState(text: string): StateParts {
  const [, payload = '', signature = ''] = text.split('.')
  return { state: JSON.parse(new TextDecoder().decode(decodeBase64url(payload))) as AccountState, signature }
}

/** Puts an account state together, with whatever payload and signature. */
export function joinState(payload: string, signature: string, prefix = 'ls1a'): string {
  return `${prefix}.${encodeBase64url(utf8.encode(payload))}.${signature}`
}

/** An account state that is well signed by whose key it is, and says whatever it says. */
export async function signState(state: unknown, signer: Signer): Promise<string> {
  const payload = canonicalJson(state)
  const input = encodeFrame([LABELS.accountStateSignature, payload])
  const signature = await crypto.subtle.sign('Ed25519', signer, input)
  return joinState(payload, encodeBase64url(new Uint8Array(signature)))
}

/** What the next state must name as its previous one. */
export async function hashState(text: string): Promise<string> {
  const payload = decodeBase64url(text.split('.')[1] ?? '')
  const hash = await crypto.subtle.digest('SHA-256', encodeFrame([LABELS.accountStateHash, payload]))
  return encodeBase64url(new Uint8Array(hash))
}

/** The adversary's own signing pair. */
export async function generateSigner(): Promise<{ readonly publicKey: string; readonly privateKey: Signer }> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
  const raw = await crypto.subtle.exportKey('raw', pair.publicKey)
  return { publicKey: encodeBase64url(new Uint8Array(raw)), privateKey: pair.privateKey }
}

/** A copy of a JSON document with one member replaced; `undefined` deletes it. */
export function replaceAt(document: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return value
  const copy = Array.isArray(document) ? [...(document as unknown[])] : { ...(document as Record<string, unknown>) }
  const replaced = replaceAt((document as Record<string | number, unknown>)[first], rest, value)
  if (replaced !== undefined) (copy as Record<string | number, unknown>)[first] = replaced
  else if (Array.isArray(copy)) copy.splice(first as number, 1)
  else delete copy[first as string]
  return copy
}

/** The paths of everything in a JSON document that has no members, and of every container. */
export function placesOf(document: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof document !== 'object' || document === null) return [[...path]]
  const entries = Array.isArray(document) ? [...document.entries()] : Object.entries(document)
  const inner = entries.flatMap(([key, value]) => placesOf(value, [...path, key]))
  return path.length === 0 ? inner : [[...path], ...inner]
}

/** What stands at a path of a JSON document. */
export function valueAt(document: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], document)
}

/** The text with one of its characters replaced by another one of the same alphabet. */
export function flipCharacter(text: string, index: number): string {
  const other = text[index] === 'A' ? 'B' : 'A'
  return text.slice(0, index) + other + text.slice(index + 1)
}

/** A server that answers requests of this kind itself. */
export function instead(method: string, path: string | RegExp, status: number, body: unknown): Mutator {
  return { request: (request) => (isFor(request, method, path) ? answer(status, body) : undefined) }
}

/** A server that changes its honest answers to requests of this kind. */
export function edited(method: string, path: string | RegExp, edit: (body: never) => unknown): Mutator {
  return {
    response: (response, request) =>
      isFor(request, method, path) && response.status < 300 ? editJson(response, edit) : undefined,
  }
}

/** True when a request is of this kind; a text stands for a whole path without its query. */
export function isFor(request: TransportRequest, method: string, path: string | RegExp): boolean {
  const bare = request.path.split('?')[0] ?? ''
  return request.method === method && (typeof path === 'string' ? bare === path : path.test(request.path))
}

/** The last login that was sent. */
export function loginOf(log: readonly TransportRequest[]): TransportRequest {
  const login = log.findLast((request) => isFor(request, 'POST', '/v1/sessions'))
  if (login === undefined) throw new Error('there was no login')
  return login
}

/** The signing key of an account, lent by a device of it: what a bug or an old version of the client could sign. */
export async function lendSigner(sign: () => Promise<unknown>): Promise<Signer> {
  const spy = vi.spyOn(crypto.subtle, 'sign')
  try {
    await sign()
    const signer = spy.mock.calls.findLast(([algorithm]) => algorithm === 'Ed25519')?.[1]
    if (signer === undefined) throw new Error('nothing was signed')
    return signer
  } finally {
    spy.mockRestore()
  }
}

/** Every state that the server has of the account whose session this is, oldest first. */
export async function statesOf(transport: Transport): Promise<string[]> {
  const { body } = await transport.send({ method: 'GET', path: '/v1/account/states?after=0', headers: {} })
  return (JSON.parse(body) as { states: string[] }).states
}
