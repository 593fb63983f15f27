import { expect, test } from 'vitest'
import { checkDoors } from '../../tools/gates/doors.mjs'
import { problemsOf } from '../../tools/lib/gate.mjs'
import { fixture } from './support/fixture.ts'

const manifest = JSON.stringify({ exports: { '.': 'x', './format': 'x', './server': 'x', './vault': 'x' } })

function problemsFor(file: string, source: string): string[] {
  const repository = fixture({
    'packages/sdk/package.json': manifest,
    'packages/demo/src/main.tsx': "import { createClient } from '@lockstitch/sdk'",
    'packages/server-stub/src/cli.ts': "import { createVerifier } from '@lockstitch/sdk/server'",
    [file]: source,
  })
  return problemsOf(checkDoors({ repository }))
}

test('the doors of the SDK and the files of the package itself pass', () => {
  const source = "import { a } from '../models.ts'\nimport { b } from '@lockstitch/sdk/format'\nimport 'react'"
  expect(problemsFor('packages/demo/src/screens/form.tsx', source)).toEqual([])
})

test('a command may use the vault, and nothing beside it may', () => {
  const source = "import { createVault } from '@lockstitch/sdk/vault'"
  expect(problemsFor('packages/server-stub/src/commands/convert.ts', source)).toEqual([])
  expect(problemsFor('packages/server-stub/src/routes/commands.ts', source)).toHaveLength(1)
})

test.each([
  ['packages/demo/src/a.ts', "import { a } from '../../sdk/src/crypto/aead.ts'"],
  ['packages/demo/src/a.ts', "import { a } from '@lockstitch/sdk/dist/crypto/aead.js'"],
  ['packages/demo/src/a.ts', "import { a } from '@lockstitch/server-stub'"],
  ['packages/server-stub/src/a.ts', "import { a } from '@lockstitch/sdk/vault'"],
  ['packages/server-stub/src/a.ts', "const a = await import('@lockstitch/sdk/vault')"],
])('refuses in %s: %s', (file, source) => {
  expect(problemsFor(file, source)).toEqual([expect.stringContaining(`${file}:1`)])
})

test('fails when a package has no files', () => {
  const repository = fixture({ 'packages/sdk/package.json': manifest, 'packages/demo/src/a.ts': '' })
  expect(problemsOf(checkDoors({ repository }))).toEqual(['packages/server-stub/src has no files'])
})
