import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lockFolder } from '../host/folder-lock.ts'
import { openStore } from '../store/open-store.ts'
import type { Scope } from '../store/tables.ts'
import { type AuditHead, type AuditReport, verifyAudit } from '../store/verify-audit.ts'
import { EXIT, type ExitCode, UsageError } from './outcome.ts'

/** Options of `lockstitch audit verify`. */
export interface AuditCommand {
  readonly data: string
  readonly tenant: string
  readonly account?: string
  readonly heads?: string
  readonly json?: true
}

/**
 * Proves that no audit log was changed or cut. A cut of the newest entries of the server's own shows only against heads that
 * were noted down before and kept elsewhere: the file of `--heads` is compared and then written anew.
 */
export async function auditCommand(options: AuditCommand): Promise<ExitCode> {
  const databaseUrl = process.env['DATABASE_URL'] ?? ''
  const folder = join(options.data, 'db')
  if (databaseUrl === '' && !existsSync(folder)) throw new UsageError('the data folder has no database')
  const noted = readHeads(options.heads)
  const lock = databaseUrl === '' ? lockFolder(options.data) : undefined
  try {
    const store = await openStore(
      databaseUrl === '' ? { kind: 'pglite', folder } : { kind: 'postgres', url: databaseUrl },
    )
    try {
      const scope = { db: store.db, tenant: options.tenant }
      const accounts = options.account === undefined ? await accountsOf(scope) : [options.account]
      // An account that was noted down and is gone has lost its whole log.
      const all = new Set([...accounts, ...(options.account === undefined ? noted.keys() : [])])
      const reports: AuditReport[] = []
      for (const account of all) reports.push(await verifyAudit(scope, account, noted.get(account)))
      return report(options, reports)
    } finally {
      await store.close()
    }
  } finally {
    lock?.release()
  }
}

function report({ heads, json }: AuditCommand, reports: readonly AuditReport[]): ExitCode {
  const broken = reports.filter(({ fault }) => fault !== null)
  const entries = reports.reduce((sum, { head }) => sum + head.seq, 0)
  const destroyed = reports.filter(({ isDestroyed }) => isDestroyed).map(({ account }) => account)
  if (json === true)
    process.stdout.write(`${JSON.stringify({ accounts: reports.length, entries, destroyed, broken })}\n`)
  else {
    const lines = [
      ...broken.map(({ account, fault }) => `  ${account}: ${fault}`),
      ...destroyed.map((account) => `  ${account}: destroyed by its owner`),
    ]
    const summary = `${reports.length} logs, ${entries} entries, ${broken.length} of the logs not whole`
    process.stdout.write(`${[summary, ...lines].join('\n')}\n`)
  }
  // Nothing was proved where nothing was read.
  if (reports.length === 0) throw new UsageError('there is no account to check')
  if (broken.length > 0) return EXIT.someFailed
  if (heads !== undefined) {
    const noted = reports.map(({ account, head }) => [account, head] as const)
    writeFileSync(heads, `${JSON.stringify(Object.fromEntries(noted), null, 2)}\n`)
  }
  return EXIT.done
}

async function accountsOf({ db, tenant }: Scope): Promise<string[]> {
  const rows = await db.selectFrom('accounts').select('id').where('tenant_id', '=', tenant).orderBy('id').execute()
  return rows.map(({ id }) => id)
}

function readHeads(path: string | undefined): ReadonlyMap<string, AuditHead> {
  if (path === undefined || !existsSync(path)) return new Map()
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, AuditHead>))
  } catch {
    throw new UsageError('the file of heads is not one that this command wrote')
  }
}
