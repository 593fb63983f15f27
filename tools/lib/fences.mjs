/**
 * Finds the TypeScript examples of documents and docstrings. The words after the language say what is done with one:
 *
 *     ```ts            compiled; in a docstring also run
 *     ```ts run        compiled and run under Node
 *     ```ts browser    compiled only, wherever it stands: it needs a page
 *     ```ts continue   joined to the fence before it in the same file, which gives it its imports and variables
 */

/**
 * @typedef {object} Fence
 * @property {string} file
 * @property {number} line where its code begins, counted from 1
 * @property {string} code every line of it stands on the same line as in the file, so that errors point there
 * @property {boolean} runs
 * @property {string | undefined} problem
 */

const WORDS = ['run', 'browser', 'continue']

/** @typedef {{ language: string, words: string[], start: number, lines: string[], docstring: boolean }} Block */

/** @param {string} text @returns {Block[]} the fenced blocks of Markdown; `start` is the index of the first code line */
function blocksOf(text) {
  /** @type {Block[]} */
  const blocks = []
  /** @type {(Block & { indent: string }) | undefined} */
  let open
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^(\s*)```\s*(\S*)\s*(.*)$/.exec(line)
    if (open === undefined && fence !== null) {
      const [, indent = '', language = '', info = ''] = fence
      const words = info.split(/\s+/).filter((word) => word !== '')
      open = { language, words, start: index + 1, lines: [], docstring: false, indent }
    } else if (open !== undefined && fence !== null && fence[2] === '') {
      blocks.push(open)
      open = undefined
    } else if (open !== undefined) {
      open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line)
    }
  }
  if (open !== undefined) blocks.push({ ...open, words: ['never closed'] })
  return blocks
}

/** The docstrings of a source file, everything else blanked, so that line numbers stay. @param {string} text */
function docstringsOf(text) {
  let inside = false
  return text
    .split('\n')
    .map((line) => {
      if (/^\s*\/\*\*/.test(line)) inside = true
      const content = inside ? line.replace(/^\s*(\/\*\*|\*\/|\*) ?/, '').replace(/\s*\*\/$/, '') : ''
      if (line.includes('*/')) inside = false
      return content
    })
    .join('\n')
}

/**
 * The TypeScript fences of one file.
 *
 * @param {string} file a `.md` document, or a source file whose docstrings are searched
 * @param {string} text
 * @returns {Fence[]}
 */
export function fencesOf(file, text) {
  const docstrings = !file.endsWith('.md')
  const blocks = blocksOf(docstrings ? docstringsOf(text) : text).filter(({ language }) =>
    /^(ts|typescript)$/i.test(language),
  )
  let before = ''
  return blocks.map(({ language, words, start, lines }) => {
    const joined = words.includes('continue') ? before : ''
    const padding = '\n'.repeat(start - (joined.match(/\n/g)?.length ?? 0))
    const code = `${joined}${padding}${lines.join('\n')}\n`
    before = code
    const unknown = [...(language === 'ts' ? [] : [language]), ...words.filter((word) => !WORDS.includes(word))]
    return {
      file,
      line: start + 1,
      code,
      runs: words.includes('run') || (docstrings && !words.includes('browser')),
      problem: unknown.length > 0 ? `begins with "${unknown.join(' ')}"; known is: ts ${WORDS.join(' | ')}` : undefined,
    }
  })
}

/** What a fence says it prints: the comment behind each `console.log(...)`. @param {string} code @returns {string[]} */
export function promisedOutput(code) {
  return [...code.matchAll(/^\s*console\.log\(.*\);?\s*\/\/ (.+)$/gm)].map(([, comment = '']) => comment.trim())
}
