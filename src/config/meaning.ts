import { type Order, type Step } from '../cutover/order.ts';
import { type Name, nameLabels, parseName } from '../dns/name.ts';
import { cnameConflicts, sharedRRsets } from './conflicts.ts';
import { type Path } from './document.ts';
import { readEdits } from './edits.ts';
import { listed, nearest } from './nearest.ts';
import { readPolicy } from './policy.ts';
import { type Problem, show } from './problem.ts';
import { attempt, type Reading, refuse } from './reading.ts';
import { type ConfigFile, type CutoverEntry } from './schema.ts';
import { readAuthority } from './servers.ts';
import { type Expanded, readTo } from './to.ts';

/** A cutover that is understood, with what forbids to start it now: its window is over. */
export interface ReadOrder {
  readonly order: Order;
  readonly overdue: readonly Problem[];
}

export interface MeaningInput {
  readonly file: ConfigFile;
  /** Indexes of cutovers that the schema refused; they are not read. */
  readonly broken: ReadonlySet<number>;
  /** The names under `providers:`, those with mistakes included. */
  readonly providerNames: readonly string[];
  readonly findings: readonly string[];
}

/** What the cutovers of a file mean. Everything that is wrong goes into `reading.problems`. */
export function readOrders(reading: Reading, input: MeaningInput): readonly ReadOrder[] {
  const read: ReadOrder[] = [];
  const domains = new Map<Name, string>();
  for (const [index, entry] of input.file.cutovers.entries()) {
    if (input.broken.has(index)) continue;
    const path = ['cutovers', index];
    const domain = readDomain(reading, [...path, 'domain'], entry.domain);
    checkProvider(reading, {
      path: [...path, 'provider'],
      name: entry.provider,
      names: input.providerNames,
    });
    if (domain === null) continue;
    const first = domains.get(domain);
    if (first === undefined) {
      domains.set(domain, reading.document.where([...path, 'domain']));
      read.push(readOrder(reading, { path, entry, domain, findings: input.findings }));
    } else
      refuse(reading, [...path, 'domain'], {
        found: `${show(entry.domain)} a second time (first at ${first})`,
        expected: 'each domain once',
        fix: 'Put both into one cutover, as steps if one shall follow the other.',
      });
  }
  for (const { order } of read) reading.problems.push(...cnameConflicts(order));
  reading.problems.push(...sharedRRsets(read.map(({ order }) => order)));
  return read;
}

function readDomain(reading: Reading, path: Path, written: string): Name | null {
  const expected = 'a domain name';
  const domain = attempt(reading, { path, expected }, () => parseName(written));
  if (domain === null || (nameLabels(domain).length > 0 && !domain.startsWith('*'))) return domain;
  refuse(reading, path, {
    expected,
    fix: 'Write the domain whose mail moves, such as example.org.',
  });
  return null;
}

function checkProvider(
  reading: Reading,
  { path, name, names }: { path: Path; name: string; names: readonly string[] },
): void {
  if (names.includes(name)) return;
  const meant = nearest(name, names);
  refuse(reading, path, {
    found: `the unknown provider ${show(name)}`,
    expected: names.length === 0 ? 'an entry under providers' : listed(names, 'or'),
    fix: meant === null ? 'Name an entry under providers, or add one.' : `Did you mean ${meant}?`,
  });
}

interface OrderInput {
  readonly path: Path;
  readonly entry: CutoverEntry;
  readonly domain: Name;
  readonly findings: readonly string[];
}

function readOrder(reading: Reading, { path, entry, domain, findings }: OrderInput): ReadOrder {
  const edits = (keys: Path, entries: CutoverEntry['prepare']) =>
    readEdits(reading, { path: [...path, ...keys], entries, domain });
  const to =
    entry.to === undefined
      ? null
      : readTo(reading, { path: [...path, 'to'], entry: entry.to, domain });
  const steps = readSteps(reading, path, { entry, edits, to });
  const { policy, overdue } = readPolicy(reading, {
    path,
    entry,
    domain,
    findings,
    steps: Math.max(steps.length, 1),
  });
  const order: Order = {
    domain,
    provider: entry.provider,
    // What was written by hand goes first: the preset finds what that leaves.
    prepare: [...edits(['prepare'], entry.prepare), ...(to?.prepare ?? [])],
    steps,
    afterwards: edits(['afterwards', 'records'], entry.afterwards.records),
    policy,
    authority: readAuthority(reading, [...path, 'authority'], {
      authority: entry.authority,
      domain,
    }),
  };
  return { order, overdue };
}

/** Labels of the path that a step cannot have. */
const positions = ['snapshot', 'low', 'restored', 'final'];

interface StepsInput {
  readonly entry: CutoverEntry;
  readonly edits: (keys: Path, entries: CutoverEntry['prepare']) => Step['edits'];
  /** What the preset of `to` stands for, if there is one. */
  readonly to: Expanded | null;
}

function readSteps(
  reading: Reading,
  path: Path,
  { entry, edits, to }: StepsInput,
): readonly Step[] {
  const { records, steps } = entry;
  const [first, ...more] = (['records', 'steps', 'to'] as const).filter(
    key => entry[key] !== undefined,
  );
  for (const key of more)
    refuse(reading, [...path, key], {
      found: `${key} together with ${String(first)}`,
      expected: 'one of the two',
      fix:
        key === 'to'
          ? 'Remove one of them; what a preset stands for can be written as records.'
          : 'Make the records a step of their own, or remove them.',
    });
  if (first === undefined)
    refuse(reading, path, {
      found: 'a cutover without records',
      expected: 'records, or steps, or to',
      fix: "Add what the swap writes: records: [{ name: '@', type: MX, set: ['0 mx.new.example'] }].",
    });
  if (to !== null) return [{ name: 'swap', edits: to.swap }];
  if (steps === undefined)
    return records === undefined ? [] : [{ name: 'swap', edits: edits(['records'], records) }];
  const names = steps.map(({ name }) => name);
  return steps.map(({ name, records: entries }, index) => {
    if (names.indexOf(name) < index || positions.includes(name))
      refuse(reading, [...path, 'steps', index, 'name'], {
        expected: `a name of its own, other than ${listed(positions, 'or')}`,
        fix: 'Choose another name for this step.',
      });
    return { name, edits: edits(['steps', index, 'records'], entries) };
  });
}
