import ts from 'typescript';

const timers = ['setImmediate', 'setInterval', 'setTimeout'];
const forbiddenGlobals = new Set(['crypto', 'globalThis', 'performance', 'process', ...timers]);
const forbiddenMembers = new Set(['Date.now', 'Math.random']);

/** Names that are no reference to a global: a member after a dot, and a key. */
function isMereName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    ((ts.isPropertySignature(parent) || ts.isMethodSignature(parent)) && parent.name === node) ||
    ((ts.isPropertyDeclaration(parent) || ts.isMethodDeclaration(parent)) && parent.name === node)
  );
}

function impurity(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node) && forbiddenGlobals.has(node.text) && !isMereName(node)) return node.text;
  if (ts.isPropertyAccessExpression(node) && forbiddenMembers.has(node.getText())) return node.getText();
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) return 'new Date()';
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()';
  return undefined;
}

/** What in this source text asks the surroundings for the time, for chance or for settings. */
export function impurities(text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const name = impurity(node);
    if (name !== undefined) found.push(name);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true));
  return found;
}
