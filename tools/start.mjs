/**
 * `npm start`: builds the SDK and the demo when they changed, and runs the reference server that serves them.
 *
 *     npm start -- --port 8080 --data .data --https
 */
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildDemo } from './build-demo.mjs'
import { root } from './lib/repo.mjs'

const options = /** @type {const} */ ({
  port: { type: 'string', default: '8080' },
  data: { type: 'string', default: join(root, '.data') },
  https: { type: 'boolean', default: false },
  enrolments: { type: 'string' },
})

/** @param {unknown} error @returns {never} */
function stop(error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
}

/** @returns {{ port: string, data: string, https: boolean, enrolments?: string }} */
function readOptions() {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    return stop(error)
  }
}

const { port, data, https, enrolments } = readOptions()
await buildDemo().catch(stop)
const demo = join(root, 'packages', 'demo')
const served = ['--static', join(demo, 'dist'), '--models', join(demo, 'src', 'models.ts')]
const cli = join(root, 'packages', 'server-stub', 'src', 'cli.ts')
const args = [cli, 'serve', '--port', port, '--data', resolve(data), ...(https ? ['--https'] : [])]
args.push(...(enrolments === undefined ? [] : ['--enrolments', enrolments]), ...served)
const server = spawn(process.execPath, args, { stdio: 'inherit' })
for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => server.kill(signal))
}
server.on('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 0
})
