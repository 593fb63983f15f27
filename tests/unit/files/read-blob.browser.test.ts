/** Chromium's garbage collector takes streams away that are being read; see `read-source.ts`. */
import { expect, test } from 'vitest'
import { cdp } from 'vitest/browser'
import { readBlob } from '../../../packages/sdk/src/files/read-source.ts'
import { expectSame, noise } from '../../support/file-bytes.ts'

const MIB = 1_048_576
const BUFFER_BYTES = 65_536

test('a blob is read to its end while garbage is collected all the time', async () => {
  const content = noise(8 * MIB)
  const blob = new Blob([content])
  let isOver = false
  const collecting = (async () => {
    // The session of the page, which Vitest types no further.
    const session = cdp() as unknown as { send(method: string): Promise<unknown> }
    while (!isOver) await session.send('HeapProfiler.collectGarbage')
  })()
  for (let round = 0; round < 12; round++) {
    const reader = readBlob(blob)
    const read = new Uint8Array(content.length)
    let buffer = new ArrayBuffer(BUFFER_BYTES)
    for (let at = 0; at < read.length;) {
      const bytes = await reader.fill(buffer)
      expect(bytes.length).toBe(BUFFER_BYTES)
      read.set(bytes, at)
      at += bytes.length
      buffer = bytes.buffer
    }
    expect((await reader.fill(buffer)).length).toBe(0)
    expectSame(read, content)
  }
  isOver = true
  await collecting
})
