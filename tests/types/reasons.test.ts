/**
 * The files of this folder are checked by the types gate. An expected error may be there for another reason than it says,
 * though: here the compiler is asked for its reason, and each comment must name it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { beforeAll, expect, test } from 'vitest'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.test-d.ts'))
const EXPECTED = /^(\s*)\/\/ @ts-expect-error (TS\d+) \S.*$/

/** The errors of each file when nothing is expected: `line: code`. */
const found = new Map<string, string[]>()

beforeAll(() => {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, (path) => readFileSync(path, 'utf8')) as {
    config: object
  }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT)
  const host = ts.createCompilerHost(options)
  const readFile = host.readFile.bind(host)
  host.readFile = (path) => readFile(path)?.replace(/\/\/ @ts-expect-error/g, isOurs(path) ? '// expected' : '$&')
  const program = ts.createProgram(
    files.map((name) => FOLDER + name),
    options,
    host,
  )
  for (const source of program.getSourceFiles().filter(({ fileName }) => isOurs(fileName))) {
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    const lines = diagnostics.map(
      ({ start = 0, code }) => `${source.getLineAndCharacterOfPosition(start).line + 1}: TS${code}`,
    )
    found.set(source.fileName.slice(FOLDER.length), lines)
  }
}, 60_000)

function isOurs(path: string): boolean {
  return path.startsWith(FOLDER) && path.endsWith('.test-d.ts')
}

/** What a file says it expects: the error of the line behind each comment. */
function expectedIn(name: string): string[] {
  const lines = readFileSync(FOLDER + name, 'utf8').split('\n')
  return lines.flatMap((line, index) => {
    if (!line.includes('@ts-expect-error') || line.startsWith(' *') || line.startsWith('/**')) return []
    return [`${index + 2}: ${EXPECTED.exec(line)?.[2] ?? 'names no reason'}`]
  })
}

test.each(files)('%s: every expected error is the one it says, and there is no other', (name) => {
  expect(found.get(name)).toEqual(expectedIn(name))
})

test('there is something to expect in every file', () => {
  expect(files.length).toBe(3)
  expect(files.map((name) => expectedIn(name).length >= 3)).toEqual([true, true, true])
})
