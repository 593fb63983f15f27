/** The end-to-end suite: the built demo and the reference server, as `npm start` runs them, seen through Chromium. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from '@playwright/test'
import { chromiumArgs, findBrowser } from './tools/lib/browser.mjs'

const port = process.env['LOCKSTITCH_E2E_PORT'] ?? '4178'
const data = (process.env['LOCKSTITCH_E2E_DATA'] ??= mkdtempSync(join(tmpdir(), 'lockstitch-e2e-')))
const url = `http://localhost:${port}`
const executablePath = findBrowser()

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results/e2e',
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  forbidOnly: process.env['CI'] === 'true',
  retries: 0,
  workers: 1,
  timeout: 60_000,
  use: {
    baseURL: url,
    trace: 'retain-on-failure',
    launchOptions: { args: chromiumArgs, ...(executablePath === undefined ? {} : { executablePath }) },
  },
  projects: [{ name: 'chromium', use: { browserName: 'chromium' } }],
  webServer: {
    command: `node tools/start.mjs --port ${port} --data ${data} --enrolments 500`,
    url,
    reuseExistingServer: false,
    timeout: 120_000,
    stdout: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
  },
})
