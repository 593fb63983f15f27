/** One attack for each check of the vault; what they want, only the check keeps from them. */
import type { TransportRequest } from '@lockstitch/sdk'
import { type AccountState, canonicalJson } from '@lockstitch/sdk/format'
import { answer, type Mutator } from '../../support/evil.ts'
import { Intake, Ledger } from '../../support/models.ts'
import { hashState, instead, isFor, joinState, lendSigner, signState, splitState, statesOf } from './forge.ts'
import { fetchRaw, lendMacKey, type RawRecord, remakeManifest } from './records.ts'
import type { Device, World } from './world.ts'

/** The weakenings. Each is a check that a careless version would not have. */
export type Weakening =
  | 'kdf params are not checked'
  | 'macs are not verified'
  | 'signatures are not verified'
  | 'digests are not compared'
  | 'fields are not bound to their place'
  | 'states need not follow one another'
  | 'the device forgets what it has seen of records'
  | 'the device forgets what it has seen of accounts'
  | 'acknowledgements are believed'

/** An attack: the check that stops it, what it is, and whether the adversary got what was wanted. */
export type Attack = readonly [Weakening, string, () => Promise<boolean>]

/** The attacks, on an account of their own. Each gives true when it succeeded, and false or an error when not. */
export async function prepareAttacks(world: World): Promise<readonly Attack[]> {
  const { person, device: home } = await world.enrol('ada')
  const { handle, password, recoveryCode } = person
  const ownSigner = await lendSigner(() => home.vault.saveMany(Ledger, [{ id: 'first', name: 'x' }]))
  let count = 0

  /** A record at its second revision, and its first one. */
  async function makeRecord(): Promise<{ id: string; old: RawRecord; current: RawRecord }> {
    const id = `teeth-${++count}`
    await home.vault.saveMany(Ledger, [{ id, name: 'old dose', ssn: 'kept' }])
    const old = await fetchRaw(home.net, Ledger, id)
    await home.vault.saveMany(Ledger, [{ id, name: 'new dose', ssn: 'kept' }])
    return { id, old, current: await fetchRaw(home.net, Ledger, id) }
  }

  async function loadAs(
    { vault, net }: Device,
    shown: RawRecord,
    model: 'intake' | 'ledger' = 'ledger',
  ): Promise<Record<string, unknown>> {
    net.mutator = instead('GET', `/v1/records/${model}/${shown.id}`, 200, { record: shown })
    return vault.load(model === 'intake' ? Intake : Ledger, shown.id) as Promise<Record<string, unknown>>
  }

  /** A server that shows this state at login, and this chain. */
  const showing = (state: string, chain: readonly string[] = []): Mutator => ({
    request(request: TransportRequest) {
      if (isFor(request, 'POST', '/v1/sessions')) return answer(200, { state, revision: 1, now: Date.now() })
      return isFor(request, 'GET', '/v1/account/states') ? answer(200, { states: chain }) : undefined
    },
  })

  async function unlockWith(device: Device, mutator: Mutator): Promise<boolean> {
    device.net.mutator = mutator
    await device.vault.unlock({ recoveryCode })
    return (await device.vault.status()).state === 'unlocked'
  }

  async function knownDevice(): Promise<Device> {
    const device = await world.unlocked(person)
    await device.vault.lock()
    return world.device(device.database)
  }

  const newestState = async (): Promise<string> => (await statesOf(home.net)).at(-1) as string

  return [
    [
      'kdf params are not checked',
      'A01 the server learns a login secret that was stretched once',
      async () => {
        const device = world.device()
        device.net.mutator = instead('POST', '/v1/kdf', 200, { hash: 'SHA-256', iterations: 1, salt: 'A'.repeat(22) })
        await device.vault.unlock({ handle, password }).catch(() => undefined)
        return device.net.log.some((request) => isFor(request, 'POST', '/v1/sessions'))
      },
    ],
    [
      'macs are not verified',
      'A23 A26 an old dose stands under a new revision',
      async () => {
        const { old, current } = await makeRecord()
        const forger = await crypto.subtle.importKey(
          'raw',
          new Uint8Array(32),
          { name: 'HMAC', hash: 'SHA-256' },
          false,
          ['sign'],
        )
        const forged = await remakeManifest(Ledger, { ...current, name: old.name }, forger, current.$seal)
        return (await loadAs(home, forged))['name'] === 'old dose'
      },
    ],
    [
      'digests are not compared',
      'A19 A20 a field is taken out of a record',
      async () => {
        const { ssn: _ssn, ...rest } = (await makeRecord()).current
        return !('ssn' in (await loadAs(await world.unlocked(person), rest as RawRecord)))
      },
    ],
    [
      'fields are not bound to their place',
      'A20 two fields change places under a manifest that is right',
      async () => {
        const id = `teeth-${++count}`
        const macKey = await lendMacKey(() => home.vault.saveMany(Intake, [{ id, ssn: 'benign', notes: 'cut' }]))
        const sealed = await fetchRaw(home.net, Intake, id)
        const swapped = await remakeManifest(
          Intake,
          { ...sealed, ssn: String(sealed['notes']), notes: sealed.ssn },
          macKey,
        )
        return (await loadAs(await world.unlocked(person), swapped, 'intake'))['ssn'] === 'cut'
      },
    ],
    [
      'the device forgets what it has seen of records',
      'A23 an old dose is shown',
      async () => (await loadAs(home, (await makeRecord()).old))['name'] === 'old dose',
    ],
    [
      'signatures are not verified',
      'A10 A61 the policy of the account is another one',
      async () => {
        const { state } = splitState(await newestState())
        const forged = joinState(
          canonicalJson({ ...state, policy: { ...state.policy, minIterations: 0 } }),
          'A'.repeat(86),
        )
        return unlockWith(world.device(), showing(forged))
      },
    ],
    [
      'states need not follow one another',
      'A61 the floor of the account is lowered',
      async () => {
        const text = await newestState()
        const { state } = splitState(text)
        const changes = {
          revision: state.revision + 1,
          previous: await hashState(text),
          policy: { ...state.policy, minIterations: 0 },
        }
        const next = await signState({ ...state, ...changes } satisfies AccountState, ownSigner)
        return unlockWith(await knownDevice(), showing(next, [next]))
      },
    ],
    [
      'the device forgets what it has seen of accounts',
      'A55 A63 an old state of the account is shown',
      async () => {
        const device = await knownDevice()
        return unlockWith(device, showing((await statesOf(home.net))[0] as string))
      },
    ],
    [
      'acknowledgements are believed',
      'A28 a write that was dropped counts as stored',
      async () => {
        const { vault, net } = home
        const id = `teeth-${++count}`
        net.mutator = instead('POST', '/v1/records', 200, { stored: [{ id, revision: 1, hash: 'A'.repeat(43) }] })
        const [result] = await vault.saveMany(Ledger, [{ id, name: 'x' }])
        const isGone = (await vault.pending()).every((row) => row.id !== id)
        await vault.discardPending('ledger', id)
        return result?.ok === true && result.value.state === 'stored' && isGone
      },
    ],
  ]
}
