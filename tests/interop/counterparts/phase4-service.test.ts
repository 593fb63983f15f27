/** Seed 000: the service's own code. It reads what is sealed here, and what it writes opens here. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { openForeign, sealForeign } from '../../../packages/sdk/src/interop/index.ts'
import { toHex } from '../support/encoding.ts'
import { KEYS } from '../support/keys.ts'
import { ALL_TEXTS } from '../support/texts.ts'

interface Service {
  encrypt(text: string): Promise<string | null>
  decrypt(envelope: string): Promise<string | null>
  isEncrypted(value: string): unknown
}

const keys = KEYS.phase4
const KEY_ID = 'dev-key-1'
let service: Service

beforeAll(async () => {
  vi.stubEnv('NODE_ENV', 'development')
  vi.stubEnv('ENCRYPTION_KEY', toHex(keys.keys[KEY_ID]))
  const code = readFileSync(new URL('../fixtures/phase4-encryption-service.js.txt', import.meta.url), 'utf8')
  const module = code.replace(/^import .* from '\.\/auditService';$/m, '')
  service = (await import(`data:text/javascript,${encodeURIComponent(module)}`)) as Service
})

describe.each(ALL_TEXTS)('"%s"', (_, text) => {
  test('it reads what is sealed here', async () => {
    const envelope = await sealForeign('phase4', text, keys)
    expect(await service.decrypt(envelope)).toBe(text)
    expect(Object.keys(JSON.parse(envelope) as object)).toEqual(['v', 'k', 'iv', 'd', 't'])
  })

  test('what it writes opens here', async () => {
    const envelope = await service.encrypt(text)
    // It does not encrypt an empty text but gives null.
    const written = text === '' ? await sealForeign('phase4', '', keys) : String(envelope)
    expect(envelope === null).toBe(text === '')
    expect(await openForeign('phase4', written, keys)).toMatchObject({ keyId: KEY_ID, authenticated: true })
    expect((await openForeign('phase4', written, keys)).text()).toBe(text)
  })
})

test('its envelope is spelled exactly like ours', async () => {
  const [theirs, ours] = [String(await service.encrypt('John Doe')), await sealForeign('phase4', 'John Doe', keys)]
  const shape = (envelope: string): string => envelope.replaceAll(/"(iv|d|t)":"[A-Za-z0-9+/]+(=*)"/g, '"$1":"$2"')
  expect(shape(ours)).toBe(shape(theirs))
})

test('what it accepts and should not is refused here', async () => {
  const envelope = JSON.parse(await sealForeign('phase4', 'forged', keys)) as Record<string, string>
  const lenient = [
    { ...envelope, t: envelope['t']?.slice(0, 16) },
    { ...envelope, d: `${envelope['d']}\n` },
    { ...envelope, iv: envelope['iv']?.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') },
    { ...envelope, k: 'no such key' },
  ]
  for (const variant of lenient) {
    const text = JSON.stringify(variant)
    expect(await service.decrypt(text)).toBe('forged')
    await expect(openForeign('phase4', text, keys)).rejects.toMatchObject({ name: 'LockstitchError' })
  }
})

test('it does not take an envelope of an empty text for encrypted, so its migration seals it again', async () => {
  expect(service.isEncrypted(await sealForeign('phase4', '', keys))).toBe('')
  expect(service.isEncrypted(await sealForeign('phase4', 'x', keys))).not.toBe('')
})
