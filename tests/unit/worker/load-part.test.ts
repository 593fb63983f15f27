import { afterEach, expect, test, vi } from 'vitest'
import type { PartUrls } from '../../../packages/sdk/src/worker/api.ts'
import { loadPartFrom } from '../../../packages/sdk/src/worker/load-part.ts'

const addresses = { manage: 'data:text/javascript,throw 1', files: 'data:text/javascript,export const files = 1' }

afterEach(() => void vi.unstubAllGlobals())

test('a part is loaded from the address that it was given', async () => {
  expect(await loadPartFrom(addresses as unknown as PartUrls)('files')).toMatchObject({ files: 1 })
})

test.each([
  [true, 'ERR_WORKER_START'],
  [undefined, 'ERR_WORKER_START'],
  [false, 'ERR_OFFLINE'],
])('a part that cannot be loaded, while the browser is online: %s', async (onLine, code) => {
  vi.stubGlobal('navigator', { onLine })
  const loading = loadPartFrom(addresses as unknown as PartUrls)('manage')
  await expect(loading).rejects.toMatchObject({ name: 'LockstitchError', code })
})
