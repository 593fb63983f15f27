/** `lockstitch convert` and `lockstitch inspect` as processes: what they print, what they keep, how they survive. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync, appendFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { HANDLE, linesOf, PASSWORD, setDesk, start } from './support/command-line.ts'
import { KEY_FILE, Patient, sample } from './support/sources.ts'

const desk = await setDesk()
afterAll(() => desk.close())

test('converts a file to sealed records, reports by kind, and does nothing when it is done', async () => {
  const source = await desk.writeSource('a.jsonl', 50)
  const out = desk.file('a.out.jsonl')
  const first = await desk.convert(source, out).ended
  expect(first).toMatchObject({ code: 1, err: '' })
  expect(first.out).toContain('30 converted, 0 there before, 20 failed')
  expect(first.out).toContain('ssn: ')
  expect(first.out).toContain('record 5: ssn object-object')
  const lines = linesOf(out)
  expect(lines.map(({ index }) => index)).toEqual(lines.map((_, index) => index))
  const vault = await desk.sit()
  const opened = await vault.openMany(
    Patient,
    lines.flatMap(({ sealed }) => (sealed === undefined ? [] : [sealed])) as never,
  )
  expect(opened.filter(({ ok }) => ok)).toHaveLength(30)
  expect(opened[0]?.ok === true && opened[0].value).toMatchObject((await sample(0)).plain ?? {})

  const before = readFileSync(out, 'utf8')
  const again = await desk.convert(source, out, '--json').ended
  expect(again.code).toBe(1)
  expect(JSON.parse(again.out)).toMatchObject({ converted: 30, failed: 20, fields: { ssn: { 'object-object': 5 } } })
  expect(readFileSync(out, 'utf8')).toBe(before)
  for (const text of [first.out, before, readFileSync(`${out}.checkpoint`, 'utf8')]) {
    for (const secret of ['Zoë', 'In clear', PASSWORD, KEY_FILE.phase4.keys['dev-key-1'].slice(4), HANDLE])
      expect(text).not.toContain(secret)
  }
  expect(statSync(out).mode & 0o077).toBe(0)
}, 60_000)

test('goes on when more was appended to the source, and not with another source, mapping or file', async () => {
  const source = await desk.writeSource('b.jsonl', 10)
  const out = desk.file('b.out.jsonl')
  expect((await desk.convert(source, out).ended).code).toBe(1)
  appendFileSync(source, `${JSON.stringify((await sample(19)).source)}\n`)
  expect((await desk.convert(source, out).ended).out).toContain('7 converted')
  expect(linesOf(out)).toHaveLength(11)

  const other = await desk.convert(source, out, '--save').ended
  expect(other).toMatchObject({ code: 2, err: expect.stringContaining('the checkpoint is of a run with another') })
  writeFileSync(source, readFileSync(source, 'utf8').replace('"p-3"', '"p-9x"'))
  const changed = await desk.convert(source, out).ended
  expect(changed).toMatchObject({ code: 2, err: expect.stringContaining('not the one that the checkpoint is of') })
  const foreign = desk.file('foreign.jsonl')
  writeFileSync(foreign, 'not ours\n')
  expect((await desk.convert(source, foreign).ended).code).toBe(2)
  expect(readFileSync(foreign, 'utf8')).toBe('not ours\n')
  expect(linesOf(out)).toHaveLength(11)
}, 60_000)

test('a dry run writes nothing', async () => {
  const source = await desk.writeSource('c.jsonl', 20)
  const files = readdirSync(desk.folder)
  const { code, out } = await desk.convert(source, desk.file('c.out.jsonl'), '--dry-run', '--json').ended
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({ converted: 12, failed: 8 })
  expect(readdirSync(desk.folder)).toEqual(files)
}, 60_000)

test('says with its exit code what was wrong', async () => {
  const source = await desk.writeSource('d.jsonl', 1)
  const out = desk.file('d.out.jsonl')
  writeFileSync(desk.file('bad-keys.json'), JSON.stringify({ surgicase: { dek: '31'.repeat(32) } }))
  writeFileSync(
    desk.file('bad-mapping.json'),
    JSON.stringify({ id: 'id', fields: { x: { from: 'a', format: 'plain' } } }),
  )
  writeFileSync(desk.file('bad-password'), 'wrong')
  const cases: [string[], number, string][] = [
    [['--password-file', desk.file('bad-password')], 3, 'ERR_UNLOCK_FAILED'],
    [['--server', 'http://127.0.0.1:9'], 3, 'ERR_OFFLINE'],
    [['--keys', desk.file('bad-keys.json')], 2, 'surgicase.dek must be a text that begins with hex: or base64:'],
    [['--mapping', desk.file('bad-mapping.json')], 2, 'the model has no field x'],
    [['--model', 'nobody'], 2, 'exports no model of the name'],
    [['--keys', desk.file('nothing.json')], 2, 'the file of --keys cannot be read as JSON'],
    [['--unknown'], 2, 'unknown option'],
  ]
  for (const [more, code, message] of cases) {
    const ended = await desk.convert(source, out, ...more).ended
    expect(ended).toMatchObject({ code, err: expect.stringContaining(message) })
    expect(ended.err).not.toContain('31'.repeat(32))
  }
  expect((await start('convert').ended).code).toBe(2)
  expect((await start('convert', '--help').ended).code).toBe(0)
  expect((await desk.convert(source, out).ended).code).toBe(0)
}, 120_000)

test('a line that cannot be read without loss is a failed record, and stops no other', async () => {
  const source = desk.file('e.jsonl')
  const good = JSON.stringify((await sample(9)).source)
  const lines = ['{"id":', '[1]', '{"id":"a","status":"x","status":"y"}', '{"id":12345678901234567890}', '', good]
  writeFileSync(source, Buffer.concat([Buffer.from([0x22, 0xff, 0x22, 0x0a]), Buffer.from(`${lines.join('\n')}`)]))
  const { code } = await desk.convert(source, desk.file('e.out.jsonl')).ended
  expect(code).toBe(1)
  const outcomes = linesOf(desk.file('e.out.jsonl')).map(({ outcome }) => outcome)
  expect(outcomes).toEqual(['failed', 'failed', 'failed', 'failed', 'failed', 'converted'])
}, 60_000)

test('inspect says what members look like, by layout alone', async () => {
  const source = await desk.writeSource('f.jsonl', 20)
  const { code, out } = await start('inspect', '--in', source, '--json').ended
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({
    records: 20,
    unreadable: 0,
    members: {
      id: { plain: 20 },
      ssn: { phase4: 6 },
      consented: { phase4: 2, plain: 2 },
      status: { plain: 8 },
      medical_history: { pazpaz: 2 },
      updated_at: { plain: 2 },
      patient_first: { 'perhaps surgicase': 2, plain: 2, empty: 2 },
      patient_last: { 'perhaps surgicase': 4, absent: 2 },
      patient_dob: { 'perhaps surgicase': 4 },
      forgotten: { plain: 2 },
    },
  })
  expect((await start('inspect', '--in', source).ended).out).toContain('ssn: 6 phase4')
}, 60_000)

/** How many sealed records of an output open. */
async function openSealed(out: string): Promise<number> {
  const sealed = linesOf(out).flatMap((line) => (line.sealed === undefined ? [] : [line.sealed]))
  const vault = await desk.sit()
  return (await vault.openMany(Patient, sealed as never)).filter(({ ok }) => ok).length
}

