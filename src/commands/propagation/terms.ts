import { parseDuration } from '../../config/duration.ts';
import { nearest } from '../../config/nearest.ts';
import { parseServer } from '../../config/servers.ts';
import { isFault, Fault } from '../../errors.ts';
import { type Name, parseName, ROOT } from '../../dns/name.ts';
import { canonicalType, isMetaType, typeNames } from '../../dns/record-type.ts';
import { type Key, rrset } from '../../dns/rrset.ts';
import { type Server } from '../../transport/transport.ts';
import { type Dimension, dimensions } from '../../view/propagation/places.ts';
import { type Goal } from '../../view/propagation/propagation.ts';
import { flagOption, nameArgument, textOption, textsOption } from '../parse.ts';
import { type Input } from '../spec.ts';

/** What a look at the world was asked to be. */
export interface Terms {
  readonly key: Key;
  /** The new set, canonical; null: what the authoritative servers agree on. */
  readonly expect: readonly string[] | null;
  readonly old: readonly string[] | null;
  /** `default`, `core`, `none` or a file; null: not said. */
  readonly list: string | null;
  /** `@…` without the sign: addresses, or ids of the list. Empty: all of the list. */
  readonly only: readonly string[];
  /** Instead of the delegation. */
  readonly authority: readonly Server[];
  /** Wait until then; null: one look, or no end. */
  readonly until: Goal | null;
  readonly watch: boolean;
  readonly timeoutMs: number | null;
  readonly form: 'text' | 'json' | 'csv';
  readonly explain: string | null;
  /** Counted together in the place of one by one; null: one by one. */
  readonly by: Dimension | null;
}

const usage = (where: string, message: string, fix: string): Fault =>
  new Fault('USAGE', message, { where, fix });

/** What was typed, understood by `read`; its fault becomes one of the command line. */
function typed<Value>(where: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!isFault(error, 'MALFORMED')) throw error;
    throw usage(where, error.message, error.fix ?? 'correct it');
  }
}

/** @throws Fault USAGE */
export function readTerms(input: Input, json: boolean): Terms {
  const [, ...words] = input.args;
  const types = words.filter(word => !word.startsWith('@'));
  if (types.length > 1)
    throw usage(
      'TYPE',
      `one type, or ${types.join(' and ')}?`,
      'put an @ before a resolver, such as @8.8.8.8, and values behind --expect',
    );
  const name = readDomain(nameArgument(input));
  const key = { name, type: readType(types[0] ?? 'MX') };
  if (key.type === 'DS' && name === ROOT)
    throw usage('TYPE', 'no zone stands above the root to hold a DS for it', 'name another type');
  const [watch, csv] = [flagOption(input, 'watch'), flagOption(input, 'csv')];
  if (json && csv) throw usage('--csv', 'JSON or CSV?', 'leave one of --json and --csv out');
  if (watch && csv)
    throw usage('--csv', 'a table is printed once, --watch goes on', 'use --json with --watch');
  const explain = textOption(input, 'explain')?.replace(/^@/, '') ?? null;
  if (explain !== null && csv)
    throw usage('--explain', 'the evidence is no table', 'use --json, or leave --csv out');
  if (explain !== null && watch)
    throw usage('--explain', 'the evidence is printed once', 'leave --watch out');
  const by = readBy(textOption(input, 'by'), { json, csv, explain });
  const [expect, old] = [
    readSet(input, { option: 'expect', key }),
    readSet(input, { option: 'old', key }),
  ];
  if (expect !== null && JSON.stringify(expect) === JSON.stringify(old))
    throw usage(
      '--old',
      'the old set is the new one: nothing would change',
      'name in --old what was there before, or leave it out',
    );
  const until = readGoal(textOption(input, 'until'));
  const timeoutMs = readTimeout(textOption(input, 'timeout'));
  if (timeoutMs !== null && !watch && until === null)
    throw usage(
      '--timeout',
      'one look waits for nothing, so there is nothing to give up',
      'add --until new or --watch, or leave --timeout out',
    );
  return {
    ...{ key, expect, old, until, watch, timeoutMs },
    list: textOption(input, 'resolvers'),
    only: words.filter(word => word.startsWith('@')).map(word => word.slice(1)),
    authority: readServers(textsOption(input, 'authority')),
    ...{ form: json ? 'json' : csv ? 'csv' : 'text', explain, by },
  };
}

