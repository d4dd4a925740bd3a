import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { hasDefaultExport, importsOf, impuritiesOf, type Import } from './imports.ts';

/** Text by path from the root of the project, such as `src/cutover/step.ts`. */
export type Sources = ReadonlyMap<string, string>;

/** Rooms from low to high. A file imports its own room and lower layers; neighbours do not know each other. */
export const layers: readonly (readonly string[])[] = [
  ['errors', 'limits', 'clock', 'object', 'secret'],
  ['dns'],
  ['mail'],
  ['cutover', 'propagation'],
  ['view'],
  ['bucket', 'deadline', 'provider', 'transport', 'smtp', 'web', 'retry', 'machine'],
  ['providers', 'authority', 'checks', 'probe'],
  ['store'],
  ['controller', 'poller'],
  ['access'],
  ['hub', 'notify'],
  ['config'],
  ['app'],
  ['rehearsal', 'remote'],
  ['api', 'page'],
  ['commands'],
  ['main'],
  ['cli'],
];

const pureRooms = ['dns', 'mail', 'cutover', 'propagation', 'view'];
/** What pure rooms may take from modules outside their own and lower pure rooms, at run time. */
const allowedNames: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': ['createHash', 'createHmac', 'timingSafeEqual'],
};
const allowedNamesIn: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  dns: { 'node:url': ['domainToASCII', 'domainToUnicode'] },
};

const linesMax = 300;
const depthMax = 2;

/** The room of a file: its folder or its own name right below src, or `providers`; null elsewhere. */
export function roomOf(path: string): string | null {
  if (path.startsWith('providers/')) return 'providers';
  if (!path.startsWith('src/')) return null;
  return (path.split('/')[1] ?? '').replace(/\.tsx?$/, '');
}

const layerOf = (room: string): number => layers.findIndex(rooms => rooms.includes(room));

/** The project's file that a relative import means; null for packages and what is no source. */
const resolve = (from: string, specifier: string | null): string | null =>
  specifier?.startsWith('.') === true && /\.tsx?$/.test(specifier)
    ? normalize(join(dirname(from), specifier))
    : null;

const at = (path: string, line: number): string => `${path}:${String(line)}`;

function layerProblem(path: string, { specifier, line }: Import): string | null {
  const room = roomOf(path);
  if (room === null) return null;
  if (specifier === null) return `${at(path, line)}: imports something computed`;
  const target = resolve(path, specifier);
  if (target === null) return null;
  const other = roomOf(target);
  if (other === null)
    return `${at(path, line)}: imports ${target}, which is no part of the product`;
  if (other === room) return null;
  if (layerOf(room) === -1) return null;
  const [own, theirs] = [layerOf(room), layerOf(other)];
  // The lowest layer is a row of single files, each of which may stand on errors and limits.
  const footing = own === 0 && ['errors', 'limits'].includes(other) && room !== 'errors';
  if (theirs < own || footing) return null;
  const direction = theirs === own ? 'its neighbour' : 'upward:';
  return `${at(path, line)}: imports ${direction} ${target}`;
}

/** One provider does not know another, so that each can be read and removed alone. */
function providerProblem(path: string, { specifier, line }: Import): string | null {
  const target = resolve(path, specifier);
  const folder = /^providers\/([^/]+)\/.+/.exec(path)?.[1];
  if (folder === undefined || target?.startsWith('providers/') !== true) return null;
  const other = /^providers\/([^/]+)\/.+/.exec(target)?.[1];
  if (other === folder || (other === undefined && target !== 'providers/index.ts')) return null;
  return `${at(path, line)}: provider ${folder} imports ${target}`;
}

function purityProblem(path: string, one: Import): string | null {
  const room = roomOf(path);
  if (room === null || !pureRooms.includes(room)) return null;
  const { specifier, typeOnly, names, line } = one;
  const target = resolve(path, specifier);
  const targetRoom = target === null ? null : roomOf(target);
  if (targetRoom !== null && pureRooms.includes(targetRoom)) return null;
  if (['src/errors.ts', 'src/limits.ts', 'src/object.ts'].includes(target ?? '')) return null;
  if (target === 'src/clock.ts' && typeOnly) return null;
  const allowed = allowedNames[specifier ?? ''] ?? allowedNamesIn[room]?.[specifier ?? ''];
  if (allowed !== undefined && names?.every(name => allowed.includes(name)) === true) return null;
  return `${at(path, line)}: a pure room imports ${String(specifier)} (${names?.join(', ') ?? 'all of it'})`;
}