/** How many records of the account open. */
async function openSaved(): Promise<number> {
  const vault = await desk.sit()
  let good = 0
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof vault.listPage>> = await vault.listPage(Patient as never, after, 100)
    good += page.items.filter(({ ok }) => ok).length
    after = page.next
  } while (after !== null)
  return good
}

test.each(['seal', 'save'])(
  'survives kills at any moment and loses and doubles nothing: %s',
  async (mode) => {
    const count = 3000
    const source = await desk.writeSource(`${mode}.jsonl`, count)
    const out = desk.file(`${mode}.out.jsonl`)
    const more = mode === 'save' ? ['--save'] : []
    let kills = 0
    for (let attempt = 0; attempt < 40; attempt++) {
      const running = desk.convert(source, out, ...more)
      // Later each time, so that the kills are spread over starting, converting and writing.
      const timer = setTimeout(() => running.child.kill('SIGKILL'), 400 + 170 * attempt)
      const { code } = await running.ended
      clearTimeout(timer)
      if (code !== null) break
      kills += 1
      // A machine that loses power in the middle of a line leaves this behind.
      if (existsSync(out)) appendFileSync(out, '{"index":99999,"outc')
    }
    expect(kills).toBeGreaterThan(1)
    const lines = linesOf(out)
    expect(lines.map(({ index }) => index)).toEqual(Array.from({ length: count }, (_, index) => index))
    expect(lines.filter(({ outcome }) => outcome === 'failed')).toHaveLength(count * 0.4)
    const good = mode === 'seal' ? await openSealed(out) : await openSaved()
    expect(good).toBe(count * 0.6)
    // Written once: a second revision would be a second conversion.
    const revisions = lines.flatMap(({ saved }) => (saved === undefined ? [] : [saved.revision]))
    expect(revisions.every((revision) => revision === 1)).toBe(true)
  },
  180_000,
)

test('stops at a signal between two records and goes on', async () => {
  const source = await desk.writeSource('g.jsonl', 3000)
  const out = desk.file('g.out.jsonl')
  const running = desk.convert(source, out)
  await expect.poll(() => (existsSync(out) ? statSync(out).size : 0), { timeout: 20_000 }).toBeGreaterThan(0)
  running.child.kill('SIGINT')
  const { code, err } = await running.ended
  expect(code).toBe(130)
  expect(err).toContain('the same command goes on')
  expect(linesOf(out).length).toBeLessThan(3000)
  expect((await desk.convert(source, out).ended).code).toBe(1)
  expect(linesOf(out)).toHaveLength(3000)
}, 60_000)
