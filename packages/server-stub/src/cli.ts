#!/usr/bin/env node
import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type AuditCommand, auditCommand } from './commands/audit.ts'
import { convertCommand, type ConvertCommand } from './commands/convert.ts'
import { inspectCommand, type InspectCommand } from './commands/inspect.ts'
import { EXIT, runCommand } from './commands/outcome.ts'
import { LIMITS } from './deps.ts'
import { loadModels } from './host/load-models.ts'
import { startServer } from './host/start-server.ts'
import { createLog } from './log.ts'

interface ServeOptions {
  readonly port: number
  readonly host: string
  readonly data: string
  readonly models: string
  readonly objects?: string
  readonly static?: string
  readonly https?: true
  readonly tlsKey?: string
  readonly tlsCert?: string
  readonly behindHttps?: true
  readonly enrolments?: number
  readonly log: Parameters<typeof createLog>[0]
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^[0-9]{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('a port is a number of 0 to 65535')
  return port
}

function parseCount(text: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw new InvalidArgumentError('a count is a number of 1 to 999999')
  return Number(text)
}

function objectsPlace(place: string): string {
  return place.startsWith('s3:') ? place : resolve(place)
}

async function serve(options: ServeOptions): Promise<void> {
  const { port, host, data, tlsKey, tlsCert } = options
  const files = tlsKey !== undefined && tlsCert !== undefined ? { key: tlsKey, cert: tlsCert } : undefined
  if (files === undefined && (tlsKey ?? tlsCert) !== undefined) throw new Error('--tls-key and --tls-cert go together')
  const databaseUrl = process.env['DATABASE_URL']
  const server = await startServer({
    data: resolve(data),
    models: await loadModels(resolve(options.models)),
    host,
    port,
    https: files ?? options.https ?? false,
    behindHttps: options.behindHttps ?? false,
    log: createLog(options.log),
    ...(options.enrolments === undefined
      ? {}
      : { limits: { enrolments: { ...LIMITS.enrolments, count: options.enrolments } } }),
    ...(options.objects === undefined ? {} : { objects: objectsPlace(options.objects) }),
    ...(options.static === undefined ? {} : { staticFolder: resolve(options.static) }),
    ...(databaseUrl === undefined || databaseUrl === '' ? {} : { databaseUrl }),
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void server.stop().then(() => process.exit(0), fail))
  }
  process.stdout.write(`Lockstitch is ready on ${server.url}\n`)
}

function fail(error: unknown): never {
  process.stderr.write(`lockstitch: ${error instanceof Error ? error.message : 'the server could not start'}\n`)
  process.exit(1)
}

const program = new Command('lockstitch').description('The reference server of Lockstitch.').showHelpAfterError()
program
  .command('serve')
  .description(
    'Serve the API, and an app beside it. DATABASE_URL names a PostgreSQL server to use in place of the data folder.',
  )
  .option('--port <number>', 'port to listen on; 0 takes a free one', parsePort, 8080)
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--data <folder>', 'folder of the database and the keys', '.lockstitch')
  .requiredOption('--models <file>', 'module that exports the models')
  .option('--objects <place>', 'where files lie: a folder, or s3://bucket/prefix; the data folder unless given')
  .option('--static <folder>', 'built app to serve')
  .option('--https', 'speak HTTPS with a self-signed certificate')
  .option('--tls-key <file>', 'speak HTTPS with this key')
  .option('--tls-cert <file>', 'speak HTTPS with this certificate')
  .option(
    '--enrolments <count>',
    'new accounts of one address an hour: raise it for a clinic behind one address',
    parseCount,
  )
  .option('--behind-https', 'a proxy before this server speaks HTTPS')
  .addOption(
    new Option('--log <level>', 'what to log to standard error').choices(['silent', 'error', 'info']).default('info'),
  )
  .action((options: ServeOptions) => serve(options).catch(fail))
const isUsage = ({ exitCode }: { readonly exitCode: number }): never =>
  process.exit(exitCode === 0 ? EXIT.done : EXIT.usage)
program
  .command('convert')
  .description('Convert records of another system, as JSON lines. A run that was killed goes on with the same command.')
  .exitOverride(isUsage)
  .requiredOption('--models <file>', 'module that exports the models')
  .requiredOption('--model <name>', 'model to convert to')
  .requiredOption('--mapping <file>', 'JSON file that says from which member each field comes')
  .requiredOption('--keys <file>', 'JSON file of the keys of the formats')
  .requiredOption('--in <file>', 'records, one JSON object a line; - for standard input')
  .option('--out <file>', 'results, one JSON object a line; - for standard output')
  .requiredOption('--server <url>', 'address of the server')
  .requiredOption('--handle <text>', 'account that will own the records')
  .option('--password-file <file>', 'file that holds its password; asked for at a terminal unless given')
  .option('--save', 'write the records to the server; without it the results hold them sealed')
  .option('--dry-run', 'do everything but that, and write nothing')
  .option('--json', 'report as one line of JSON')
  .option('--checkpoint <file>', 'how far the run came; the file of --out with .checkpoint unless given')
  .action((options: ConvertCommand) => runCommand(() => convertCommand(options)))
program
  .command('inspect')
  .description('Say which members of a file of records look sealed, and how: counts only.')
  .exitOverride(isUsage)
  .requiredOption('--in <file>', 'records, one JSON object a line; - for standard input')
  .option('--json', 'report as one line of JSON')
  .action((options: InspectCommand) => runCommand(() => inspectCommand(options)))
program
  .command('audit')
  .description('Audit logs.')
  .command('verify')
  .description(
    'Prove that no audit log was changed or cut. Stop the server first, unless DATABASE_URL names a PostgreSQL server.',
  )
  .exitOverride(isUsage)
  .option('--data <folder>', 'folder of the database', '.lockstitch')
  .option('--tenant <name>', 'whose accounts', 'default')
  .option('--account <id>', 'only this account')
  .option('--heads <file>', 'newest entries as they were noted down; compared, and written anew when all is well')
  .option('--json', 'report as one line of JSON')
  .action((options: AuditCommand) => runCommand(() => auditCommand(options)))
await program.parseAsync()
