import { existsSync } from 'node:fs';
import { whyNotPublic } from '../dns/askable.ts';
import { resolversOfText } from './resolver-file.ts';
import { type ResolverSpec } from './resolver-schema.ts';
import { optOutOf, type ResolverEntry } from './resolvers.ts';
import { readSource } from './source.ts';
import { Fault } from '../errors.ts';
import { isObject } from '../object.ts';

/** A list of resolvers as it stands in a file: the rows, and what the map around them says besides. */
export interface ListFile {
  /** Null where the rows stand alone. */
  readonly around: Readonly<Record<string, unknown>> | null;
  readonly rows: readonly unknown[];
}

export const listFileText = ({ around, rows }: ListFile): string =>
  `${JSON.stringify(around === null ? rows : { ...around, resolvers: rows }, null, 2)}\n`;

/**
 * The rows of a text, as they were written.
 * @throws Fault CONFIG where it is not JSON: to write YAML anew would lose its comments
 */
export function listFileOf(place: string, text: string): ListFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Fault('CONFIG', `only lists in JSON can be written anew: ${String(error)}`, {
      where: place,
      fix: 'edit the file by hand, or keep the list as JSON',
    });
  }
  if (Array.isArray(value)) return { around: null, rows: value };
  const rows = isObject(value) ? value['resolvers'] : undefined;
  if (isObject(value) && Array.isArray(rows)) return { around: value, rows };
  throw new Fault('CONFIG', 'there is no list of resolvers in it', {
    where: place,
    fix: 'name a file with a list, or with a map that has one under resolvers',
  });
}

/** The text of a file; null: there is none. */
export async function textIfThere(file: string): Promise<string | null> {
  if (!existsSync(file)) return null;
  return readSource(file, {
    expected: 'a list of resolvers',
    fix: 'Name a list of resolvers.',
    fixSize: 'Name a list of resolvers; this file is larger than any list needs to be.',
  });
}

/**
 * The rows of a text that is to be kept, checked as those of any list.
 * @throws Fault CONFIG with all mistakes
 */
export const checkedRows = (place: string, text: string): Promise<readonly ResolverSpec[]> =>
  resolversOfText({ file: place, text }, { optedOut: optOutOf });

/** What is odd in a list, and right in a closed network; a sentence each, 10 at most. */
export function oddAddresses(
  rows: readonly Pick<ResolverEntry, 'id' | 'addresses'>[],
): readonly string[] {
  const odd = rows.flatMap(({ id, addresses }) =>
    addresses.flatMap(address => {
      const why = whyNotPublic(address);
      return why === null ? [] : [`${id} has ${address}, ${why}: only your network reaches it`];
    }),
  );
  return odd.length <= 10 ? odd : [...odd.slice(0, 9), `and ${odd.length - 9} more of that kind`];
}
