/**
 * The imports of a TypeScript file, read from its syntax tree: a pattern would also find the ones in comments and
 * examples, and could not tell which of them still exist at run time.
 */
import ts from 'typescript'

/** @typedef {{ specifier: string, line: number, typeOnly: boolean }} Import */

/** @param {ts.Node} node @returns {{ literal: ts.Node, typeOnly: boolean } | undefined} */
function importIn(node) {
  // With verbatimModuleSyntax `import { type A }` stays an import; only `import type` and `export type` vanish.
  if (ts.isImportDeclaration(node)) {
    return { literal: node.moduleSpecifier, typeOnly: node.importClause?.isTypeOnly === true }
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return { literal: node.moduleSpecifier, typeOnly: node.isTypeOnly }
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return { literal: node.argument.literal, typeOnly: true }
  }
  const dynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
  if (dynamic && node.arguments[0] !== undefined) return { literal: node.arguments[0], typeOnly: false }
  return undefined
}

/**
 * @param {string} file its name decides how it is parsed
 * @param {string} text
 * @returns {Import[]} in the order of the file; an import whose target is computed has the specifier `<computed>`
 */
export function importsOf(file, text) {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
  /** @type {Import[]} */
  const found = []
  /** @param {ts.Node} node */
  const visit = (node) => {
    const hit = importIn(node)
    if (hit !== undefined) {
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree))
      const specifier = ts.isStringLiteralLike(hit.literal) ? hit.literal.text : '<computed>'
      found.push({ specifier, line: line + 1, typeOnly: hit.typeOnly })
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}
