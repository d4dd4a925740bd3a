import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { type Problem, problemsFault, show } from './problem.ts';
import { jsonProblem, syntaxProblem } from './syntax.ts';

/** Where a value stands: keys and list indexes from the top. */
export type Path = readonly (string | number)[];

/** A YAML file as plain values, with the place of each. */
export interface Document {
  /** As the author named it. */
  readonly file: string;
  /** Strings, numbers, booleans, null, arrays and maps without odd keys. */
  readonly value: unknown;
  /** Mistakes that leave the values readable: a key twice, an odd number. */
  readonly problems: readonly Problem[];
  /** `file:line:column` of the value, or of the nearest thing around it that exists. */
  where(path: Path): string;
  /** The same of the key that the path ends with. */
  whereKey(path: Path): string;
}

/** Nobody nests a configuration deeper than this. */
const DEPTH_MAX = 32;
/** What is wrong within the first half of a beginning is not wrong because the rest was cut off. */
const halfCharacters = 32_768;

/** What the parser makes of a text, and what it has against it. */
function parsedYaml(text: string, lineCounter = new LineCounter()) {
  // The parser's own check for keys twice is quadratic; the walk below has a linear one.
  const parsed = parseDocument(text, { uniqueKeys: false, lineCounter, prettyErrors: false });
  const all = [...parsed.errors, ...parsed.warnings];
  // One bracket too many is met again at every level above it.
  const endless = all.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  return { parsed, syntax: endless === undefined ? all : [endless] };
}

/**
 * What a text has against it whose name says that it is JSON, and which is none: it may be YAML yet. Where its
 * beginning shows that it is neither, the rest is not read: a megabyte of brackets would take many seconds.
 */
function brokenJson(text: string): ReturnType<typeof parsedYaml>['syntax'] {
  if (text.length > 2 * halfCharacters) {
    const { syntax } = parsedYaml(text.slice(0, 2 * halfCharacters));
    if (syntax.some(({ pos }) => pos[0] < halfCharacters)) return syntax;
  }
  return parsedYaml(text).syntax;
}

function placeIn(file: string, text: string, offset: number): string {
  const before = text.slice(0, offset);
  return `${file}:${before.split('\n').length}:${offset - before.lastIndexOf('\n')}`;
}

/**
 * Reads one YAML 1.2 document. Aliases, tags, keys twice and keys that are not plain words are
 * refused: they hide what is meant or cost time without bound.
 * @throws Fault CONFIG with every problem of the syntax
 */
export function readDocument(file: string, text: string): Document {
  const lines = new LineCounter();
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const json = /\.json$/i.test(file) ? jsonProblem(text) : null;
  const [first] = json === null ? [] : brokenJson(text);
  if (json !== null && first !== undefined) {
    const { at, ...problem } = json;
    throw problemsFault(file, [{ where: placeIn(file, text, at ?? first.pos[0]), ...problem }]);
  }
  const { parsed, syntax } = parsedYaml(text, lines);
  if (syntax.length > 0)
    throw problemsFault(
      file,
      syntax.map(error => ({ where: place(error.pos[0]), ...syntaxProblem(error) })),
    );
  const root = parsed.contents;
  const walked: Walked = { place, fatal: [], mild: [] };
  walk(walked, root, 0);
  if (walked.fatal.length > 0) throw problemsFault(file, [...walked.fatal, ...walked.mild]);
  const value: unknown = parsed.toJS({ maxAliasCount: 0 });
  return {
    file,
    value: value ?? null,
    problems: walked.mild,
    where: path => place(startOf(root, path)),
    whereKey: path => place(keyStart(root, path) ?? startOf(root, path)),
  };
}

interface Walked {
  readonly place: (offset: number) => string;
  /** Without these the values cannot be read. */
  readonly fatal: Problem[];
  readonly mild: Problem[];
}

