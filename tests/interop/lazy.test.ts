/** What a page downloads: the door brings no library and no format, and each format brings only what it needs. */
import { type BuildResult, build } from 'esbuild'
import { beforeAll, expect, test } from 'vitest'

type Outputs = NonNullable<BuildResult['metafile']>['outputs']

const DOOR = "export * from '@lockstitch/sdk/interop'"
let outputs: Outputs = {}

beforeAll(async () => {
  const { metafile } = await build({
    stdin: { contents: DOOR, resolveDir: import.meta.dirname, loader: 'js' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@lockstitch/source'],
    outdir: '/unwritten',
    write: false,
    metafile: true,
  })
  outputs = metafile.outputs
})

/** The sources that a file loads as it is loaded itself. */
function loadedWith(entry: string): string[] {
  const { inputs = {}, imports = [] } = outputs[entry] ?? {}
  const next = imports.filter(({ kind }) => kind === 'import-statement').flatMap(({ path }) => loadedWith(path))
  return [...new Set([...Object.keys(inputs), ...next])]
}

/** The packages among them. */
function packagesOf(sources: readonly string[]): string[] {
  const names = sources.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
  return [...new Set(names.filter((name) => name !== undefined))]
}

const entryOf = (source: string): string =>
  Object.keys(outputs).find((path) => outputs[path]?.entryPoint?.endsWith(source) === true) ?? source

test('the door loads no library and no format', () => {
  const door = Object.keys(outputs).find((path) => outputs[path]?.entryPoint?.startsWith('<stdin>') === true) ?? 'none'
  const sources = loadedWith(door)
  expect(sources.length).toBeGreaterThan(5)
  expect(packagesOf(sources)).toEqual([])
  expect(sources.filter((path) => /layout|phase4|pazpaz|medimind|surgicase|cryptojs/.test(path))).toEqual([])
})

test.each([
  ['phase4/phase4.ts', 'phase4/layout.ts'],
  ['pazpaz/pazpaz.ts', 'pazpaz/layout.ts'],
  ['novamind/fernet.ts', 'novamind/fernet-layout.ts', 'novamind/fernet-key.ts'],
  ['novamind/cryptojs.ts'],
  ['medimind/csfle.ts', 'medimind/csfle-layout.ts', 'medimind/bson.ts'],
  ['medimind/openssl.ts'],
  ['medimind/hsm.ts'],
  ['medimind/pgcrypto.ts', 'medimind/pgcrypto-layout.ts'],
  ['surgicase/surgicase.ts', 'surgicase/layout.ts'],
])('%s loads no library and no other format', (source, ...others) => {
  const sources = loadedWith(entryOf(source))
  expect(packagesOf(sources)).toEqual([])
  const ofSystems = sources.map(
    (path) => /interop\/((?:phase4|pazpaz|novamind|medimind|surgicase)\/.+)/.exec(path)?.[1],
  )
  expect(ofSystems.filter((path) => path !== undefined).sort()).toEqual([source, ...others].sort())
})

test('OpenPGP.js and MD5 are loaded when a value asks for them, in their smaller builds', () => {
  const lazy = Object.values(outputs).flatMap(({ imports }) => imports.filter(({ kind }) => kind === 'dynamic-import'))
  const packages = lazy.flatMap(({ path }) => packagesOf(loadedWith(path)))
  expect([...new Set(packages)].sort()).toEqual(['@noble/hashes', 'openpgp'])
  const pieces = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs))
  expect(pieces.some((path) => path.endsWith('lightweight/openpgp.min.mjs'))).toBe(true)
  expect(pieces.some((path) => path.endsWith('openpgp/dist/openpgp.min.mjs'))).toBe(false)
})
