import { expect, test } from 'vitest'
import { checkInstalled } from '../../tools/gates/consumer.mjs'
import { problemsOf } from '../../tools/lib/gate.mjs'
import { fixture } from './support/fixture.ts'
import { application, manifest } from './support/sdk.ts'

async function problemsFor(changes: Readonly<Record<string, string>>): Promise<string[]> {
  return problemsOf(await checkInstalled(fixture(application(changes))))
}

test('a sound package passes', async () => {
  expect(await problemsFor({})).toEqual([])
})

test('refuses a declaration with an error in itself, under both resolutions', async () => {
  const problems = await problemsFor({ 'dist/index.d.ts': "export declare const page: import('./gone.js').Page\n" })
  expect(problems).toEqual([expect.stringContaining('NodeNext'), expect.stringContaining('Bundler')])
})

test('refuses a door that Node cannot load', async () => {
  expect(await problemsFor({ 'dist/index.js': 'document.title\n' })).toEqual([
    expect.stringContaining('Node cannot load @lockstitch/sdk'),
  ])
})

test('fails when there is no door', async () => {
  expect(await problemsFor({ 'package.json': JSON.stringify({ ...manifest, exports: {} }) })).not.toEqual([])
})
