/** Downloads: the parts that the wanted bytes stand in, some ahead of what is being opened. */
import type { Bytes } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import { FILE_PART_BYTES } from '../format/constants.ts'
import type { FileSpan } from '../format/file-layout.ts'
import { type FileCalls, persist } from './file-calls.ts'

/** Parts that are asked for before they are needed. */
const AHEAD = 2

/**
 * The sealed bytes of a span, from the parts that a sealed file of `sealedLength` bytes is stored in.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED` when a part has another length than it was stored with, and the codes of the call.
 */
export async function* fetchSpan(
  server: FileCalls,
  { sealedStart, sealedEnd }: FileSpan,
  sealedLength: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Bytes, void, undefined> {
  const fetchPart = async (index: number): Promise<Blob> => {
    const start = index * FILE_PART_BYTES
    const whole = Math.min(FILE_PART_BYTES, sealedLength - start)
    const from = Math.max(0, sealedStart - start)
    const to = Math.min(whole, sealedEnd - start)
    const blob = await persist(() => server.getPart(index, from, to), signal)
    if (blob.size === to - from) return blob
    if (blob.size !== whole) throw new LockstitchError('ERR_OPEN_FAILED')
    return blob.slice(from, to)
  }
  if (sealedStart === sealedEnd) return
  const ahead: Promise<Blob>[] = []
  const past = Math.ceil(sealedEnd / FILE_PART_BYTES)
  let next = Math.floor(sealedStart / FILE_PART_BYTES)
  for (;;) {
    while (next < past && ahead.length <= AHEAD) {
      const fetched = fetchPart(next++)
      // It is awaited below; until then its failure is not unhandled.
      fetched.catch(() => undefined)
      ahead.push(fetched)
    }
    const blob = await ahead.shift()
    if (blob === undefined) return
    yield new Uint8Array(await blob.arrayBuffer())
  }
}
