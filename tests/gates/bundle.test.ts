import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { checkBundles } from '../../tools/gates/bundle.mjs'
import { problemsOf } from '../../tools/lib/gate.mjs'
import { fixture } from './support/fixture.ts'
import { application } from './support/sdk.ts'

const build = (): Promise<void> => Promise.resolve()

async function problemsFor(changes: Readonly<Record<string, string>>): Promise<string[]> {
  return problemsOf(await checkBundles({ app: fixture(application(changes)), build }))
}

test('bundles without forbidden words pass', async () => {
  expect(await problemsFor({})).toEqual([])
})

test.each(['AES-GCM', 'PBKDF2', 'subtle', 'indexedDB', 'comlink'])('%s may not be in the format', async (word) => {
  const source = `export const leak = globalThis['${word}']\n`
  expect(await problemsFor({ 'dist/format.js': source })).toEqual([
    `the bundle of @lockstitch/sdk/format contains ${word}`,
  ])
})

test('cryptography may not be in the page, however deep it is imported', async () => {
  const changes = {
    'dist/index.js': "export { seal } from './deep/seal.js'\n",
    'dist/deep/seal.js': "export const seal = (key, data) => crypto.subtle.encrypt({ name: 'AES-GCM' }, key, data)\n",
  }
  expect(await problemsFor(changes)).toEqual([
    'the bundle of @lockstitch/sdk contains subtle.',
    'the bundle of @lockstitch/sdk contains AES-GCM',
  ])
})

test('the worker may import nothing, neither static nor dynamic', async () => {
  expect(await problemsFor({ 'dist/worker.js': "import{a}from'./a.js';a()" })).toEqual([
    'dist/worker.js imports ./a.js',
  ])
  expect(await problemsFor({ 'dist/worker.js': "await import('./b.js')" })).toEqual(['dist/worker.js imports ./b.js'])
})

test('the worker may load one file from an address that it was given, and what it loads loads nothing', async () => {
  expect(await problemsFor({ 'dist/worker.js': 'await import(url)' })).toEqual([])
  const twice = 'await import(url);await import(url)'
  expect(await problemsFor({ 'dist/worker.js': twice })).toEqual(['dist/worker.js imports <computed>'])
  const convert = "await import('openpgp');await import(url)"
  expect(await problemsFor({ 'dist/convert.js': convert })).toEqual([
    'dist/convert.js imports openpgp',
    'dist/convert.js imports <computed>',
  ])
})

test('fails on an empty bundle', async () => {
  expect(await problemsFor({ 'dist/worker.js': '' })).toEqual(['dist/worker.js is empty'])
  expect(await problemsFor({ 'dist/format.js': '' })).toEqual(['the bundle of @lockstitch/sdk/format is empty'])
})

/** A module that no compression makes smaller than 32 kB. */
function large(): string {
  const digests = Array.from({ length: 1000 }, (_, index) =>
    createHash('sha256').update(String(index)).digest('base64'),
  )
  return `export const large = '${digests.join('')}'\n`
}

test('fails when the worker or the first load of the page grows, and not for what is loaded later', async () => {
  expect(await problemsFor({ 'dist/worker.js': large().replace('export const ', 'self.') })).toEqual([
    expect.stringMatching(/^dist\/worker\.js: \d+ bytes with gzip, and the limit is \d+$/),
  ])
  const behind = { 'dist/deep/large.js': large() }
  expect(await problemsFor({ ...behind, 'dist/index.js': "export { large } from './deep/large.js'\n" })).toEqual([
    expect.stringMatching(/^the first load of @lockstitch\/sdk: \d+ bytes with gzip, and the limit is \d+$/),
  ])
  const later = "export const load = () => import('./deep/large.js')\n"
  expect(await problemsFor({ ...behind, 'dist/index.js': later })).toEqual([])
})
