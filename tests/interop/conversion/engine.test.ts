/** The engine over a real server: every mode, what is there before, aborts, and values that come back as they were. */
import 'fake-indexeddb/auto'
import { convertRecords, type ConversionMapping, type ConversionResult, type Transport } from '@lockstitch/sdk'
import { sealForeign } from '@lockstitch/sdk/interop'
import { createVault, type Vault } from '@lockstitch/sdk/vault'
import fc from 'fast-check'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createBackend } from '../../support/backend.ts'
import { evil, type EvilTransport } from '../../support/evil.ts'
import { KEYS, MAPPING, Patient, sample } from './support/sources.ts'

const backend = await createBackend([Patient])
afterAll(() => backend.close())

const password = 'correct horse battery staple'
let count = 0
let vault: Vault
let wire: EvilTransport
let handle: string

const wireOf = (device: string): Transport => ({ send: (request) => backend.send(device, request) })

/** One more device of the same patient. */
async function otherDevice(): Promise<Vault> {
  const name = `conversion-${++count}`
  const other = createVault({ transport: wireOf(name), database: name })
  await other.unlock({ handle, password })
  return other
}

beforeEach(async () => {
  const name = `conversion-${++count}`
  handle = name
  wire = evil(wireOf(name))
  vault = createVault({ transport: wire, database: name })
  const { recoveryKit } = await vault.enrol({ handle, password })
  await vault.confirmRecovery(recoveryKit.recoveryCode)
})

type Options = Parameters<typeof convertRecords>[5]

async function convert(
  source: Iterable<object> | AsyncIterable<object>,
  options: Options = {},
  by = vault,
  mapping: ConversionMapping = MAPPING,
): Promise<ConversionResult[]> {
  return Array.fromAsync(convertRecords(by, Patient, source, mapping, KEYS, options))
}

const samples = (number: number): Promise<Awaited<ReturnType<typeof sample>>[]> =>
  Promise.all(Array.from({ length: number }, (_, index) => sample(index)))

test('mixed records of three systems are sealed whole or reported, in their order', async () => {
  const made = await samples(600)
  const results = await convert(made.map(({ source }) => source))
  expect(results.map(({ index }) => index)).toEqual(made.map((_, index) => index))
  const sealed = results.filter((result) => result.sealed !== undefined)
  expect(sealed).toHaveLength(360)
  const opened = await vault.openMany(Patient, sealed.map((result) => result.sealed) as never)
  for (const [position, { index }] of sealed.entries()) {
    const item = opened[position]
    expect(item?.ok === true && item.value).toMatchObject(made[index]?.plain ?? {})
  }
  for (const { index, outcome, problems = [], ...rest } of results) {
    const mustFail = made[index]?.plain === undefined
    expect(outcome).toBe(mustFail ? 'failed' : 'converted')
    expect(problems.length > 0).toBe(mustFail)
    expect(mustFail && 'sealed' in rest).toBe(false)
  }
  expect(results.slice(5, 9).map(({ problems }) => problems)).toEqual([
    [{ path: 'ssn', kind: 'object-object' }],
    [{ path: 'ssn', kind: 'unreadable', code: 'ERR_OPEN_FAILED' }],
    [{ path: 'birthDate', kind: 'mistyped' }],
    [{ path: 'forgotten', kind: 'unmapped' }],
  ])
  // A result carries no value in clear.
  expect(JSON.stringify(results)).not.toContain('Zoë')
})

test('what is saved is on the server, and a second run on any device writes nothing', async () => {
  const made = await samples(30)
  const sources = made.map(({ source }) => source)
  const first = await convert(sources, { mode: 'save' })
  expect(first.filter(({ outcome }) => outcome === 'converted')).toHaveLength(18)
  expect(first[0]?.saved).toMatchObject({ id: 'p-0', revision: 1, state: 'stored' })
  for (const by of [vault, await otherDevice()]) {
    const again = await convert(sources, { mode: 'save' }, by)
    expect(again.filter(({ outcome }) => outcome === 'converted')).toEqual([])
    expect(again.filter(({ outcome }) => outcome === 'already')).toHaveLength(18)
    expect(again[0]?.saved).toMatchObject({ id: 'p-0', revision: 1 })
    expect(await by.pending()).toEqual([])
  }
  expect(await vault.load(Patient, 'p-2')).toMatchObject(made[2]?.plain ?? {})
})

test('a record that says something else stays as it is, and so does one that was deleted', async () => {
  const [{ source }, second] = [await sample(0), await sample(10)]
  await vault.saveMany(Patient, [
    { id: 'p-0', ssn: 'written by hand' },
    { id: 'p-10', ssn: 'deleted by hand' },
  ])
  await vault.remove(Patient, 'p-10')
  for (const by of [vault, await otherDevice()]) {
    const results = await convert([source, second.source, (await sample(9)).source], { mode: 'save' }, by)
    expect(results.slice(0, 2).map(({ problems }) => problems)).toEqual([
      [{ path: '', code: 'ERR_CONFLICT' }],
      [{ path: '', code: 'ERR_CONFLICT' }],
    ])
    expect(results[2]?.outcome).toMatch(/converted|already/)
    expect(await by.pending()).toEqual([])
  }
  expect(await vault.load(Patient, 'p-0')).toMatchObject({ ssn: 'written by hand' })
})