function walk(walked: Walked, node: unknown, depth: number): void {
  if (isAlias(node)) {
    walked.fatal.push({
      where: walked.place(node.range?.[0] ?? 0),
      found: `the alias ${show(`*${node.source}`)}`,
      expected: 'the value itself',
      fix: 'Write the value out: what a reviewer reads is then what happens.',
    });
    return;
  }
  const start = (node as Node | null)?.range?.[0] ?? 0;
  if (depth > DEPTH_MAX) {
    walked.fatal.push({
      where: walked.place(start),
      found: `more than ${DEPTH_MAX} levels of nesting`,
      expected: 'a configuration',
      fix: 'Look for brackets that are not closed, or for a wrong file.',
    });
    return;
  }
  if (isScalar(node)) checkNumber(walked, node.value, { source: node.source, start });
  else if (isSeq(node)) for (const item of node.items) walk(walked, item, depth + 1);
  else if (isMap(node)) walkMap(walked, node, depth);
}

function walkMap(walked: Walked, map: YAMLMap, depth: number): void {
  const seen = new Set<string>();
  for (const { key, value } of map.items) {
    const start = (key as Node | null)?.range?.[0] ?? map.range?.[0] ?? 0;
    const name = isScalar(key) && typeof key.value === 'string' ? key.value : null;
    const where = walked.place(start);
    if (isAlias(key)) walk(walked, key, depth + 1);
    else if (name === null) walked.fatal.push({ where, ...keyWithoutText });
    else if (['__proto__', 'constructor', 'prototype'].includes(name))
      walked.fatal.push({
        where,
        found: `the key ${show(name)}`,
        expected: 'a key of this file',
        fix: 'Remove it.',
      });
    else if (seen.has(name))
      walked.mild.push({
        where,
        found: `the key ${show(name)} a second time`,
        expected: 'each key once',
        fix: 'Remove one of the two; only one of them could count.',
      });
    if (name !== null) seen.add(name);
    walk(walked, value, depth + 1);
  }
}

const keyWithoutText = {
  found: 'a key that is no text',
  expected: 'a word',
  fix: 'Put the key into quotes if it is meant so.',
};

/** `010` and `0x10` are read as 10 and 16, which hardly anybody means. */
function checkNumber(
  walked: Walked,
  value: unknown,
  { source, start }: { readonly source: string | undefined; readonly start: number },
): void {
  if (typeof value !== 'number' || source === undefined) return;
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(source)) return;
  walked.mild.push({
    where: walked.place(start),
    found: source,
    expected: 'a plain decimal number',
    fix: `Write ${Number.isFinite(value) ? String(value) : 'a number'}, or put it into quotes if it is text.`,
  });
}

/** The offset of the value at the path, or of the last thing on the way that exists. */
function startOf(root: unknown, path: Path): number {
  let node: unknown = root;
  let start = (root as Node | null)?.range?.[0] ?? 0;
  for (const part of path) {
    const pair = isMap(node) ? pairOf(node, part) : undefined;
    if (isSeq(node)) node = typeof part === 'number' ? node.items[part] : undefined;
    else node = pair?.value;
    // A key without a value has an empty node, which stands behind the key.
    const empty = isScalar(node) && node.value === null && (node.source ?? '') === '';
    const anchor = node === undefined || node === null || empty ? pair?.key : node;
    if (anchor === undefined) return start;
    start = (anchor as Node).range?.[0] ?? start;
  }
  return start;
}

function keyStart(root: unknown, path: Path): number | null {
  let node: unknown = root;
  for (const part of path.slice(0, -1)) {
    if (isSeq(node)) node = typeof part === 'number' ? node.items[part] : undefined;
    else node = isMap(node) ? pairOf(node, part)?.value : undefined;
  }
  const key = isMap(node) ? pairOf(node, path.at(-1) ?? '')?.key : undefined;
  return (key as Node | undefined)?.range?.[0] ?? null;
}

const pairOf = (map: YAMLMap, part: string | number) =>
  map.items.find(({ key }) => isScalar(key) && key.value === part);
