/** Reads FHIR JSON that nobody has checked: every access is total, and what is not there is `undefined`. */

/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json
}

/** True for an object that is neither an array nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member of an object, `undefined` when there is none. */
export function member(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/**
 * Every value at a path of names joined by dots. Arrays on the way are entered, so that `name.given` finds the given
 * names of all names. A name that ends with `*` is one of FHIR's choices: `value*` finds `valueQuantity`.
 */
export function valuesAt(root: Json | undefined, path: string): readonly Json[] {
  let found: readonly Json[] = root === undefined ? [] : [root]
  for (const step of path.split('.')) {
    found = found.flatMap((value) => childrenOf(value, step)).flatMap((value) => (isArray(value) ? value : [value]))
  }
  return found.filter((value) => value !== null)
}

function childrenOf(value: Json, step: string): readonly Json[] {
  if (!isObject(value)) return []
  if (!step.endsWith('*')) {
    const child = member(value, step)
    return child === undefined ? [] : [child]
  }
  const stem = step.slice(0, -1)
  const isChoice = (name: string): boolean =>
    name === stem || (name.startsWith(stem) && /[A-Z]/.test(name.charAt(stem.length)))
  return Object.keys(value)
    .filter(isChoice)
    .map((name) => value[name] as Json)
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
