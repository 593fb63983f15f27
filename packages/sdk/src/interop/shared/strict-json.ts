import { isPlainObject } from '../../assert.ts'
import { parseJson } from '../../bytes/json.ts'
import { LockstitchError } from '../../errors.ts'

/**
 * The members of a flat JSON object: order and white space are free, because databases change both; a name that stands
 * twice is refused, because readers disagree on which one counts.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` for anything but one object whose members are no objects themselves.
 */
export function parseFlatObject(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = parseJson(text)
  if (!isPlainObject(value) || countColons(text) !== Object.keys(value).length) {
    throw new LockstitchError('ERR_FORMAT_INVALID')
  }
  return value
}

/** Colons outside strings: in well-formed JSON one for each member, repeated and nested ones included. */
function countColons(json: string): number {
  let colons = 0
  for (let i = 0; i < json.length; i++) {
    if (json[i] === ':') colons++
    else if (json[i] === '"') i = endOfString(json, i)
  }
  return colons
}

function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1)
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1)
  return end
}

function isEscaped(json: string, index: number): boolean {
  let slashes = 0
  while (json[index - 1 - slashes] === '\\') slashes++
  return slashes % 2 === 1
}
