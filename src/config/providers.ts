import { dirname, isAbsolute, resolve } from 'node:path';
import { type TSchema, Type } from 'typebox';
import { type Adapter } from '../../providers/adapter.ts';
import { type Path } from './document.ts';
import { listed, nearest } from './nearest.ts';
import { show } from './problem.ts';
import { type Reading, refuse } from './reading.ts';
import { completed, type Validator, valueAt } from './validate.ts';
import { isObject } from '../object.ts';

/** One entry under `providers:`, ready to be opened. */
export interface ProviderOrder {
  /** A key of the list of adapters. */
  readonly type: string;
  /** Complete; paths of secret files are absolute. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export type Adapters = Readonly<Record<string, Adapter>>;

/** The schema of a whole entry: the adapter's settings and `type`. */
export function entrySchema(type: string, adapter: Adapter): TSchema {
  const { properties } = adapter.settings as unknown as { properties: Record<string, TSchema> };
  return Type.Object(
    { type: Type.Literal(type, { description: 'The kind of provider.' }), ...properties },
    { additionalProperties: false },
  );
}

/**
 * The entries under `providers:`, each held against the schema of its type alone: one sentence
 * about the key that is wrong, not one for every type that it might have been.
 */
export function readProviders(
  reading: Reading,
  { validator, adapters }: { readonly validator: Validator; readonly adapters: Adapters },
): Readonly<Record<string, ProviderOrder>> {
  const entries = valueAt(reading.document.value, ['providers']);
  const orders: Record<string, ProviderOrder> = {};
  for (const [name, entry] of Object.entries(isObject(entries) ? entries : {})) {
    const path: Path = ['providers', name];
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(name))
      reading.problems.push({
        where: reading.document.whereKey(path),
        found: `the provider name ${show(name)}`,
        expected: 'letters, digits, hyphens and underscores, at most 63',
        fix: 'Choose a short name; cutovers refer to it.',
      });
    const type = isObject(entry) ? entry['type'] : undefined;
    // A type that is no text was reported with the shape of the file.
    if (typeof type !== 'string') continue;
    const adapter = Object.hasOwn(adapters, type) ? adapters[type] : undefined;
    if (adapter === undefined) {
      const types = Object.keys(adapters);
      const meant = nearest(type, types);
      refuse(reading, [...path, 'type'], {
        found: `the unknown provider type ${show(type)}`,
        expected: listed(types, 'or'),
        fix: meant === null ? `Write one of: ${types.join(', ')}.` : `Did you mean ${meant}?`,
      });
      continue;
    }
    const schema = entrySchema(type, adapter);
    const complete = completed(schema, entry);
    const misfits = validator.check({ document: reading.document, at: path, schema }, complete);
    reading.problems.push(...misfits.map(({ problem }) => problem));
    if (misfits.length > 0 || !isObject(complete)) continue;
    const settings = Object.fromEntries(Object.entries(complete).filter(([key]) => key !== 'type'));
    orders[name] = {
      type,
      settings: withSecretPaths(settings, adapter.secrets, reading.document.file),
    };
  }
  return orders;
}

/** A path that the file names, from the folder of the file. */
export const besideFile = (file: string, path: string): string =>
  isAbsolute(path) ? path : resolve(dirname(file), path);

function withSecretPaths(
  settings: Readonly<Record<string, unknown>>,
  secrets: Adapter['secrets'],
  file: string,
): Readonly<Record<string, unknown>> {
  const copy = structuredClone(settings);
  for (const { path } of secrets) {
    const holder = valueAt(copy, path.slice(0, -1));
    const key = path.at(-1) ?? '';
    const value = valueAt(copy, path);
    if (isObject(holder) && typeof value === 'string')
      Object.assign(holder, { [key]: besideFile(file, value) });
  }
  return copy;
}
