/** A80: a lock that comes between the first steps of a call with a file, before anything of the file was read. */
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFiles, type FileRef, type Files } from '@lockstitch/sdk'
import { createMemoryStorage, createVault, type Vault } from '@lockstitch/sdk/vault'
import { codeOf } from '../../conformance/stage.ts'
import { createBackend } from '../../support/backend.ts'
import { bytesOf, expectSame, noise } from '../../support/file-bytes.ts'

const LOGIN = { handle: 'turns@example.org', password: 'locked at the worst moment' }
const CONTENT = noise(100_000)
const backend = await createBackend()
const paths: string[] = []
const vault: Vault = createVault({
  transport: {
    send(request) {
      paths.push(request.path)
      return backend.send('turns', request)
    },
  },
  database: 'turns',
  storage: createMemoryStorage(),
})
const files: Files = createFiles(async (...call) => vault.files(...call))
const { recoveryKit } = await vault.enrol(LOGIN)
await vault.confirmRecovery(recoveryKit.recoveryCode)
const { file: sealedRef, sealed } = await files.seal(new Blob([CONTENT]))
const storedRef: FileRef = await files.upload(new Blob([CONTENT]))

beforeEach(() => vault.unlock(LOGIN))
afterEach(() => vi.restoreAllMocks())
afterAll(() => backend.close())

const CALLS: Record<string, () => Promise<unknown>> = {
  seal: () => files.seal(new Blob([CONTENT])),
  open: () => files.open(sealedRef, sealed),
  upload: () => files.upload(new Blob([CONTENT])),
  'an upload that is remembered': () => files.upload(new Blob([CONTENT]), { resume: 'scan' }),
  download: () => files.download(storedRef),
}
const AGAIN: Record<string, () => Promise<unknown>> = {
  '': async () => undefined,
  ', also after the next unlock': () => vault.unlock(LOGIN),
}

test.each(Object.keys(AGAIN).flatMap((again) => Object.keys(CALLS).map((call) => [call, again] as const)))(
  'A80 %s ends with the lock that comes while its key is derived%s',
  async (call, again) => {
    const { subtle } = crypto
    let sent = -1
    const derive = vi.spyOn(subtle, 'deriveKey').mockImplementation(async (...args) => {
      derive.mockRestore()
      const key = await subtle.deriveKey(...args)
      await vault.lock()
      await AGAIN[again]?.()
      sent = paths.length
      return key
    })
    expect(await codeOf(CALLS[call]?.() as Promise<unknown>)).toBe('ERR_LOCKED')
    expect(sent).toBeGreaterThan(0)
    expect(paths.slice(sent).filter((path) => path.includes('/parts/'))).toEqual([])
    await vault.unlock(LOGIN)
    expectSame(await bytesOf(await files.download(storedRef)), CONTENT)
  },
)
