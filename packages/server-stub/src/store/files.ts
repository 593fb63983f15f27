/**
 * Which parts of sealed files there are. A part has its row before its object is put, and loses it after its object is gone, so
 * that there is never an object without a row, whenever the server is killed.
 */
import type { FileKey } from '@lockstitch/sdk/server'
import { Problem } from '../http/problem.ts'
import type { Scope } from './tables.ts'
import { RetryTransaction } from './transaction.ts'

/** What an account may take of the object storage. */
export interface FileLimits {
  readonly files: number
  readonly fileBytes: number
  readonly openUploads: number
}

/** One file of an account. */
export interface FilePlace {
  readonly account: string
  readonly id: string
}

/** One part of a file. */
export interface FilePart {
  readonly number: number
  /** SHA-256 of its bytes, base64url. */
  readonly hash: string
  readonly bytes: number
  readonly isStored: boolean
}

/** A file, as far as it is known. */
export interface StoredFile extends FileKey {
  readonly state: 'open' | 'stored' | 'removing'
  readonly bytes: number
}

/** The file, if there is one. */
export async function findFile({ db, tenant }: Scope, { account, id }: FilePlace): Promise<StoredFile | undefined> {
  const row = await db
    .selectFrom('files')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .where('id', '=', id)
    .executeTakeFirst()
  return (
    row &&
    ({ kid: row.kid, classification: row.classification, state: row.state, bytes: Number(row.bytes) } as StoredFile)
  )
}

/** The parts of a file, in order. */
export async function partsOf({ db, tenant }: Scope, { account, id }: FilePlace): Promise<FilePart[]> {
  const rows = await db
    .selectFrom('file_parts')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .where('file_id', '=', id)
    .orderBy('number', 'asc')
    .execute()
  return rows.map(({ number, hash, bytes, stored }) => ({
    number: Number(number),
    hash,
    bytes: Number(bytes),
    isStored: Number(stored) === 1,
  }))
}

/** One part of a file, once it is stored. */
export async function findPart(scope: Scope, place: FilePlace, number: number): Promise<FilePart | undefined> {
  const row = await partRow(scope, place, number).executeTakeFirst()
  return row && { number, hash: row.hash, bytes: Number(row.bytes), isStored: Number(row.stored) === 1 }
}

/**
 * Begins an upload, or goes on with the one that was begun. Call it in a transaction.
 *
 * @throws Problem `409 ERR_CONFLICT` for a file of another key, or one that is being removed; `403 ERR_FILE_QUOTA`.
 */
export async function startFile(
  scope: Scope,
  place: FilePlace,
  key: FileKey,
  limits: FileLimits,
  now: number,
): Promise<void> {
  const known = await findFile(scope, place)
  if (known !== undefined) {
    const isSame = known.kid === key.kid && known.classification === key.classification && known.state !== 'removing'
    if (!isSame) throw new Problem(409, 'ERR_CONFLICT')
    return
  }
  const { db, tenant } = scope
  const open = await db
    .selectFrom('files')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', place.account)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  if (Number(open.count) >= limits.openUploads) throw new Problem(403, 'ERR_FILE_QUOTA')
  await use(scope, place.account, { files: 1, bytes: 0 }, limits)
  const row = { tenant_id: tenant, account_id: place.account, id: place.id, ...key, state: 'open' as const, bytes: 0 }
  await db
    .insertInto('files')
    .values({ ...row, updated: now })
    .execute()
}

/**
 * Writes down that a part is about to be put; false when it is stored already. Call it in a transaction.
 *
 * @throws Problem `404 ERR_FILE_MISSING` when no such upload is open; `409 ERR_CONFLICT` when the part has other bytes;
 * `403 ERR_FILE_QUOTA`.
 */
export async function announcePart(
  scope: Scope,
  place: FilePlace,
  part: Omit<FilePart, 'isStored'>,
  limits: FileLimits,
  now: number,
): Promise<boolean> {
  const file = await findFile(scope, place)
  if (file === undefined || file.state === 'removing') throw new Problem(404, 'ERR_FILE_MISSING')
  const known = await findPart(scope, place, part.number)
  if (known !== undefined && known.hash !== part.hash) throw new Problem(409, 'ERR_CONFLICT')
  if (known?.isStored === true) return false
  if (file.state === 'stored') throw new Problem(409, 'ERR_CONFLICT')
  const { db, tenant } = scope
  if (known === undefined) {
    await use(scope, place.account, { files: 0, bytes: part.bytes }, limits)
    const row = { tenant_id: tenant, account_id: place.account, file_id: place.id, ...part, stored: 0 }
    await db.insertInto('file_parts').values(row).execute()
  }
  await fileRow(scope, place).set({ updated: now }).execute()
  return true
}

