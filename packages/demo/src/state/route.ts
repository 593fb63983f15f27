/** Where the user is: the part of the address behind `#`. It names records by their ids only. */
import { useSyncExternalStore } from 'react'

/** Name of a kind of record, as in its model. */
export type Kind = 'intake' | 'fhir'

/** A task of the Security page that has a screen of its own. */
export type SecurityTask = (typeof SECURITY_TASKS)[number]

/** A place in the app. */
export type Route =
  | { readonly name: 'start' | 'create' | 'unlock' | 'recover' | 'import' | 'new' | 'waiting' }
  | { readonly name: 'edit'; readonly id: string }
  /** Without a task: the page itself. */
  | { readonly name: 'security'; readonly task?: SecurityTask | undefined }
  | { readonly name: 'record' | 'destroy'; readonly kind: Kind; readonly id: string }

const PLAIN = ['create', 'unlock', 'recover', 'import', 'new', 'waiting'] as const
const SECURITY_TASKS = ['password', 'kit', 'test', 'passkey', 'device', 'alarm', 'helpers', 'leave'] as const

/** The place that an address names; the start for anything unknown. */
export function parseRoute(hash: string): Route {
  const [name, first, second] = hash.replace(/^#\/?/, '').split('/')
  const plain = PLAIN.find((known) => known === name)
  if (plain !== undefined) return { name: plain }
  if (name === 'security') return { name, task: SECURITY_TASKS.find((known) => known === first) }
  if (name === 'edit' && first !== undefined) return { name: 'edit', id: first }
  const isRecord = name === 'record' || name === 'destroy'
  if (isRecord && (first === 'intake' || first === 'fhir') && second !== undefined)
    return { name, kind: first, id: second }
  return { name: 'start' }
}

/** The address of a place. */
export function hrefOf(route: Route): string {
  if (route.name === 'start') return '#/'
  if (route.name === 'security') return route.task === undefined ? '#/security' : `#/security/${route.task}`
  if (route.name === 'edit') return `#/edit/${route.id}`
  return 'kind' in route ? `#/${route.name}/${route.kind}/${route.id}` : `#/${route.name}`
}

/** Goes to a place. */
export function go(route: Route): void {
  window.location.hash = hrefOf(route)
}

/**
 * Goes on from a place, unless the user has gone elsewhere meanwhile.
 *
 * @param from The {@link currentHash} of the place.
 */
export function goOn(from: string, to: Route): void {
  if (currentHash() === from) go(to)
}

/** The current place. */
export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, currentHash))
}

/** The text that {@link useRoute} reads; changes with every move. */
export function currentHash(): string {
  return window.location.hash
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}