const lineCount = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

function fileProblems(path: string, text: string): readonly string[] {
  const problems: string[] = [];
  const lines = lineCount(text);
  if (lines > linesMax)
    problems.push(`${path}: has ${String(lines)} lines, ${String(linesMax)} at most`);
  if (path.startsWith('src/') && path.split('/').length - 2 > depthMax)
    problems.push(`${path}: lies deeper than ${String(depthMax)} folders below src`);
  const room = roomOf(path);
  if (room !== null && pureRooms.includes(room))
    for (const { what, line } of impuritiesOf(path, text))
      problems.push(`${at(path, line)}: a pure room uses ${what}`);
  if (room !== null && layerOf(room) === -1) problems.push(`${path}: room ${room} is in no layer`);
  if (room !== null && hasDefaultExport(path, text)) problems.push(`${path}: has a default export`);
  for (const one of importsOf(path, text))
    for (const problem of [layerProblem, providerProblem, purityProblem])
      problems.push(...[problem(path, one)].filter(found => found !== null));
  return problems;
}

/** Import cycles between folders; a folder counts as one with those inside it. */
function cycleProblems(sources: Sources): readonly string[] {
  const edges = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    const room = roomOf(path);
    if (room === null) continue;
    const known = edges.get(room) ?? new Set();
    edges.set(room, known);
    for (const { specifier } of importsOf(path, text)) {
      const other = roomOf(resolve(path, specifier) ?? '');
      if (other !== null && other !== room) known.add(other);
    }
  }
  const problems = new Set<string>();
  const walk = (room: string, trail: readonly string[]): void => {
    const start = trail.indexOf(room);
    if (start !== -1) {
      const cycle = trail.slice(start);
      const first = cycle.indexOf([...cycle].sort()[0] ?? '');
      const turned = [...cycle.slice(first), ...cycle.slice(0, first)];
      problems.add(`import cycle: ${[...turned, turned[0]].join(' -> ')}`);
      return;
    }
    for (const next of edges.get(room) ?? []) walk(next, [...trail, room]);
  };
  for (const room of edges.keys()) walk(room, []);
  return [...problems];
}

const isRoot = (path: string): boolean =>
  path === 'src/cli.ts' ||
  // Where the bundle of the page begins.
  path === 'src/page/client.tsx' ||
  path.endsWith('.test.ts') ||
  path.startsWith('bench/') ||
  path.startsWith('scripts/') ||
  path === 'test/simulation/run.ts';

/** Files of the product that nothing reaches from the program, a test, a benchmark or a script. */
function deadFiles(sources: Sources): readonly string[] {
  const reached = new Set<string>();
  const pending = [...sources.keys()].filter(isRoot);
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const text = sources.get(path);
    if (text === undefined || reached.has(path)) continue;
    reached.add(path);
    for (const { specifier } of importsOf(path, text)) {
      const target = resolve(path, specifier);
      if (target !== null) pending.push(target);
    }
  }
  return [...sources.keys()]
    .filter(path => roomOf(path) !== null && !reached.has(path))
    .map(path => `${path}: nothing reaches it`);
}

/** Every way in which these sources break the rules of the house; empty when they keep them. */
export function violations(sources: Sources): readonly string[] {
  const files = [...sources].flatMap(([path, text]) => fileProblems(path, text));
  return [...files, ...cycleProblems(sources), ...deadFiles(sources)].sort();
}

/** The sources of this project. */
export function readSources(root: string): Sources {
  const folders = ['src', 'providers', 'test', 'bench', 'scripts'];
  const paths = folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(path => /\.(tsx?|mjs)$/.test(path))
      .map(path => join(folder, path)),
  );
  return new Map(paths.map(path => [path, readFileSync(join(root, path), 'utf8')]));
}
