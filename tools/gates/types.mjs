/** Gate: every TypeScript project of the repository type-checks, and each of them has files. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { main } from '../lib/gate.mjs'
import { root, run } from '../lib/repo.mjs'

/** Folders with a tsconfig.json; the root's holds tests and tools. */
const PROJECTS = ['packages/sdk', 'packages/server-stub', 'packages/demo', '.']

/** @param {string} cwd @param {string} project @returns {Promise<import('../lib/gate.mjs').Finding>} */
async function checkProject(cwd, project) {
  if (!existsSync(join(cwd, project, 'tsconfig.json'))) {
    return { read: 0, problems: [`${project}/tsconfig.json does not exist`] }
  }
  const args = ['-p', project, '--noEmit', '--pretty', 'false', '--listFiles']
  const { status, output } = await run('tsc', args, { cwd, quiet: true })
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const own = lines.filter((line) => line.startsWith(join(cwd, project)) && !line.includes('/node_modules/'))
  const problems = lines.filter((line) => /\berror TS\d+:/.test(line))
  if (status !== 0 && problems.length === 0) problems.push(`tsc -p ${project} ended with status ${status}`)
  if (own.length === 0) problems.push(`tsc -p ${project} read no file of the project`)
  return { read: own.length, problems }
}

/** @param {{ cwd?: string, projects?: string[] }} [options] @returns {Promise<import('../lib/gate.mjs').Finding>} */
export async function checkTypes({ cwd = root, projects = PROJECTS } = {}) {
  const findings = []
  for (const project of projects) findings.push(await checkProject(cwd, project))
  return {
    read: findings.reduce((sum, finding) => sum + finding.read, 0),
    problems: findings.flatMap((finding) => finding.problems),
  }
}

if (import.meta.main) await main('types', checkTypes)
