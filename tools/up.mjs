/**
 * The one command of a fresh clone. Whatever Node is on the machine (20 or newer), it installs the locked dependencies
 * when they changed, and then runs the wanted script on the Node 24 that the lockfile pins. With nothing to install it
 * costs a few milliseconds and touches no network.
 *
 *     node tools/up.mjs test [args]      every gate and suite
 *     node tools/up.mjs start [args]     the demo and its server
 *     node tools/up.mjs run <script>     a script of package.json
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST_NODE = 20
const windows = process.platform === 'win32'
const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const PNPM = `pnpm@${manifest.devEngines.packageManager.version}`
const bin = join(root, 'node_modules', '.bin')
const stampFile = join(root, 'node_modules', '.lockstitch-installed')

/** @param {string} message @returns {never} */
function stop(message) {
  console.error(`\n${message}`)
  process.exit(1)
}

/** What an install depends on: the lockfile, the workspace settings and every package's dependency lists. */
function installStamp() {
  const hash = createHash('sha256').update(process.platform + process.arch)
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, name)))
  const packages = readdirSync(join(root, 'packages')).sort()
  for (const folder of ['.', join('tests', 'bench'), ...packages.map((name) => join('packages', name))]) {
    const file = join(root, folder, 'package.json')
    if (!existsSync(file)) continue
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readFileSync(file, 'utf8'))
    hash.update(JSON.stringify([folder, dependencies, devDependencies, optionalDependencies]))
  }
  return hash.digest('hex')
}

function install() {
  const stamp = installStamp()
  const installed = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : ''
  if (installed === stamp && existsSync(join(bin, 'node'))) return
  console.log(`Installing the locked dependencies (${PNPM}) ...`)
  const result = spawnSync('npx', ['--yes', PNPM, 'install', '--frozen-lockfile'], {
    cwd: root,
    stdio: 'inherit',
    shell: windows,
    env: { ...process.env, npm_config_fetch_retries: '1', npm_config_fetch_retry_mintimeout: '2000' },
  })
  if (result.status !== 0) {
    stop(
      'The dependencies could not be installed (the output above says why).\n' +
        'Without a network: the first install needs the npm registry; afterwards no network is needed.\n' +
        'With "ERR_PNPM_OUTDATED_LOCKFILE": a package.json changed without pnpm-lock.yaml; run ' +
        `"npx ${PNPM} install" and commit both.`,
    )
  }
  writeFileSync(stampFile, stamp)
}

/** One word of a shell command line, kept as it is. @param {string} word */
const quote = (word) => (windows ? JSON.stringify(word) : `'${word.replaceAll("'", "'\\''")}'`)

/** The shell command line of a verb and its arguments. @param {string | undefined} verb @param {string[]} rest */
function commandLine(verb, rest) {
  if (verb === 'test' || verb === 'start') {
    return [join(bin, 'node'), join(root, 'tools', `${verb}.mjs`), ...rest].map(quote).join(' ')
  }
  const [name = '', ...args] = rest
  const { scripts } = manifest
  if (verb === 'run' && Object.hasOwn(scripts, name)) return [scripts[name], ...args.map(quote)].join(' ')
  return stop(
    `Usage: node tools/up.mjs test | start | run <script>\nScripts: ${Object.keys(scripts).sort().join(', ')}`,
  )
}

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  stop(`Lockstitch needs Node ${OLDEST_NODE} or newer to start; this is Node ${process.versions.node}.`)
}
const line = commandLine(process.argv[2], process.argv.slice(3))
install()
const env = { ...process.env, PATH: bin + delimiter + (process.env['PATH'] ?? '') }
// `exec` makes the shell become the command, so that a signal reaches the command itself and leaves no orphan.
const child = spawn(windows ? line : `exec ${line}`, { cwd: root, stdio: 'inherit', shell: true, env })
for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => child.kill(signal))
}
// npm passes a SIGTERM to its shell and not to us: when the shell is gone, so is whoever wanted this to run.
const parent = process.ppid
if (process.env['npm_lifecycle_event'] !== undefined) {
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref()
}
child.on('error', (error) => stop(`Could not start: ${error.message}`))
child.on('exit', (code) => process.exit(code ?? 1))
