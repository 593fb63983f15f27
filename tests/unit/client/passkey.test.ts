import { expect, test } from 'vitest'
import { encodeFrame } from '../../../packages/sdk/src/bytes/frame.ts'
import { askForPasskeys, PASSKEY_SALT } from '../../../packages/sdk/src/client/passkey.ts'
import { PASSKEY_LABELS } from '../../../packages/sdk/src/format/labels.ts'
import { outcome } from '../support/outcome.ts'

test('the salt that the page sends is the one that the format derives', async () => {
  const derived = await crypto.subtle.digest('SHA-256', encodeFrame([PASSKEY_LABELS.passkeySalt]))
  expect(PASSKEY_SALT).toEqual(new Uint8Array(derived))
})

test('where there is no WebAuthn, nothing is called', async () => {
  const call = async (): Promise<never> => expect.fail()
  const ask = (order: object): Promise<string> => outcome(() => askForPasskeys(order, undefined, call, call))
  expect(await ask({ passkey: true })).toBe('ERR_PASSKEY_UNSUPPORTED')
  expect(await ask({ with: { passkey: true }, slot: { kind: 'passkey' } })).toBe('ERR_PASSKEY_UNSUPPORTED')
})
