import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkLint } from '../../tools/gates/lint.mjs'
import { problemsOf } from '../../tools/lib/gate.mjs'
import { fixture } from './support/fixture.ts'

const settings = {
  '.oxlintrc.json': readFileSync('.oxlintrc.json', 'utf8'),
  'tsconfig.json': readFileSync('tsconfig.base.json', 'utf8'),
}
const SOURCE = 'packages/sdk/src/a.ts'

async function lint(files: Record<string, string>): Promise<string> {
  const cwd = fixture({ ...settings, ...files })
  return problemsOf(await checkLint({ cwd })).join('\n')
}

test('clean files pass', async () => {
  expect(await lint({ [SOURCE]: 'export const one: number = 1\n' })).toBe('')
})

test.each([
  ['no-explicit-any', 'export const x: any = 1'],
  ['explicit-module-boundary-types', 'export function f(x: number) { return x }'],
  ['no-floating-promises', 'const f = async (): Promise<void> => {}\nf()'],
  ['no-console', "console.log('x')"],
  ['no-restricted-properties', 'export const x: number = Math.random()'],
  ['no-restricted-properties', 'const { random } = Math\nexport const x: number = random()'],
  ['no-eval', "eval('1')"],
  ['ban-ts-comment', '// @ts-ignore\nexport const x: number = 1'],
  ['max-lines', 'void 0\n'.repeat(251)],
])('%s', async (rule, source) => {
  expect(await lint({ [SOURCE]: source })).toContain(`(${rule})`)
})

test('max-lines counts neither comments nor blank lines', async () => {
  expect(await lint({ [SOURCE]: `${'// why\n\n'.repeat(300)}export const one: number = 1\n` })).toBe('')
})

test('import/no-cycle', async () => {
  const files = {
    'packages/sdk/src/a.ts': "import { b } from './b.ts'\nexport const a: number = b\n",
    'packages/sdk/src/b.ts': "import { a } from './a.ts'\nexport const b: number = a\n",
  }
  expect(await lint(files)).toContain('import(no-cycle)')
})

test('tests have the limit of length too, and no .only', async () => {
  const focused = "import { expect, test } from 'vitest'\ntest.only('x', () => expect(1).toBe(1))\n"
  expect(await lint({ 'tests/unit/a.test.ts': focused })).toContain('(no-focused-tests)')
  expect(await lint({ 'tests/unit/a.test.ts': 'void 0\n'.repeat(251) })).toContain('(max-lines)')
})

test('fails when there is nothing to read', async () => {
  expect(await lint({ 'README.md': '# nothing\n' })).not.toBe('')
})
