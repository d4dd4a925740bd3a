import ts from 'typescript';

/** One module that a file mentions, however it does so. */
export interface Import {
  /** As written; null when it is computed, so that nobody can know it. */
  readonly specifier: string | null;
  /** Erased before the program runs. */
  readonly typeOnly: boolean;
  /** The names taken over for run time; null for all of them. */
  readonly names: readonly string[] | null;
  readonly line: number;
}

const textOf = (node: ts.Node | undefined): string | null =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : null;

type Found = Omit<Import, 'line'>;

function importDeclaration(node: ts.ImportDeclaration): Found {
  const specifier = textOf(node.moduleSpecifier);
  const clause = node.importClause;
  // An import without names runs the module.
  if (clause === undefined) return { specifier, typeOnly: false, names: null };
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword)
    return { specifier, typeOnly: true, names: [] };
  const bindings = clause.namedBindings;
  if (clause.name !== undefined || bindings === undefined || ts.isNamespaceImport(bindings))
    return { specifier, typeOnly: false, names: null };
  const names = bindings.elements
    .filter(element => !element.isTypeOnly)
    .map(element => (element.propertyName ?? element.name).text);
  return { specifier, typeOnly: names.length === 0 && bindings.elements.length > 0, names };
}

function exportDeclaration(node: ts.ExportDeclaration): Found | null {
  if (node.moduleSpecifier === undefined) return null;
  const specifier = textOf(node.moduleSpecifier);
  if (node.isTypeOnly) return { specifier, typeOnly: true, names: [] };
  if (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause))
    return { specifier, typeOnly: false, names: null };
  const names = node.exportClause.elements
    .filter(element => !element.isTypeOnly)
    .map(element => (element.propertyName ?? element.name).text);
  return { specifier, typeOnly: names.length === 0, names };
}

function foundIn(node: ts.Node): Found | null {
  if (ts.isImportDeclaration(node)) return importDeclaration(node);
  if (ts.isExportDeclaration(node)) return exportDeclaration(node);
  if (ts.isImportTypeNode(node)) {
    const literal = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
    return { specifier: textOf(literal), typeOnly: true, names: [] };
  }
  if (ts.isExternalModuleReference(node))
    return { specifier: textOf(node.expression), typeOnly: false, names: null };
  if (!ts.isCallExpression(node)) return null;
  const dynamic = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const required = ts.isIdentifier(node.expression) && node.expression.text === 'require';
  if (!dynamic && !required) return null;
  return { specifier: textOf(node.arguments[0]), typeOnly: false, names: null };
}

const parsed = new Map<string, ts.SourceFile>();

/** Parsing takes longest: every rule looks at the same tree. */
function parse(path: string, text: string): ts.SourceFile {
  const key = `${path}\n${text}`;
  const known = parsed.get(key) ?? ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  parsed.set(key, known);
  return known;
}

const walked = new WeakMap<ts.SourceFile, readonly ts.Node[]>();

function nodes(source: ts.SourceFile): readonly ts.Node[] {
  const known = walked.get(source);
  if (known !== undefined) return known;
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  walked.set(source, found);
  return found;
}

const lineOf = (source: ts.SourceFile, node: ts.Node): number =>
  source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;

const mentioned = new WeakMap<ts.SourceFile, readonly Import[]>();

/** Every module that a file mentions: static, re-exported, dynamic, required or only as a type. */
export function importsOf(path: string, text: string): readonly Import[] {
  const source = parse(path, text);
  const known = mentioned.get(source);
  if (known !== undefined) return known;
  const found = nodes(source).flatMap(node => {
    const one = foundIn(node);
    return one === null ? [] : [{ ...one, line: lineOf(source, node) }];
  });
  mentioned.set(source, found);
  return found;
}

/** Globals that read a clock, roll dice or reach the world outside. */
const impure = new Set([
  ...['process', 'fetch', 'performance', 'crypto', 'console', 'globalThis', 'require'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'randomUUID'],
  ...['getRandomValues', 'Atomics', 'WebSocket', 'eval', 'Function'],
]);

/** True for a name that stands for a value here: not the member of something, a key or a type. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isImportClause(parent) || ts.isImportSpecifier(parent)) return false;
  if (ts.isTypeNode(parent) || ts.isTypeElement(parent) || ts.isQualifiedName(parent)) return false;
  return !(ts.isPropertyAssignment(parent) && parent.name === node);
}

function impurity(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node)) {
    const text = `${node.expression.getText()}.${node.name.text}`;
    if (text === 'Date.now' || text === 'Math.random') return text;
    if (node.name.text === 'randomUUID' || node.name.text === 'randomBytes') return text;
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date')
    return (node.arguments?.length ?? 0) === 0 ? 'new Date()' : null;
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()';
  if (ts.isMetaProperty(node)) return 'import.meta';
  if (ts.isIdentifier(node) && impure.has(node.text) && isValue(node)) return node.text;
  return null;
}

/** Where a file takes time, chance or the outside world by itself instead of being handed them. */
export function impuritiesOf(
  path: string,
  text: string,
): readonly { readonly what: string; readonly line: number }[] {
  const source = parse(path, text);
  return nodes(source).flatMap(node => {
    const what = impurity(node);
    return what === null ? [] : [{ what, line: lineOf(source, node) }];
  });
}

/** True when a module has a default export in any spelling. */
export const hasDefaultExport = (path: string, text: string): boolean =>
  nodes(parse(path, text)).some(
    node =>
      ts.isExportAssignment(node) ||
      (node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent)) ||
      (ts.isExportSpecifier(node) && node.name.text === 'default'),
  );
