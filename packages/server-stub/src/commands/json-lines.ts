import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { isExactJson } from '@lockstitch/sdk/vault'
import { UsageError } from './outcome.ts'

const LINE_FEED = 0x0a
const MAX_LINE_BYTES = 64 * 1_048_576
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** One line of a source. */
export interface SourceLine {
  /** Place among the lines that are not empty, from 0. */
  readonly index: number
  /** The record; `null` for a line that is not one JSON object which can be read without loss. */
  readonly record: Readonly<Record<string, unknown>> | null
  /** Digest of the source up to and with this line. */
  readonly digest: Buffer
  /** Bytes of the source so far. */
  readonly bytes: number
}

/** Reads JSON lines from a file, or from standard input for `-`. Only one line is held at a time. */
export async function* readJsonLines(path: string): AsyncGenerator<SourceLine> {
  let index = 0
  let bytes = 0
  let digest = createHash('sha256').digest()
  for await (const line of splitLines(openSource(path))) {
    bytes += line.length + 1
    const text = decode(line)
    if (text?.trim() === '') continue
    digest = createHash('sha256').update(digest).update(line).digest()
    yield { index, record: text === undefined ? null : parseRecord(text), digest, bytes }
    index += 1
  }
}

function openSource(path: string): AsyncIterable<Buffer> {
  return path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 1_048_576 })
}

/** Node's own readline also breaks lines at U+2028, which may stand inside a JSON string. */
async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)])
      parts = []
      length = 0
      start = end + 1
    }
    parts.push(chunk.subarray(start))
    length += chunk.length - start
    if (length > MAX_LINE_BYTES) throw new UsageError('a line of --in is longer than 64 MiB')
  }
  if (length > 0) yield Buffer.concat(parts)
}

function decode(line: Buffer): string | undefined {
  try {
    return decoder.decode(line)
  } catch {
    return undefined
  }
}

function parseRecord(text: string): Readonly<Record<string, unknown>> | null {
  try {
    if (!isExactJson(text)) return null
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
