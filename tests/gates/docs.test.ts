import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkDocs } from '../../tools/gates/docs.mjs'
import { problemsOf } from '../../tools/lib/gate.mjs'
import { results } from '../../tools/lib/repo.mjs'
import { fixture } from './support/fixture.ts'

const build = (): Promise<void> => Promise.resolve()
const fence = (info: string, code: string): string => `\`\`\`${info}\n${code}\n\`\`\`\n`

async function problemsFor(files: Record<string, string>): Promise<string[]> {
  const folder = join(fixture({}, results), 'fences')
  return problemsOf(await checkDocs({ cwd: fixture(files), folder, build }))
}

/** A source file whose docstring holds a fence. */
function documented(info: string, code: string): string {
  const lines = fence(info, code).trimEnd().split('\n')
  return `/**\n * Does it.\n *\n * @example\n${lines.map((line) => ` * ${line}`).join('\n')}\n */\nexport const a: number = 1\n`
}

test('examples that compile, run and print what they promise pass', async () => {
  const files = {
    'README.md': `# Title\n\n${fence('ts', 'export const a: number = 1')}${fence('ts run', 'console.log(1 + 1) // 2')}`,
    'packages/sdk/src/a.ts': documented('ts', 'console.log([1, 2].length) // 2'),
  }
  expect(await problemsFor(files)).toEqual([])
})

test('names the line of a type error in a document', async () => {
  const problems = await problemsFor({ 'docs/a.md': `# Title\n\n${fence('ts', "const a: number = 'text'")}` })
  expect(problems).toEqual([expect.stringContaining('docs/a.md:4: error TS2322')])
})

test('names the line of a type error in a docstring', async () => {
  const problems = await problemsFor({ 'packages/sdk/src/a.ts': documented('ts browser', "const a: number = 'text'") })
  expect(problems).toEqual([expect.stringContaining('packages/sdk/src/a.ts:6: error TS2322')])
})

test('a fence that continues another one sees its variables, and keeps its own lines', async () => {
  const first = fence('ts', 'const one = 1')
  expect(await problemsFor({ 'README.md': first + fence('ts run continue', 'console.log(one) // 1') })).toEqual([])
  expect(await problemsFor({ 'README.md': first + fence('ts', 'console.log(one)') })).toEqual([
    expect.stringContaining('README.md:5: error TS2304'),
  ])
  expect(await problemsFor({ 'README.md': first + fence('ts continue', 'console.log(two)') })).toEqual([
    expect.stringContaining('README.md:5: error TS2304'),
  ])
})

test('refuses an example that throws, or prints something else', async () => {
  expect(await problemsFor({ 'README.md': fence('ts run', "throw new Error('no')") })).toEqual([
    expect.stringContaining('README.md:2 does not run'),
  ])
  expect(await problemsFor({ 'packages/sdk/src/a.ts': documented('ts', 'console.log(1) // 2') })).toEqual([
    expect.stringContaining('promises to print "2"'),
  ])
})

test('a fence cannot slip past under another name', async () => {
  expect(await problemsFor({ 'README.md': fence('typescript', 'const a = 1') })).toEqual([
    expect.stringContaining('README.md:2 begins with "typescript"'),
  ])
  expect(await problemsFor({ 'README.md': fence('ts ignore', 'const a = 1') })).toEqual([
    expect.stringContaining('begins with "ignore"'),
  ])
  expect(await problemsFor({ 'README.md': '```ts\nconst a = 1\n' })).toEqual([expect.stringContaining('never closed')])
})

test('fails when there is no example', async () => {
  expect(await problemsFor({ 'README.md': fence('sh', 'npm start') })).not.toEqual([])
})
