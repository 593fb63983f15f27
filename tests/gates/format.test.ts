import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkFormat } from '../../tools/gates/format.mjs'
import { problemsOf } from '../../tools/lib/gate.mjs'
import { fixture } from './support/fixture.ts'

const config = readFileSync('.oxfmtrc.json', 'utf8')
const good = "export const name = 'a'\n"

test('formatted files pass', async () => {
  const cwd = fixture({ '.oxfmtrc.json': config, 'src/good.ts': good })
  expect(problemsOf(await checkFormat({ cwd }))).toEqual([])
})

test('names the file that is not formatted', async () => {
  const cwd = fixture({ '.oxfmtrc.json': config, 'src/good.ts': good, 'src/bad.ts': 'export  const name = "a";\n' })
  expect(problemsOf(await checkFormat({ cwd }))).toContain('src/bad.ts is not formatted')
})

test('fails on a file that is not TypeScript', async () => {
  const cwd = fixture({ '.oxfmtrc.json': config, 'src/broken.ts': 'export const = {\n' })
  expect(problemsOf(await checkFormat({ cwd }))).not.toEqual([])
})

test('fails when there is nothing to read', async () => {
  const cwd = fixture({ '.oxfmtrc.json': config.replace('[', '["*.json", '), 'README.md': '# nothing\n' })
  expect(problemsOf(await checkFormat({ cwd }))).not.toEqual([])
})
