/** Vectors of devices and links, made with `node:crypto` from docs/format.md alone: the SDK must agree. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { decodeBase64url } from '../../packages/sdk/src/bytes/base64url.ts'
import { importDerivationKey } from '../../packages/sdk/src/crypto/hkdf.ts'
import { type DeviceSlot, readSlot } from '../../packages/sdk/src/format/slot.ts'
import { deriveAccountKeys, deriveCommitment } from '../../packages/sdk/src/keys/account-key.ts'
import { deriveDeviceProof } from '../../packages/sdk/src/keys/device.ts'
import { checkLinkKey, deriveLinkCredential, deriveLinkWords, parseLinkCode } from '../../packages/sdk/src/keys/link.ts'
import { openNote } from '../../packages/sdk/src/keys/note.ts'
import { unwrapSlot } from '../../packages/sdk/src/keys/slot.ts'
import { fromHex, toHex } from './support/hex.ts'

interface Vectors {
  readonly account: string
  readonly accountKey: string
  readonly commitment: string
  readonly devices: readonly {
    readonly pin: string
    readonly secret: string
    readonly share: string
    readonly login: string
    readonly name: string
    readonly slot: DeviceSlot
  }[]
  readonly links: readonly {
    readonly channel: string
    readonly newKey: string
    readonly oldKey: string
    readonly code: string
    readonly words: readonly string[]
    readonly secret: string
    readonly locator: string
    readonly login: string
  }[]
}

const file = new URL('./own/ls1-devices/devices.json', import.meta.url)
const { account, accountKey, commitment, devices, links } = JSON.parse(readFileSync(file, 'utf8')) as Vectors

test('there are vectors', () => {
  expect([devices.length, links.length]).toEqual([3, 2])
})

test.each(devices)('a device slot of the PIN $pin', async ({ pin, secret, share, login, name, slot }) => {
  expect(readSlot(slot)).toEqual(slot)
  const proof = await deriveDeviceProof({ slot: slot.id, secret: fromHex(secret) }, pin)
  expect(proof.login).toEqual({ device: slot.id, secret: login })
  const opener = { kind: 'device', login: proof.login, slotKey: await proof.slotKey(fromHex(share)) } as const
  const opened = await unwrapSlot([slot], opener, account)
  expect(toHex(await deriveCommitment(opened.accountKey))).toBe(commitment)
  const { notes } = await deriveAccountKeys(await importDerivationKey(fromHex(accountKey)), account)
  expect(await openNote(notes, { account, slot: slot.id, purpose: 'name' }, slot.name)).toBe(name)
})

test.each(links)('the link $code', async ({ channel, newKey, oldKey, code, words, secret, locator, login }) => {
  const parsed = parseLinkCode(code)
  expect(parsed.channel).toBe(channel)
  await checkLinkKey(parsed, fromHex(newKey))
  expect(await deriveLinkWords({ channel, newKey: fromHex(newKey), oldKey: fromHex(oldKey) })).toEqual(words)
  const credential = await deriveLinkCredential(fromHex(secret))
  expect(credential.login).toEqual({ locator, secret: login })
  expect(decodeBase64url(locator)).toHaveLength(16)
})
