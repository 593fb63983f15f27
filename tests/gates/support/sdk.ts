/** A small SDK, as an application has it installed; a test replaces what it wants to see fail. */
export const manifest = {
  name: '@lockstitch/sdk',
  version: '0.0.1',
  type: 'module',
  license: 'Apache-2.0',
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './format': { types: './dist/format.d.ts', default: './dist/format.js' },
  },
}

export const sdk: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify(manifest),
  'dist/index.js': "export const page = 'page'\n",
  'dist/index.d.ts': 'export declare const page: string\n',
  'dist/format.js': "export const version = 'ls1'\n",
  'dist/format.d.ts': 'export declare const version: string\n',
  'dist/worker.js': 'self.onmessage=()=>{}\n',
  'dist/manage.js': 'export const manage=1\n',
  'dist/files.js': 'export const files=1\n',
  'dist/words.js': 'export const words=1\n',
  'dist/strength.js': 'export const strength=1\n',
  'dist/memory-storage.js': 'export const createMemoryStorage=1\n',
  'dist/second.js': 'export const createSecond=1\n',
  'dist/second-entry.js': 'postMessage(1)\n',
  'dist/convert.js': 'export const convertBatch=1\n',
  'dist/convert-pgcrypto.js': 'export const convertBatch=2\n',
}

/** The files of an application with that SDK, some of the SDK's files replaced. */
export function application(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  const files = Object.entries({ ...sdk, ...changes })
  return Object.fromEntries(files.map(([name, text]) => [`node_modules/@lockstitch/sdk/${name}`, text]))
}
