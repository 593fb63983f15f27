/**
 * "Built from exactly these inputs": lets a build step be called by everyone who needs its output and do its work once.
 * A lock keeps two processes from building the same thing at the same time.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './repo.mjs'

const folder = join(root, '.stamps')

/** SHA-256 over the names and contents of files. @param {string[]} files absolute paths */
export function digest(files) {
  const hash = createHash('sha256').update(process.version)
  for (const file of files) {
    const content = readFileSync(file)
    hash.update(`${file.slice(root.length)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/** Whether a process still lives. @param {number} pid */
function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Waits for a lock file of this name, runs the work, removes the file. @param {string} name @param {() => Promise<void>} work */
async function locked(name, work) {
  const file = join(folder, `${name}.lock`)
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      break
    } catch {
      const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
      if (owner > 0 && !alive(owner)) rmSync(file, { force: true })
      else await sleep(100)
    }
  }
  try {
    await work()
  } finally {
    rmSync(file, { force: true })
  }
}

/**
 * Runs `build` unless `output` exists and was built from the same inputs.
 *
 * @param {{ name: string, inputs: string[], output: string, build: () => Promise<void> }} step absolute paths
 * @returns {Promise<boolean>} whether it was built now
 */
export async function buildOnce({ name, inputs, output, build }) {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, name)
  const fresh = () => existsSync(output) && existsSync(file) && readFileSync(file, 'utf8') === digest(inputs)
  if (fresh()) return false
  let built = false
  await locked(name, async () => {
    if (fresh()) return
    const stamp = digest(inputs)
    rmSync(file, { force: true })
    await build()
    writeFileSync(file, stamp)
    built = true
  })
  return built
}
