import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkSubpaths, checkTargets, problemsOfTarball } from '../../tools/gates/package.mjs'
import { problemsOf } from '../../tools/lib/gate.mjs'
import { fixture } from './support/fixture.ts'
import { manifest, sdk } from './support/sdk.ts'

const packed = Object.keys(sdk)

/** Packs the small SDK with some files replaced; an empty text leaves a file out. */
function tarball(changes: Readonly<Record<string, string>>): string {
  const files = Object.entries({ ...sdk, ...changes }).filter(([, text]) => text !== '')
  const folder = fixture(Object.fromEntries(files.map(([name, text]) => [`package/${name}`, text])))
  const file = join(folder, 'sdk-0.0.1.tgz')
  execFileSync('tar', ['-czf', file, '-C', folder, 'package'])
  return file
}

test('every target that is packed passes; the condition of the workspace needs no target', () => {
  const door = { '@lockstitch/source': './src/index.ts', default: './dist/index.js' }
  expect(problemsOf(checkTargets(manifest, packed))).toEqual([])
  expect(problemsOf(checkTargets({ exports: { '.': door } }, packed))).toEqual([])
})

test('names an export whose target is not packed, at any depth of conditions', () => {
  const exports = { '.': { browser: { types: './dist/index.d.ts', default: './dist/gone.js' } } }
  expect(problemsOf(checkTargets({ exports }, packed))).toEqual([
    'export "." leads to dist/gone.js, which is not packed',
  ])
  expect(problemsOf(checkTargets({ exports: {} }, packed))).not.toEqual([])
})

test('names a document with a subpath that is no export', () => {
  const documents = [
    { file: 'README.md', text: "import { a } from '@lockstitch/sdk/format'; see @lockstitch/sdk." },
    { file: 'docs/a.md', text: 'Use `@lockstitch/sdk/formats`.' },
  ]
  expect(problemsOf(checkSubpaths(manifest, documents))).toEqual([
    'docs/a.md names @lockstitch/sdk/formats, which is no export',
  ])
  expect(problemsOf(checkSubpaths(manifest, [{ file: 'README.md', text: 'nothing' }]))).not.toEqual([])
})

test('publint and attw accept a sound package', async () => {
  expect(await problemsOfTarball(tarball({}))).toEqual([])
})

test('publint refuses a target that does not exist, attw types that do not resolve', async () => {
  const problems = await problemsOfTarball(tarball({ 'dist/format.js': '', 'dist/index.d.ts': '' }))
  expect(problems).toEqual([expect.stringContaining('publint'), expect.stringContaining('attw')])
})
