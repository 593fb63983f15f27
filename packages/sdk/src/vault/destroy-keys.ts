/** Destroying data keys: their wraps go out of the account state, and the states that had them out of the server. */
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { AccountState, KeyringEntry } from '../format/account-state.ts'
import type { Certificate } from '../format/certificate.ts'
import { VERSION } from '../format/constants.ts'
import { ERASURE_METHOD, type Erasure } from '../format/erasure.ts'
import type { ModelSpec } from '../format/model.ts'
import { checkTransition, type SignedAccountState, verifyAccountState } from '../keys/account-state.ts'
import { signCertificate } from '../keys/certificate.ts'
import type { Credential } from '../keys/credential.ts'
import { unwrapSlot } from '../keys/slot.ts'
import type { VerifiedRecord } from '../records/open-record.ts'
import type { HeadRow } from '../storage/database.ts'
import { openRow } from '../storage/local-box.ts'
import { changeAccount } from './change-account.ts'
import { requireSession, type VaultContext } from './context.ts'
import type { DestructionProof } from './destroy-api.ts'
import { listPage } from './read.ts'
import { openLive } from './read-device.ts'
import type { Session } from './session.ts'
import { namesKey } from './stale.ts'
import { forgetUploads } from './upload-state.ts'

const TRIED = 10

/** An old ciphertext, which opens as long as its keys are there. */
export interface Sample {
  readonly model: ModelSpec
  readonly record: VerifiedRecord
}

/** Samples by the keys they are sealed under. */
export type Samples = ReadonlyMap<string, Sample>

/** The keys of a state that are not destroyed. */
export function livingKeys({ keyring }: AccountState): KeyringEntry[] {
  return keyring.filter(({ state }) => state !== 'destroyed')
}

/** One record under each key that opens; a server that shows none, or nothing that opens, keeps nothing from being destroyed. */
export async function openSamples(
  context: VaultContext,
  models: readonly ModelSpec[],
  keys: readonly KeyringEntry[],
): Promise<Samples> {
  const samples = new Map<string, Sample>()
  for (const { kid } of keys) {
    for (const model of models) {
      const verified = new Map<string, VerifiedRecord>()
      const onVerified = (record: VerifiedRecord): void => void verified.set(record.parsed.id, record)
      const { items } = await listPage(context, model, null, TRIED, { kid, onVerified })
      const opened = items.flatMap((item) => (item.ok ? [verified.get(String(item.value['id']))] : []))
      const record = opened.find((one) => one?.parsed.sealed.some(({ envelope }) => envelope.kid === kid))
      if (record === undefined) continue
      samples.set(kid, { model, record })
      break
    }
  }
  return samples
}

/** What is to be destroyed, by the newest state of the account, and what would keep it from being so. */
export interface KeyChoice {
  readonly keys: (state: AccountState) => readonly KeyringEntry[]
  readonly check: (session: Session, kids: ReadonlySet<string>) => Promise<void>
}

/** One change of the account, in which no write of this device is sent. What is destroyed already stays so. */
export async function destroyKeys(
  context: VaultContext,
  opener: Credential,
  { keys, check }: KeyChoice,
): Promise<void> {
  const { account } = requireSession(context).recordKeys
  await context.exclusive(`outbox/${account}`, () =>
    changeAccount(context, async (session) => {
      const { state } = session.account
      const kids = keys(state).map(({ kid }) => kid)
      if (kids.length === 0) return undefined
      // In the newest state: what another device has removed meanwhile opens nothing any more.
      await unwrapSlot(state.slots, opener, account)
      await check(session, new Set(kids))
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
 * Tries every sample once more: none of them may open.
 *
 * @throws LockstitchError `ERR_INTERNAL` when one does.
 */
export async function proveUnreadable(
  context: VaultContext,
  kids: readonly string[],
  samples: Samples,
): Promise<DestructionProof[]> {
  const { recordKeys } = requireSession(context)
  for (const { model, record } of samples.values()) {
    await checkUnreadable(() => openLive(recordKeys, model, record))
  }
  return kids.map((kid) => {
    const sample = samples.get(kid)
    return { kid, record: sample === undefined ? null : { model: sample.model.name, id: sample.record.parsed.id } }
  })
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

/**
 * The states that the server still shows, up to that of the session: from the first of the account, or from a checkpoint, on.
 *
 * @throws LockstitchError `ERR_ROLLBACK` when they do not lead to it.
 */
export async function keptStates(
  { server }: VaultContext,
  { account, recordKeys }: Session,
): Promise<SignedAccountState[]> {
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

/** True when the server shows no state from before a checkpoint. */
export function isErasedBefore(kept: readonly SignedAccountState[], { state }: SignedAccountState): boolean {
  return kept[0]?.state.erased !== undefined && kept[0].state.revision >= state.revision
}

/**
 * Nothing of a write that waits under the keys, was refused or is in conflict is anywhere else.
 *
 * @throws LockstitchError `ERR_KEY_WAITING`
 */
export async function checkNothingWaits(
  { storage }: VaultContext,
  { accountKeys, recordKeys }: Session,
  kids: ReadonlySet<string>,
  isMeant: (row: Awaited<ReturnType<typeof storage.listOutbox>>[number]) => boolean = () => true,
): Promise<void> {
  for (const row of (await storage.listOutbox(recordKeys.account)).filter(isMeant)) {
    if (namesKey(await openRow(accountKeys.local, row), kids)) throw new LockstitchError('ERR_KEY_WAITING')
  }
}

/** What this device has seen of records under the keys. */
export async function headsUnder(
  { storage }: VaultContext,
  { accountKeys, recordKeys }: Session,
  kids: ReadonlySet<string>,
): Promise<HeadRow[]> {
  const rows = await storage.allHeads(recordKeys.account)
  const isUnder = await Promise.all(rows.map(async (row) => namesKey(await openRow(accountKeys.local, row), kids)))
  return rows.filter((_, at) => isUnder[at] === true)
}

/** Forgets what this device keeps under destroyed keys: it is of no use any more. */
export async function forgetUnder(context: VaultContext, kids: ReadonlySet<string>): Promise<void> {
  const session = requireSession(context)
  await context.storage.forgetHeads(await headsUnder(context, session, kids))
  await forgetUploads(context, session, kids)
}

/** What of a certificate says what was destroyed. */
export type Subject = Pick<Certificate, 'classification' | 'record' | 'whole'>

/** The certificate of keys that a checkpoint destroyed. It follows from the state, so that it can be made again. */
export async function certify(
  { recordKeys }: Session,
  { state, hash }: SignedAccountState,
  subject: Subject,
  kids: Certificate['kids'],
): Promise<string> {
  const { method, time } = state.erased as Erasure
  const { account, revision } = state
  return signCertificate(
    { format: VERSION, account, ...subject, kids, method, destroyedAt: time, revision, state: hash },
    recordKeys.identity.signing,
  )
}
