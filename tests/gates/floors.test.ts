import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkFloors } from '../../tools/gates/floors.mjs'
import { problemsOf } from '../../tools/lib/gate.mjs'
import { fixture } from './support/fixture.ts'

/** The problems of a source tree in which `file` holds `source`. */
function problemsFor(file: string, source: string): string[] {
  const folder = fixture({ 'src/errors.ts': 'export {}\n', [`src/${file}`]: source })
  return problemsOf(checkFloors({ src: join(folder, 'src') }))
}

test.each([
  ['crypto/aead.ts', "import { a } from '../format/index.ts'"],
  ['crypto/aead.ts', "import { a } from './random.ts'"],
  ['records/seal.ts', "import { openDB } from 'idb'"],
  ['server/kms.ts', "import { hkdf } from 'node:crypto'"],
  ['server/verify.ts', "import { a } from '../records/open.ts'"],
  ['worker/entry.ts', "import { createVault } from '../vault/index.ts'"],
  ['client/client.ts', "import { METHODS } from '../worker/api.ts'"],
  ['client/client.ts', "import { toWire } from '../worker/errors.ts'"],
  ['client/client.ts', "import { guardEndpoint } from '../worker/guard.ts'"],
  ['client/client.ts', "import type { Vault } from '../vault/api.ts'"],
  ['index.ts', "export { phi } from './schema/define-model.ts'"],
  ['crypto/aead.ts', "/**\n * import { a } from '../vault/index.ts'\n */\nexport {}"],
])('%s may say: %s', (file, source) => {
  expect(problemsFor(file, source)).toEqual([])
})

test.each([
  ['an import of a higher floor', 'format/envelope.ts', "import { a } from '../crypto/aead.ts'"],
  ['a type of a higher floor', 'crypto/aead.ts', "import type { A } from '../keys/types.ts'"],
  ['an inline type of a higher floor', 'crypto/aead.ts', "export type A = import('../keys/types.ts').A"],
  ['a re-export of a higher floor', 'bytes/index.ts', "export * from '../format/index.ts'"],
  ['a dynamic import of a higher floor', 'keys/slots.ts', "await import('../vault/index.ts')"],
  ['an import for its effect', 'keys/slots.ts', "import '../vault/index.ts'"],
  ['a computed import', 'keys/slots.ts', 'await import(name)'],
  ['a package on the format floor', 'format/value.ts', "import { a } from 'idb'"],
  ['a Node module outside server/', 'storage/file.ts', "import { readFile } from 'node:fs'"],
  ['server/ reaching the vault', 'server/index.ts', "import { a } from '../vault/index.ts'"],
  ['anything reaching server/', 'worker/entry.ts', "import { a } from '../server/index.ts'"],
  ['the page loading cryptography', 'client/client.ts', "import { a } from '../crypto/aead.ts'"],
  ['the page loading the vault', 'index.ts', "export { a } from './vault/index.ts'"],
  ['an inline `type` that stays an import', 'client/client.ts', "import { type A } from '../vault/api.ts'"],
  ['the page loading the rest of the worker', 'client/client.ts', "import { a } from '../worker/serve-vault.ts'"],
  ['an import from outside the tree', 'records/seal.ts', "import { a } from '../../../demo/src/a.ts'"],
  ['a file on no floor', 'helpers/misc.ts', 'export {}'],
])('refuses %s', (_, file, source) => {
  expect(problemsFor(file, source)).toEqual([expect.stringContaining(file)])
})

test('fails when there is nothing to read', () => {
  expect(problemsOf(checkFloors({ src: join(fixture({}), 'src') }))).not.toEqual([])
})