test('an id that stands twice is converted once', async () => {
  const [one, other] = [await sample(0), await sample(10)]
  const twice = [one.source, one.source, { ...other.source, id: 'p-0' }]
  const far = [...twice, ...(await samples(300)).map(({ source }) => source)]
  for (const mode of ['seal', 'check'] as const) {
    const outcomes = (await convert(far, { mode })).map(({ outcome }) => outcome)
    expect(outcomes.slice(0, 4)).toEqual(['converted', 'failed', 'failed', 'failed'])
  }
  const saved = await convert(twice, { mode: 'save' })
  expect(saved.map(({ outcome }) => outcome)).toEqual(['converted', 'already', 'failed'])
})

test('a dry run says the same and writes nothing, not even a key', async () => {
  const sources = (await samples(20)).map(({ source }) => source)
  wire.log.length = 0
  const checked = await convert(sources, { mode: 'check' })
  expect(wire.log).toEqual([])
  expect(await vault.pending()).toEqual([])
  expect(checked.some((result) => 'sealed' in result || 'saved' in result)).toBe(false)
  const sealed = await convert(sources)
  expect(checked.map(({ outcome, kinds }) => ({ outcome, kinds }))).toEqual(
    sealed.map(({ outcome, kinds }) => ({ outcome, kinds })),
  )
})

test('without a server what is saved waits, once', async () => {
  const sources = (await samples(5)).map(({ source }) => source)
  await convert([(await sample(19)).source, ...(await samples(3)).map(({ source }) => source)], { mode: 'seal' })
  wire.offline = true
  const first = await convert(sources, { mode: 'save' })
  expect(first.map(({ saved }) => saved?.state)).toEqual(Array.from({ length: 5 }, () => 'queued'))
  const again = await convert(sources, { mode: 'save' })
  expect(again.map(({ outcome, saved }) => [outcome, saved?.state])).toEqual(
    Array.from({ length: 5 }, () => ['already', 'queued']),
  )
  wire.offline = false
  expect(await vault.drain()).toMatchObject({ stored: 5, waiting: 0, refused: 0 })
})

test('an aborted run goes on where it was', async () => {
  const sources = (await samples(1000)).map(({ source }) => source)
  const abort = new AbortController()
  const got: ConversionResult[] = []
  const running = async (): Promise<void> => {
    const options = { signal: abort.signal, onProgress: (done: number) => done >= 256 && abort.abort() }
    for await (const result of convertRecords(vault, Patient, sources, MAPPING, KEYS, options)) got.push(result)
  }
  await expect(running()).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  expect(got.length).toBeGreaterThan(0)
  expect(got.length).toBeLessThan(1000)
  const progress: number[] = []
  const rest = await convert(sources, { start: got.length, onProgress: (done) => progress.push(done) })
  expect([...got, ...rest].map(({ index }) => index)).toEqual(sources.map((_, index) => index))
  expect(progress.at(-1)).toBe(1000)
})

test('a locked vault, a mapping that does not fit and missing keys stop it before it begins', async () => {
  const source = [(await sample(0)).source]
  const wrong = { ...MAPPING, fields: { nothing: { from: 'a', format: 'plain' } } } as const
  await expect(convert(source, {}, vault, wrong)).rejects.toThrow(TypeError)
  const less = Array.fromAsync(convertRecords(vault, Patient, source, MAPPING, { phase4: KEYS.phase4 }))
  await expect(less).rejects.toMatchObject({ code: 'ERR_KEY_UNKNOWN' })
  await vault.lock()
  await expect(convert(source)).rejects.toMatchObject({ code: 'ERR_LOCKED' })
})

test('any text that was sealed comes back as it was', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 200 }).filter((one) => one.isWellFormed())
  const format = fc.constantFrom('phase4', 'pazpaz', 'surgicase')
  let id = 0
  await fc.assert(
    fc.asyncProperty(text, format, async (value, name) => {
      const sealed = (await sealForeign(name, value, KEYS[name] as never)) as string
      const mapping: ConversionMapping = { id: 'id', fields: { ssn: { from: 'value', format: name } } }
      const [result] = await convert([{ id: ++id, value: sealed }], {}, vault, mapping)
      const [opened] = await vault.openMany(Patient, [result?.sealed] as never)
      expect(opened?.ok === true && opened.value.ssn).toBe(value)
    }),
    { numRuns: 200 },
  )
})

test('a save by another tab in the middle stops nothing but its own record', async () => {
  const sources = (await samples(5)).map(({ source }) => source)
  const tab = createVault({ transport: wire, database: handle })
  await tab.unlock({ handle, password })
  let isSaved = false
  wire.mutator = {
    async request(request) {
      // Asking for the first record comes after sealing and before writing.
      if (request.path.endsWith('/patient/p-0') && !isSaved) {
        isSaved = true
        await tab.saveMany(Patient, [{ id: 'p-3', firstName: 'The other tab' }])
      }
      return request
    },
  }
  const results = await convert(sources, { mode: 'save' })
  expect(results.map(({ outcome }) => outcome)).toEqual(['converted', 'converted', 'converted', 'failed', 'converted'])
  expect(await vault.load(Patient, 'p-3')).toMatchObject({ firstName: 'The other tab' })
})
