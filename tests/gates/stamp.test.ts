import { randomUUID } from 'node:crypto'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../../tools/lib/repo.mjs'
import { buildOnce } from '../../tools/lib/stamp.mjs'
import { fixture } from './support/fixture.ts'

/** A build that copies nothing but counts how often it ran. */
function counter() {
  const folder = fixture({ 'input.ts': 'one' })
  const name = `test-${randomUUID()}`
  const [input, output] = [join(folder, 'input.ts'), join(folder, 'output.js')]
  onTestFinished(() => rmSync(join(root, '.stamps', name), { force: true }))
  let count = 0
  const build = (): Promise<void> => {
    count += 1
    writeFileSync(output, 'built')
    return Promise.resolve()
  }
  return {
    input,
    output,
    name,
    count: () => count,
    run: (work = build) => buildOnce({ name, inputs: [input], output, build: work }),
  }
}

test('builds once, and again when an input changed or the output is gone', async () => {
  const step = counter()
  expect([await step.run(), await step.run(), step.count()]).toEqual([true, false, 1])
  writeFileSync(step.input, 'two')
  expect([await step.run(), step.count()]).toEqual([true, 2])
  rmSync(step.output)
  expect([await step.run(), step.count()]).toEqual([true, 3])
})

test('two callers at the same time build once', async () => {
  const step = counter()
  expect((await Promise.all([step.run(), step.run(), step.run()])).filter(Boolean)).toEqual([true])
  expect(step.count()).toBe(1)
})

test('a build that fails is tried again, and leaves no lock', async () => {
  const step = counter()
  await expect(step.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(existsSync(join(root, '.stamps', `${step.name}.lock`))).toBe(false)
  expect([await step.run(), step.count()]).toEqual([true, 1])
})

test('the lock of a process that died is taken over', async () => {
  const step = counter()
  await step.run()
  writeFileSync(step.input, 'two')
  writeFileSync(join(root, '.stamps', `${step.name}.lock`), '999999999')
  expect(await step.run()).toBe(true)
})
