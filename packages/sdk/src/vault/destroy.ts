/** Destroying: what an order asks for is read here, and every key of a classification is destroyed here. */
import { isPlainObject } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import type { AccountState, KeyringEntry } from '../format/account-state.ts'
import { type Classification, KEYED } from '../format/classification.ts'
import type { Erasure } from '../format/erasure.ts'
import { type ModelSpec, parseModel } from '../format/model.ts'
import type { Credential } from '../keys/credential.ts'
import { unwrapSlot } from '../keys/slot.ts'
import { throwIfAborted } from './abort.ts'
import { refreshAccount } from './account.ts'
import type { LongCallOptions, OpeningCredentials } from './api.ts'
import { requireActiveSession, requireSession, type VaultContext } from './context.ts'
import { destroyAccount } from './destroy-account.ts'
import type { AccountDestructionReport, DestructionReport, RecordDestructionReport } from './destroy-api.ts'
import {
  certify,
  checkNothingWaits,
  destroyKeys,
  forgetUnder,
  isErasedBefore,
  keptStates,
  livingKeys,
  openSamples,
  proveUnreadable,
} from './destroy-keys.ts'
import { destroyRecord } from './destroy-record.ts'
import { countRecords, filesUnder, sumOf } from './record-counts.ts'
import type { RecordRef } from './record-ref.ts'
import { deriveOpening } from './slots.ts'

/**
 * Destroys the keys of a classification, of a record or of the account.
 *
 * @throws LockstitchError `ERR_VALUE_INVALID` for an order of another shape, `ERR_MODEL_INVALID`, `ERR_UNLOCK_FAILED`, and the codes of what is
 * destroyed.
 */
export async function destroy(
  context: VaultContext,
  request: unknown,
  options: LongCallOptions,
): Promise<DestructionReport | RecordDestructionReport | AccountDestructionReport> {
  requireSession(context)
  const order = readOrder(request)
  const models = order.models.map((model) => parseModel(model))
  // An account that never took a record can be destroyed too.
  const { state } = ('account' in order ? requireSession : requireActiveSession)(context).account
  const opener = await deriveOpening(context, state, order.with)
  await unwrapSlot(state.slots, opener, state.account)
  throwIfAborted(options.signal)
  if ('account' in order) return destroyAccount(context, models, opener, options)
  if ('record' in order) return destroyRecord(context, order.record, models, opener, options)
  return destroyClassification(context, order.classification, models, opener, options)
}

type Order = { readonly models: readonly unknown[]; readonly with: OpeningCredentials } & (
  | { readonly classification: Classification }
  | { readonly record: RecordRef }
  | { readonly account: true }
)

/** An order has exactly one thing to destroy: one that could be read as two is not carried out. */
function readOrder(value: unknown): Order {
  if (!isPlainObject(value)) throw invalid()
  const { models, with: opening, ...what } = value
  const [[name, it] = [], ...more] = Object.entries(what)
  if (!Array.isArray(models) || !isPlainObject(opening) || more.length > 0) throw invalid()
  const isRight =
    (name === 'classification' && KEYED.some((one) => one === it)) ||
    (name === 'account' && it === true) ||
    (name === 'record' && isPlainObject(it) && typeof it['model'] === 'string' && typeof it['id'] === 'string')
  if (!isRight) throw invalid()
  return value as unknown as Order
}

function invalid(): LockstitchError {
  return new LockstitchError('ERR_VALUE_INVALID')
}

async function destroyClassification(
  context: VaultContext,
  classification: Classification,
  models: readonly ModelSpec[],
  opener: Credential,
  { signal }: LongCallOptions,
): Promise<DestructionReport> {
  const isOf = (key: KeyringEntry): boolean => key.classification === classification
  const keys = (state: AccountState): KeyringEntry[] => livingKeys(state).filter(isOf)
  return context.exclusive(`keys/${requireSession(context).recordKeys.account}`, async () => {
    const session = await refreshAccount(context, requireActiveSession(context))
    const counts = await countRecords(context.server)
    const living = keys(session.account.state)
    const samples = await openSamples(context, models, living)
    throwIfAborted(signal)
    await destroyKeys(context, opener, { keys, check: (now, kids) => checkNothingWaits(context, now, kids) })
    const proofs = await proveUnreadable(
      context,
      living.map(({ kid }) => kid),
      samples,
    )
    const now = requireActiveSession(context)
    const destroyed = new Set(now.account.state.keyring.filter(isOf).map(({ kid }) => kid))
    const kept = await keptStates(context, now)
    const did = kept.findLast(({ state }) => state.erased?.kids.some((kid) => destroyed.has(kid)))
    if (did === undefined) throw new LockstitchError('ERR_KEY_UNKNOWN')
    await forgetUnder(context, destroyed)
    const erased = did.state.erased as Erasure
    const kids = erased.kids.filter((kid) => destroyed.has(kid))
    return {
      classification,
      kids,
      destroyedAt: new Date(erased.time),
      records: sumOf(counts.keys.filter(({ kid }) => (destroyed as ReadonlySet<string>).has(kid))),
      files: kids.reduce((sum, kid) => sum + filesUnder(counts, kid), 0),
      proofs,
      isHistoryErased: isErasedBefore(kept, did),
      certificate: await certify(now, did, { classification }, kids),
    }
  })
}
