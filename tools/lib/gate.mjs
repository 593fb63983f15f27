/** What a gate is, how it reports, and the rule all of them obey: a gate that read nothing has failed. */

/**
 * @typedef {object} Finding What a gate saw.
 * @property {number} read how many things (files, fences, exports) it examined
 * @property {string[]} problems one line each, best with file and line
 * @property {string[]} [notes] figures worth printing
 */

const SHOWN = 60

/** The problems of a finding, with the one nobody reports about himself. @param {Finding} finding */
export function problemsOf({ read, problems }) {
  return read > 0 ? problems : ['nothing was read, so nothing was checked', ...problems]
}

/**
 * Runs a gate and prints what it found.
 *
 * @param {string} name
 * @param {() => Finding | Promise<Finding>} check
 * @returns {Promise<boolean>} whether it passed
 */
export async function report(name, check) {
  const started = performance.now()
  /** @type {Finding} */
  let finding
  try {
    finding = await check()
  } catch (error) {
    finding = { read: 1, problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)] }
  }
  const problems = problemsOf(finding)
  for (const note of finding.notes ?? []) console.log(`  ${note}`)
  for (const problem of problems.slice(0, SHOWN)) console.log(`  ${problem}`)
  if (problems.length > SHOWN) console.log(`  ... and ${problems.length - SHOWN} more`)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const verdict = problems.length === 0 ? 'passed' : `FAILED (${problems.length})`
  console.log(`gate ${name}: ${verdict}, ${finding.read} read, ${seconds} s`)
  return problems.length === 0
}

/**
 * The command line of a gate file.
 *
 * @param {string} name
 * @param {() => Finding | Promise<Finding>} check
 */
export async function main(name, check) {
  process.exitCode = (await report(name, check)) ? 0 : 1
}
