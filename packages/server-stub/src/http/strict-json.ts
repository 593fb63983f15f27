import { Problem } from './problem.ts'

/** Levels of arrays and objects: what a record of the deepest model with the deepest JSON value in it needs, and no more. */
const MAX_DEPTH = 160
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The value of a JSON text (RFC 8259) in UTF-8, where every object names each member once. Two readers of a duplicate
 * take different ones for the value, so that a check of one says nothing about the other.
 *
 * @throws Problem `400 ERR_FORMAT_INVALID`, or `413 ERR_FORMAT_LIMIT` when it is nested too deep.
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  try {
    const text = decoder.decode(bytes)
    checkMembers(text)
    return JSON.parse(text)
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(400, 'ERR_FORMAT_INVALID')
  }
}

/**
 * Looks at the text alone, before anything is built from it. Of a text that is not JSON it may say anything; `JSON.parse`
 * refuses that one.
 */
function checkMembers(text: string): void {
  /** For each open container the names seen in it; an array has none. */
  const open: (Set<string> | null)[] = []
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i)
    if (character === OPEN_OBJECT || character === OPEN_ARRAY) {
      if (open.length === MAX_DEPTH) throw new Problem(413, 'ERR_FORMAT_LIMIT')
      open.push(character === OPEN_OBJECT ? new Set() : null)
    } else if (character === CLOSE_OBJECT || character === CLOSE_ARRAY) {
      open.pop()
    } else if (character === QUOTE) {
      const end = endOfString(text, i)
      const names = open.at(-1)
      if (names && isName(text, end)) addName(names, text.slice(i, end))
      i = end - 1
    }
  }
}

const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY, QUOTE, BACKSLASH, COLON] = [123, 125, 91, 93, 34, 92, 58]

/** The index behind the closing quote. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const character = text.charCodeAt(i)
    if (character === BACKSLASH) i++
    else if (character === QUOTE) return i + 1
  }
  throw new Problem(400, 'ERR_FORMAT_INVALID')
}

/** In an object, a string before a colon is a member's name. */
function isName(text: string, end: number): boolean {
  let i = end
  while (i < text.length && text.charCodeAt(i) <= 32) i++
  return text.charCodeAt(i) === COLON
}

function addName(names: Set<string>, quoted: string): void {
  // Escapes are resolved first: "a" and "\u0061" are one name.
  const name = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
  if (names.has(name)) throw new Problem(400, 'ERR_FORMAT_INVALID')
  names.add(name)
}
