import { expect, test } from 'vitest'
import { checkTypes } from '../../tools/gates/types.mjs'
import { problemsOf } from '../../tools/lib/gate.mjs'
import { fixture } from './support/fixture.ts'

const tsconfig = JSON.stringify({ compilerOptions: { strict: true, noEmit: true, types: [] }, include: ['src'] })

test('a project without type errors passes', async () => {
  const cwd = fixture({ 'one/tsconfig.json': tsconfig, 'one/src/a.ts': 'export const a: number = 1\n' })
  expect(problemsOf(await checkTypes({ cwd, projects: ['one'] }))).toEqual([])
})

test('names the file and line of a type error, in every project', async () => {
  const cwd = fixture({
    'one/tsconfig.json': tsconfig,
    'one/src/a.ts': 'export const a: number = 1\n',
    'two/tsconfig.json': tsconfig,
    'two/src/b.ts': "\nexport const b: number = 'text'\n",
  })
  const problems = problemsOf(await checkTypes({ cwd, projects: ['one', 'two'] }))
  expect(problems).toEqual([expect.stringContaining('two/src/b.ts(2,14): error TS2322')])
})

test('fails when a project has no files, or does not exist', async () => {
  const cwd = fixture({
    'one/tsconfig.json': tsconfig,
    'one/src/a.ts': 'export const a: number = 1\n',
    'two/tsconfig.json': tsconfig,
  })
  expect(problemsOf(await checkTypes({ cwd, projects: ['one', 'two'] }))).not.toEqual([])
  expect(problemsOf(await checkTypes({ cwd, projects: ['one', 'three'] }))).toEqual([
    'three/tsconfig.json does not exist',
  ])
})