/** @throws Fault USAGE with `where` */
export function readDomain(text: string, where = 'DOMAIN'): Name {
  // What people have at hand is often an address of a page or of a person.
  const host =
    /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/:?#]+)/i.exec(text)?.[1] ??
    /^[^@]+@([^@]+)$/.exec(text)?.[1];
  if (host !== undefined)
    throw usage(where, `${JSON.stringify(text)} is not a domain name`, `write ${host} alone`);
  return typed(where, () => parseName(text));
}

function readType(text: string): string {
  const meant = nearest(text, typeNames);
  const known = typeNames.find(name => name === text.toUpperCase());
  if (known === undefined && !/^TYPE\d+$/i.test(text))
    throw usage(
      'TYPE',
      `${JSON.stringify(text)} is not a record type`,
      meant === null
        ? 'use a mnemonic such as MX or TXT, or TYPE and a number; resolvers have an @ before them'
        : `did you mean ${meant}?`,
    );
  const type = typed('TYPE', () => canonicalType(text));
  if (isMetaType(type))
    throw usage(
      'TYPE',
      `no zone holds records of the type ${type}`,
      'name a type of data, such as MX',
    );
  return type;
}

function readSet(
  input: Input,
  { option, key }: { readonly option: 'expect' | 'old'; readonly key: Key },
): readonly string[] | null {
  const values = textsOption(input, option);
  if (values.length === 0) return null;
  return typed(`--${option}`, () => rrset({ ...key, ttl: 0, rdata: values }).rdata);
}

const readServers = (texts: readonly string[]): readonly Server[] =>
  texts.map(text => {
    const server = parseServer(text);
    if (server !== null) return server;
    throw usage(
      '--authority',
      `${text} is not the address of a server`,
      'write 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353: the address, not the name',
    );
  });

function readGoal(text: string | null): Goal | null {
  if (text === null) return null;
  if (text === 'new') return 'settled';
  const percent = Number(/^(\d{1,3}(?:\.\d+)?) ?%?$/.exec(text)?.[1] ?? NaN);
  if (percent > 0 && percent <= 100) return percent / 100;
  throw usage(
    '--until',
    `${text} is nothing to wait for`,
    'write new, or a share in per cent above 0 and up to 100, such as --until 99%',
  );
}

function readBy(
  text: string | null,
  {
    json,
    csv,
    explain,
  }: { readonly json: boolean; readonly csv: boolean; readonly explain: string | null },
): Dimension | null {
  if (text === null) return null;
  const by = dimensions.find(one => one === text.toLowerCase());
  if (by === undefined)
    throw usage(
      '--by',
      `nothing is counted by ${text}`,
      `one of: ${dimensions.join(', ')}${nearest(text, dimensions) === null ? '' : `; did you mean ${String(nearest(text, dimensions))}?`}`,
    );
  const instead = 'leave --by out';
  if (json) throw usage('--by', 'JSON has all three tallies, whatever is said here', instead);
  if (csv) throw usage('--by', 'CSV has a row for each resolver, with these columns', instead);
  if (explain !== null) throw usage('--by', 'the evidence is that of one resolver', instead);
  return by;
}

function readTimeout(text: string | null): number | null {
  if (text === null) return null;
  const seconds = parseDuration(text);
  if (seconds !== null && seconds > 0) return seconds * 1000;
  throw usage('--timeout', `${text} is not a time to wait`, 'write seconds, or 90s, 5m or 2h');
}
