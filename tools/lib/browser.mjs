/**
 * Finds the Chromium that the browser suites run in: the one named by LOCKSTITCH_CHROMIUM, the system's, or Playwright's.
 * On a Debian machine where this may be done, it installs one.
 */
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright'
import { run } from './repo.mjs'

/** One network, no background chatter, no sandbox (containers run as root), no QUIC: what a test wants of Chromium. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const APPS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** @param {string} file */
function runnable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The browser to use, or undefined when this machine has none. @returns {string | undefined} */
export function findBrowser() {
  const named = process.env['LOCKSTITCH_CHROMIUM']
  if (named !== undefined && named !== '') return named
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const installed = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return [...installed, ...APPS, chromium.executablePath()].find(runnable)
}

/**
 * The browser to use, installed from Debian's packages when there is none and this may be done.
 *
 * @returns {Promise<{ path: string } | { missing: string }>}
 */
export async function provideBrowser() {
  const found = findBrowser()
  if (found !== undefined) {
    return runnable(found) ? { path: found } : { missing: `LOCKSTITCH_CHROMIUM names ${found}, which cannot be run.` }
  }
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    console.log('No Chromium here; installing Debian\'s package "chromium" ...')
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], { env })
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env })
    const path = findBrowser()
    if (path !== undefined) return { path }
  }
  return {
    missing:
      'No Chromium was found, so nothing could be tested in a browser. Install Chromium or Google Chrome, or run ' +
      '"npx playwright install chromium", or set LOCKSTITCH_CHROMIUM to the path of one.',
  }
}
