/**
 * Gate: the demo and the server use the SDK as any user must, through the doors of its package.json; and the server only
 * through those that need no key, but for the commands that act for a user.
 */
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { main } from '../lib/gate.mjs'
import { importsOf } from '../lib/imports.mjs'
import { list, root } from '../lib/repo.mjs'

const SDK = '@lockstitch/sdk'

/** @param {string} repository @returns {string[]} the specifiers that the SDK's package.json offers to code */
function publicDoors(repository) {
  const manifest = JSON.parse(readFileSync(join(repository, 'packages', 'sdk', 'package.json'), 'utf8'))
  return Object.keys(manifest.exports)
    .filter((subpath) => subpath !== './package.json')
    .map((subpath) => posix.join(SDK, subpath))
}

/** @param {string} repository @param {string} name @param {string[]} doors @param {string[]} [commandDoors] @returns {import('../lib/gate.mjs').Finding} */
function checkPackage(repository, name, doors, commandDoors = doors) {
  const src = `packages/${name}/src`
  const files = list(join(repository, src), '**/*.{ts,tsx,mts,js,mjs}')
  const problems = files.flatMap((file) =>
    importsOf(file, readFileSync(join(repository, src, file), 'utf8')).flatMap(({ specifier, line }) => {
      const leaves = specifier.startsWith('.') && posix.join(posix.dirname(file), specifier).startsWith('..')
      const wrongDoor =
        specifier.startsWith('@lockstitch/') &&
        !(file.startsWith('commands/') ? commandDoors : doors).includes(specifier)
      return leaves || wrongDoor ? [`${src}/${file}:${line} may not import ${specifier}`] : []
    }),
  )
  if (files.length === 0) problems.push(`${src} has no files`)
  return { read: files.length, problems }
}

/** @param {{ repository?: string }} [options] @returns {import('../lib/gate.mjs').Finding} */
export function checkDoors({ repository = root } = {}) {
  const demo = checkPackage(repository, 'demo', publicDoors(repository))
  const keyless = [SDK, `${SDK}/format`, `${SDK}/server`]
  // A command acts for a user, with the user's password, in a process that is not the server's.
  const server = checkPackage(repository, 'server-stub', keyless, [...keyless, `${SDK}/vault`])
  return { read: demo.read + server.read, problems: [...demo.problems, ...server.problems] }
}

if (import.meta.main) await main('doors', checkDoors)
