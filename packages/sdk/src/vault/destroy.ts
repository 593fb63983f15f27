/** Destroying keys: their wraps go out of the account state, and the states that had them out of the server. */
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { AccountState, KeyringEntry } from '../format/account-state.ts'
import { certificatePayload, certificateSignatureInput, serializeCertificate } from '../format/certificate.ts'
import type { Classification } from '../format/classification.ts'
import { VERSION } from '../format/constants.ts'
import { ERASURE_METHOD, type Erasure } from '../format/erasure.ts'
import { type ModelSpec, parseModel } from '../format/model.ts'
import { sign } from '../crypto/sign.ts'
import { checkTransition, type SignedAccountState, verifyAccountState } from '../keys/account-state.ts'
import type { Credential } from '../keys/credential.ts'
import { unwrapSlot } from '../keys/slot.ts'
import type { VerifiedRecord } from '../records/open-record.ts'
import { openRow } from '../storage/local-box.ts'
import { throwIfAborted } from './abort.ts'
import { refreshAccount } from './account.ts'
import type { CallOptions } from './api.ts'
import { changeAccount } from './change-account.ts'
import { requireActiveSession, type VaultContext } from './context.ts'
import type { DestroyRequest, DestructionReport, RecordRef } from './keys-api.ts'
import { listPage } from './read.ts'
import { openLive } from './read-device.ts'
import { countRecords, filesUnder, sumOf } from './record-counts.ts'
import type { Session } from './session.ts'
import { deriveOpening } from './slots.ts'
import { namesKey } from './stale.ts'
import { forgetUploads } from './upload-state.ts'

const TRIED = 10

/**
 * Destroys every key of a classification.
 *
 * @throws TypeError when anything else is to be destroyed.
 * @throws LockstitchError `ERR_UNLOCK_FAILED`, `ERR_KEY_UNKNOWN`, `ERR_KEY_WAITING`, `ERR_ROLLBACK`, and the codes of {@link changeAccount}.
 */
export async function destroy(
  context: VaultContext,
  request: DestroyRequest,
  { signal }: CallOptions,
): Promise<DestructionReport> {
  const { state } = requireActiveSession(context).account
  const { classification, models, with: opening } = request
  if (typeof classification !== 'string' || 'id' in request || 'account' in request)
    throw new TypeError('only the keys of a classification can be destroyed')
  if (!Array.isArray(models)) throw new LockstitchError('ERR_MODEL_INVALID')
  const specs = models.map((model) => parseModel(model))
  const { account } = state
  const opener = await deriveOpening(context, state, opening)
  await unwrapSlot(state.slots, opener, account)
  throwIfAborted(signal)
  return context.exclusive(`keys/${account}`, async () => {
    const session = await refreshAccount(context, requireActiveSession(context))
    const counts = await countRecords(context.server)
    const samples = await openSamples(context, specs, livingKeys(session.account.state, classification))
    throwIfAborted(signal)
    await destroyKeys(context, classification, opener)
    const { recordKeys, account: now } = requireActiveSession(context)
    for (const { model, record } of samples) {
      if (record !== null) await checkUnreadable(() => openLive(recordKeys, model as ModelSpec, record))
    }
    const kept = await keptStates(context, requireActiveSession(context))
    const isOf = (kid: string): boolean =>
      now.state.keyring.some((key) => key.kid === kid && key.classification === classification)
    const did = kept.findLast(({ state }) => state.erased?.kids.some(isOf))
    if (did === undefined) throw new LockstitchError('ERR_KEY_UNKNOWN')
    const { kids, time } = did.state.erased as Erasure
    const destroyed = destroyedKids(now.state, classification)
    await forgetHeads(context, requireActiveSession(context), destroyed)
    await forgetUploads(context, requireActiveSession(context), destroyed)
    return {
      classification,
      kids,
      destroyedAt: new Date(time),
      records: sumOf(counts.keys.filter(({ kid }) => isOf(kid))),
      files: kids.reduce((sum, kid) => sum + filesUnder(counts, kid), 0),
      proofs: samples.map(({ kid, ref }) => ({ kid, record: ref })),
      isHistoryErased: kept[0]?.state.erased !== undefined && kept[0].state.revision >= did.state.revision,
      certificate: await certify(recordKeys.identity.signing, did, classification),
    }
  })
}

/** An old ciphertext under a key, which opens as long as the key is there. */
interface Sample {
  readonly kid: string
  readonly ref: RecordRef | null
  readonly model: ModelSpec | undefined
  readonly record: VerifiedRecord | null
}

