/** The suites that Vitest runs: one project in Node, one in Chromium. Both test the SDK's sources, not its build. */
import { availableParallelism } from 'node:os'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { playwright } from '@vitest/browser-playwright'
import { chromiumArgs, findBrowser } from './tools/lib/browser.mjs'

const SOURCE = '@lockstitch/source'
const conditions = [SOURCE, 'module', 'development|production']
const FOLDERS = 'unit,property,conformance,interop,evil-server,schedules,server,vectors,docs,types,package,gates'
const executablePath = findBrowser()

/** The SDK starts `worker.js` beside its modules; in its sources that file is worker/entry.ts. */
const workerFromSource: NonNullable<ViteUserConfig['plugins']>[number] = {
  name: 'lockstitch-worker-from-source',
  enforce: 'pre',
  resolveId(id) {
    const [file = '', query] = id.split('?')
    const built =
      /\/packages\/sdk\/src\/(worker|convert|convert-pgcrypto|manage|files|words|strength|memory-storage|second|second-entry)\.js$/.exec(
        file,
      )
    if (built === null) return null
    const sources = {
      worker: 'worker/entry.ts',
      'convert-pgcrypto': 'vault/convert.ts',
      words: 'keys/recovery-words.ts',
      'second-entry': 'worker/second-entry.ts',
      'memory-storage': 'storage/memory-storage.ts',
    } as Record<string, string>
    const name = built[1] as string
    const entry = `${import.meta.dirname}/packages/sdk/src/${sources[name] ?? `vault/${name}.ts`}`
    return query === undefined ? entry : `${entry}?${query}`
  },
  // Vitest hands every dynamic import to a helper that it puts into pages and not into workers.
  transform(code, id) {
    if (!id.split('?')[0]?.endsWith('/packages/sdk/src/worker/entry.ts')) return null
    return `globalThis.__vitest_browser_runner__ ??= { wrapDynamicImport: (load) => load() }\n${code}`
  },
}

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { conditions },
        // As Node itself resolves: what packages have for bundlers (`module`) need not run in it.
        ssr: { resolve: { conditions: [SOURCE, 'development|production', 'node'] } },
        test: {
          name: 'node',
          environment: 'node',
          include: [`tests/{${FOLDERS}}/**/*.test.ts`],
          exclude: ['**/*.browser.test.ts', '**/node_modules/**'],
          testTimeout: 20_000,
          // Most of the time goes by in a derivation, which has a thread of its own, so no core is kept free.
          maxWorkers: availableParallelism(),
        },
      },
      {
        plugins: [workerFromSource],
        resolve: { conditions: [...conditions, 'browser'] },
        // Found only when a worker starts or a format is used, these would reload the page in the middle of a test.
        optimizeDeps: {
          include: [
            '@lockstitch/sdk > comlink',
            '@lockstitch/sdk > idb',
            '@lockstitch/sdk > @noble/hashes/legacy.js',
            '@lockstitch/sdk > @hpke/core',
            '@lockstitch/sdk > shamir-secret-sharing',
            '@lockstitch/sdk > @scure/bip39',
            '@lockstitch/sdk > @scure/bip39/wordlists/english.js',
            '@lockstitch/sdk > @zxcvbn-ts/core',
            '@lockstitch/sdk > @zxcvbn-ts/language-common',
            '@lockstitch/sdk > uqr',
            'openpgp/lightweight',
            'fast-check',
          ],
        },
        test: {
          name: 'chromium',
          include: ['tests/**/*.browser.test.ts'],
          globalSetup: ['tests/support/serve-backend.ts', 'tests/interop/support/provide-shared.ts'],
          exclude: ['**/node_modules/**', 'test-results/**'],
          testTimeout: 20_000,
          maxWorkers: availableParallelism(),
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { args: chromiumArgs, ...(executablePath === undefined ? {} : { executablePath }) },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})
