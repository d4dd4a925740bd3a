import { dirname, join, normalize } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/table/table.ts';
import { readSources } from '../support/architecture.ts';
import { importsOf } from '../support/imports.ts';

const sources = readSources(`${import.meta.dirname}/../..`);

const known = new Map<string, readonly string[]>();

/** What a file takes over at run time from files of this project. */
function below(path: string): readonly string[] {
  const targets = known.get(path) ?? targetsOf(path);
  known.set(path, targets);
  return targets;
}

const targetsOf = (path: string): readonly string[] =>
  importsOf(path, sources.get(path) ?? '')
    .filter(({ typeOnly, specifier }) => !typeOnly && specifier?.startsWith('.') === true)
    .map(({ specifier }) => normalize(join(dirname(path), specifier ?? '')))
    .filter(target => sources.has(target));

/** Everything that a file brings along; `closed` files are named but not looked into. */
function reach(path: string, closed: readonly string[] = []): ReadonlySet<string> {
  const reached = new Set<string>();
  const pending = [path];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    if (!closed.includes(next)) pending.push(...below(next));
  }
  return reached;
}

/** Where a command stands: by itself, or in the folder of those that share its first word. */
function fileOf(name: string): string {
  const [first = '', second = first] = name.split(' ');
  const places = [`${first}/${second}`, name.replace(' ', '-')].map(
    place => `src/commands/${place}.ts`,
  );
  return places.find(path => sources.has(path)) ?? places.join(' or ');
}

/** Words with which an act, a start, a run or a write would be asked for. */
const asking = [
  /\.\s*(?:act|start|control|write|save|own)\s*\(/,
  /[{,]\s*(?:act|start|control|write|save|own)\s*[,}:][^)]*=\s*(?:await\s+)?\w*(?:[aA]pp|store|provider)/,
];

/** What leads to a write: nothing that only reads may bring it along. */
const acting = [
  'src/controller/controller.ts',
  'src/controller/append.ts',
  'src/controller/settle.ts',
  'src/controller/effects.ts',
  'src/app.ts',
  'src/remote/app.ts',
];

/** A world of its own: what a rehearsal acts on is in its own memory. */
const ownWorld = 'src/rehearsal/rehearse.ts';
/** Shows that world: whatever is asked for on its page is asked of it. */
const ownPage = 'src/commands/rehearse-page.ts';
/** Names every command and loads only the one that is run: completion reads the names. */
const table = 'src/commands/table/table.ts';
const tables = ['prepare', 'run', 'observe'].map(part => `src/commands/table/${part}.ts`);
const closed = [ownWorld, ownPage, table, ...tables];

describe('a command that is not in the group Run', () => {
  const reading = commands.filter(({ group }) => group !== 'Run').map(({ name }) => name);

  it.each(reading)('%s cannot reach a write', name => {
    const file = fileOf(name);
    expect(sources.has(file)).toBe(true);
    const reached = [...reach(file, closed)].filter(path => !closed.includes(path));
    expect(reached.filter(path => acting.includes(path))).toEqual([]);
    for (const path of reached.filter(one => one.startsWith('src/commands/')))
      for (const words of asking) expect(sources.get(path), path).not.toMatch(words);
  });

  it('is the only one with a world of its own when it is the rehearsal', () => {
    const with_ = reading.filter(name => reach(fileOf(name), [table]).has(ownWorld));
    expect(with_).toEqual(['rehearse']);
    const world = sources.get('src/rehearsal/rehearse.ts') ?? '';
    expect(world).toContain('memoryStore(');
    for (const own of [ownWorld, ownPage]) {
      const reached = [...reach(own)];
      expect(reached.filter(path => /sqlite|commands\/open/.test(path))).toEqual([]);
      expect(reached.filter(path => /^providers\/(?!memory|moves)/.test(path))).toEqual([]);
    }
  });
});

it('the rule would catch every command of the group Run', () => {
  for (const { name, group } of commands) {
    if (group !== 'Run') continue;
    // `serve` is asked over the API, whose routes act in its place.
    const rooms = name === 'serve' ? 'src/api/' : 'src/commands/';
    const files = [...reach(fileOf(name))].filter(path => path.startsWith(rooms));
    const caught = files.some(path => asking.some(words => words.test(sources.get(path) ?? '')));
    expect(caught, name).toBe(true);
  }
});