/** One record under each key that opens; a server that shows none, or nothing that opens, keeps nothing from being destroyed. */
async function openSamples(
  context: VaultContext,
  models: readonly ModelSpec[],
  keys: readonly KeyringEntry[],
): Promise<Sample[]> {
  const samples: Sample[] = []
  for (const { kid } of keys) {
    let found: Sample = { kid, ref: null, model: undefined, record: null }
    for (const model of models) {
      const verified = new Map<string, VerifiedRecord>()
      const onVerified = (record: VerifiedRecord): void => void verified.set(record.parsed.id, record)
      const { items } = await listPage(context, model, null, TRIED, { kid, onVerified })
      const opened = items.flatMap((item) => (item.ok ? [verified.get(String(item.value['id']))] : []))
      const record = opened.find((one) => one?.parsed.sealed.some(({ envelope }) => envelope.kid === kid))
      if (record === undefined) continue
      found = { kid, ref: { model: model.name, id: record.parsed.id }, model, record }
      break
    }
    samples.push(found)
  }
  return samples
}

/** One change of the account, in which no write of this device is sent. */
async function destroyKeys(context: VaultContext, classification: Classification, opener: Credential): Promise<void> {
  const { account } = requireActiveSession(context).recordKeys
  await context.exclusive(`outbox/${account}`, () =>
    changeAccount(context, async (session) => {
      const { state } = session.account
      const kids = livingKeys(state, classification).map(({ kid }) => kid)
      if (kids.length === 0) return undefined
      // In the newest state: what another device has removed meanwhile opens nothing any more.
      await unwrapSlot(state.slots, opener, account)
      await checkNothingWaits(context, session, new Set(kids))
      const kept = await keptStates(context, session)
      const ancestors = [...(kept[0]?.state.erased?.ancestors ?? []), ...kept.map(({ hash }) => hash)]
      const keyring = state.keyring.map((key) =>
        kids.includes(key.kid) ? { ...key, state: 'destroyed' as const, wrapped: null } : key,
      )
      return { state: { keyring, erased: { method: ERASURE_METHOD, kids, time: Date.now(), ancestors } } }
    }),
  )
}

/**
 * The states that the server still shows, up to that of the session: from the first of the account, or from a checkpoint, on.
 *
 * @throws LockstitchError `ERR_ROLLBACK` when they do not lead to it.
 */
async function keptStates({ server }: VaultContext, { account, recordKeys }: Session): Promise<SignedAccountState[]> {
  const kept: SignedAccountState[] = []
  for (;;) {
    const last = kept.at(-1)
    if (last?.state.revision === account.state.revision) {
      if (last.hash !== account.hash) throw new LockstitchError('ERR_ROLLBACK')
      return kept
    }
    const texts = await server.listStates(last?.state.revision ?? 0)
    if (texts.length === 0) throw new LockstitchError('ERR_ROLLBACK')
    for (const text of texts) {
      const next = await verifyAccountState(text, recordKeys.identity.signingPublic)
      const before = kept.at(-1)
      const isStart = next.state.revision === 1 || next.state.erased !== undefined
      if (before !== undefined) checkTransition(before, next)
      else if (!isStart) throw new LockstitchError('ERR_ROLLBACK')
      kept.push(next)
      if (next.state.revision >= account.state.revision) break
    }
  }
}

/** What waits under a key, was refused or is in conflict is nowhere else. */
async function checkNothingWaits(
  { storage }: VaultContext,
  { accountKeys, recordKeys }: Session,
  kids: ReadonlySet<string>,
): Promise<void> {
  for (const row of await storage.listOutbox(recordKeys.account)) {
    if (namesKey(await openRow(accountKeys.local, row), kids)) throw new LockstitchError('ERR_KEY_WAITING')
  }
}

async function checkUnreadable(open: () => Promise<unknown>): Promise<void> {
  try {
    await open()
  } catch (error) {
    if (isLockstitchError(error) && error.code === 'ERR_KEY_UNKNOWN') return
    throw error
  }
  throw new LockstitchError('ERR_INTERNAL')
}

/** What this device keeps under the keys is of no use any more. */
async function forgetHeads(
  { storage }: VaultContext,
  { accountKeys, recordKeys }: Session,
  kids: ReadonlySet<string>,
): Promise<void> {
  const rows = await storage.allHeads(recordKeys.account)
  const isGone = await Promise.all(rows.map(async (row) => namesKey(await openRow(accountKeys.local, row), kids)))
  await storage.forgetHeads(rows.filter((_, at) => isGone[at] === true))
}

async function certify(
  signingKey: CryptoKey,
  { state, hash }: SignedAccountState,
  classification: Classification,
): Promise<string> {
  const { kids, method, time } = state.erased as Erasure
  const payload = certificatePayload({
    format: VERSION,
    account: state.account,
    classification,
    kids,
    method,
    destroyedAt: time,
    revision: state.revision,
    state: hash,
  })
  return serializeCertificate(payload, await sign(signingKey, certificateSignatureInput(payload)))
}

function livingKeys({ keyring }: AccountState, classification: Classification): KeyringEntry[] {
  return keyring.filter((key) => key.classification === classification && key.state !== 'destroyed')
}

function destroyedKids({ keyring }: AccountState, classification: Classification): ReadonlySet<string> {
  const destroyed = keyring.filter((key) => key.classification === classification && key.state === 'destroyed')
  return new Set(destroyed.map(({ kid }) => kid))
}
