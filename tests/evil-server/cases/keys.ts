/** A16 to A18, A39: one key for one ciphertext, one ciphertext for one key, and no key that can leave. */
import { expect, test, vi } from 'vitest'
import { decodeBase64url, encodeBase64url } from '@lockstitch/sdk/format'
import { Intake, Ledger } from '../../support/models.ts'
import { edited, lendSigner, signState, splitState, statesOf } from '../support/forge.ts'
import { readDatabase } from '../support/database.ts'
import { expectCode, expectRefused } from '../support/oracles.ts'
import { fetchRaw, lendMacKey, remakeManifest } from '../support/records.ts'
import { CANARIES, createWorld, type Device } from '../support/world.ts'

const world = await createWorld()
const { person, device: home } = await world.enrol('ada')
const { recoveryCode } = person

/** The calls of one method of WebCrypto while the work runs. */
async function callsOf<M extends 'decrypt' | 'encrypt' | 'unwrapKey' | 'wrapKey'>(
  method: M,
  work: () => Promise<unknown>,
): Promise<Parameters<SubtleCrypto[M]>[]> {
  const spy = vi.spyOn(crypto.subtle, method)
  try {
    await work()
    return spy.mock.calls as unknown as Parameters<SubtleCrypto[M]>[]
  } finally {
    spy.mockRestore()
  }
}

test('A16 A17 a field is opened under the key that its id names, once, and under no other', async () => {
  const macKey = await lendMacKey(() =>
    home.vault.saveMany(Intake, [{ id: 'one', ssn: CANARIES.ssn, name: CANARIES.name, secretForUs: 'x' }]),
  )
  const full = await fetchRaw(home.net, Intake, 'one')
  const reader = await world.unlocked(person)
  const [, , body] = full.ssn.split('.')
  for (const kid of [full.name.split('.')[1], full.secretForUs.split('.')[1], full.ssn.split('.')[1]]) {
    const forged = await remakeManifest(
      Intake,
      { id: 'one', ssn: `ls1.${kid}.${body}`, $seal: full.$seal } as never,
      macKey,
    )
    const opened = await callsOf('decrypt', () => reader.vault.openMany(Intake, [forged as never]))
    // A key of another classification is not even tried.
    expect(opened.length).toBe(kid === full.ssn.split('.')[1] ? 1 : 0)
  }
})

test('A16 a slot that opens, and holds another key than the account names, opens nothing and looks like any other', async () => {
  const device = world.device()
  const unwraps = await callsOf('unwrapKey', () => device.vault.unlock({ recoveryCode }))
  await device.vault.lock()
  const [, , slotKey, params] = unwraps[0] as unknown as [unknown, unknown, CryptoKey, AesGcmParams]
  // The adversary guessed the secret: what it wraps opens under the user's own key.
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const key = new Uint8Array(32)
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ ...params, iv }, slotKey, key))
  const wrapped = encodeBase64url(Uint8Array.of(...iv, ...sealed))
  const signer = await lendSigner(() => home.vault.saveMany(Ledger, [{ name: 'x' }]))
  const { state } = splitState((await statesOf(home.net)).at(-1) as string)
  const slots = state.slots.map((slot) => (slot.kind === 'recovery' ? { ...slot, wrapped } : slot))
  const shown = await signState({ ...state, slots }, signer)
  device.net.log.length = 0
  const showing = edited('POST', '/v1/sessions', (body: object) => ({ ...body, state: shown }))
  await expectRefused(device, showing, () => device.vault.unlock({ recoveryCode }), 'ERR_UNLOCK_FAILED')
  expect(device.net.log).toHaveLength(1)
})

test('A18 nothing that is unwrapped can be exported, and nothing is unwrapped to do more than it must', async () => {
  const allowed = new Set(['deriveBits', 'deriveKey', 'sign'])
  const unwraps = await callsOf('unwrapKey', async () => {
    await world.unlocked(person)
    await world.device().vault.unlock({ handle: person.handle, password: person.password })
  })
  expect(unwraps.length).toBeGreaterThan(8)
  for (const [, , , , , extractable, usages] of unwraps) {
    expect(extractable).toBe(false)
    expect([...(usages as Iterable<string>)].filter((usage) => !allowed.has(usage))).toEqual([])
  }
})

test('A39 no nonce is used twice, whatever the server answers and whatever the device forgets', async () => {
  const device = await world.unlocked(person)
  const nonces: string[] = []
  const record = async (work: () => Promise<unknown>): Promise<void> => {
    for (const [params] of await callsOf('encrypt', work))
      nonces.push(encodeBase64url((params as AesGcmParams).iv as Uint8Array))
  }
  const save = (seat: Device, name: string): Promise<unknown> =>
    seat.vault.saveMany(Ledger, [
      { id: 'nonce', name, ssn: name },
      { id: 'nonce-2', name, ssn: name },
    ])
  const envelope = encodeBase64url(new Uint8Array(12))
  device.net.mutator = {
    response: (response) => ({
      ...response,
      body: response.body.replace(/\}$/, `,"nonce":"${envelope}","iv":"${envelope}"}`),
    }),
  }
  await record(() => save(device, 'same'))
  device.net.mutator = {}
  await record(() => device.vault.drain())
  const snapshot = await readDatabase(device.database)
  await record(() => save(device, 'same'))
  await device.vault.lock()
  // The device is set back to what it was, as from a backup of the disk, and writes the same again.
  await restore(device.database, snapshot)
  const restored = world.device(device.database)
  await restored.vault.unlock({ recoveryCode })
  await record(() => save(restored, 'same'))
  await record(() => save(restored, 'same'))
  expect(nonces.length).toBeGreaterThan(20)
  expect(new Set(nonces).size).toBe(nonces.length)
  expect(nonces).not.toContain(envelope)
  const sent = [...device.net.log, ...restored.net.log].flatMap(
    ({ body = '' }) => body.match(/ls1\.[\w-]{11}\.[\w-]+/g) ?? [],
  )
  const used = new Set(sent.map((text) => encodeBase64url(decodeBase64url(text.split('.')[2] ?? '').subarray(0, 12))))
  expect(used.size).toBe(new Set(sent).size)
  await expectCode(restored.vault.load(Ledger, 'no-such'), 'ERR_RECORD_NOT_FOUND')
})

async function restore(name: string, snapshot: Record<string, unknown[]>): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open(name)
    request.addEventListener('success', () => resolve(request.result))
  })
  const transaction = database.transaction(['accounts', 'heads', 'outbox'], 'readwrite')
  for (const store of ['accounts', 'heads', 'outbox']) {
    const objects = transaction.objectStore(store)
    objects.clear()
    for (const row of snapshot[store] ?? []) objects.put(row)
  }
  await new Promise<void>((resolve) => {
    transaction.addEventListener('complete', () => resolve())
  })
  database.close()
}