/** Writes down that a part was put; false when its file is gone, and the object must go too. */
export async function confirmPart({ db, tenant }: Scope, place: FilePlace, number: number): Promise<boolean> {
  const done = await db
    .updateTable('file_parts')
    .set({ stored: 1 })
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', place.account)
    .where('file_id', '=', place.id)
    .where('number', '=', number)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

/** Makes an open upload a file. Call it in a transaction. */
export async function completeFile(scope: Scope, place: FilePlace, bytes: number, now: number): Promise<void> {
  const done = await fileRow(scope, place)
    .set({ state: 'stored', bytes, updated: now })
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (done.numUpdatedRows !== 1n) throw new RetryTransaction()
}

/** From now on the file is not shown any more; false when there is none. */
export async function hideFile(scope: Scope, place: FilePlace): Promise<boolean> {
  const done = await fileRow(scope, place).set({ state: 'removing' }).executeTakeFirst()
  return done.numUpdatedRows === 1n
}

/** Whether another file has a part of the same bytes. */
export async function isShared({ db, tenant }: Scope, { account, id }: FilePlace, hash: string): Promise<boolean> {
  const other = await db
    .selectFrom('file_parts')
    .select('number')
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .where('hash', '=', hash)
    .where('file_id', '!=', id)
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}

/** Forgets a file whose objects are gone. Call it in a transaction. */
export async function forgetFile(scope: Scope, place: FilePlace): Promise<void> {
  const { db, tenant } = scope
  const parts = await partsOf(scope, place)
  const gone = await db
    .deleteFrom('files')
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', place.account)
    .where('id', '=', place.id)
    .executeTakeFirst()
  if (gone.numDeletedRows !== 1n) return
  await db
    .deleteFrom('file_parts')
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', place.account)
    .where('file_id', '=', place.id)
    .execute()
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  await use(scope, place.account, { files: -1, bytes: -bytes }, undefined)
}

/** Uploads that have rested since `before`, and files whose removal was not finished. */
export async function abandonedFiles({ db, tenant }: Scope, before: number): Promise<FilePlace[]> {
  const rows = await db
    .selectFrom('files')
    .select(['account_id', 'id'])
    .where('tenant_id', '=', tenant)
    .where((where) =>
      where.or([where('state', '=', 'removing'), where('state', '=', 'open').and('updated', '<', before)]),
    )
    .limit(1000)
    .execute()
  return rows.map(({ account_id: account, id }) => ({ account, id }))
}

/** Every file of an account, by its id. */
export async function filesOf({ db, tenant }: Scope, account: string): Promise<string[]> {
  const files = db.selectFrom('files').select('id').where('tenant_id', '=', tenant).where('account_id', '=', account)
  return (await files.execute()).map(({ id }) => id)
}

/** Forgets that an account ever took anything. */
export async function forgetUsage({ db, tenant }: Scope, account: string): Promise<void> {
  await db.deleteFrom('file_usage').where('tenant_id', '=', tenant).where('account_id', '=', account).execute()
}

/** Counts what an account takes or gives back. */
async function use(
  { db, tenant }: Scope,
  account: string,
  { files, bytes }: { readonly files: number; readonly bytes: number },
  limits: FileLimits | undefined,
): Promise<void> {
  await db
    .insertInto('file_usage')
    .values({ tenant_id: tenant, account_id: account, files: 0, bytes: 0 })
    .onConflict((on) => on.doNothing())
    .execute()
  let update = db
    .updateTable('file_usage')
    .set(({ eb }) => ({ files: eb('files', '+', files), bytes: eb('bytes', '+', bytes) }))
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
  if (limits !== undefined) {
    update = update.where('files', '<=', limits.files - files).where('bytes', '<=', limits.fileBytes - bytes)
  }
  if ((await update.executeTakeFirst()).numUpdatedRows !== 1n) throw new Problem(403, 'ERR_FILE_QUOTA')
}

function fileRow({ db, tenant }: Scope, { account, id }: FilePlace) {
  return db.updateTable('files').where('tenant_id', '=', tenant).where('account_id', '=', account).where('id', '=', id)
}

function partRow({ db, tenant }: Scope, { account, id }: FilePlace, number: number) {
  return db
    .selectFrom('file_parts')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .where('file_id', '=', id)
    .where('number', '=', number)
}
