import { providers as builtIn } from '../../providers/index.ts';
import { type Json } from '../dns/rrset.ts';
import { type Adapters, entrySchema } from './providers.ts';
import { resolversSchema } from './resolver-schema.ts';
import { configSchema } from './schema.ts';
import { isObject } from '../object.ts';

const draft = 'http://json-schema.org/draft-07/schema#';

/**
 * The JSON schema that editors use while somebody writes the file: what has a default may be left
 * out, and providers are told apart by their type.
 */
export function publishedSchema(adapters: Adapters = builtIn): Json {
  const root = forAuthors(configSchema) as Record<string, Json>;
  const properties = root['properties'] as Record<string, Json>;
  const entries = Object.fromEntries(
    Object.entries(adapters).map(([type, adapter]) => [
      type,
      forAuthors(entrySchema(type, adapter)),
    ]),
  );
  return {
    $schema: draft,
    title: 'dns-cutover configuration',
    ...root,
    properties: {
      ...properties,
      providers: {
        type: 'object',
        description: 'Where zones are hosted, each under a name of its own.',
        additionalProperties: byType(entries),
      },
    },
  };
}

/** The same for a list of resolvers, which may stand in a map beside what else its author keeps there. */
export function publishedListSchema(): Json {
  const list = { $ref: '#/definitions/list' };
  return {
    $schema: draft,
    title: 'dns-cutover list of resolvers',
    definitions: { list: forAuthors(resolversSchema) },
    anyOf: [list, { type: 'object', required: ['resolvers'], properties: { resolvers: list } }],
  };
}

/**
 * Told apart by `type` instead of tried one after the other: an editor then speaks of the key that is
 * wrong for this kind, and not of everything that another kind would have needed.
 */
function byType(entries: Readonly<Record<string, Json>>): Json {
  const rules = Object.entries(entries).map(([type, then]) => ({
    if: { properties: { type: { const: type } }, required: ['type'] },
    then,
  }));
  const type = { enum: Object.keys(entries), description: 'The kind of provider.' };
  return { type: 'object', required: ['type'], properties: { type }, allOf: rules };
}

function forAuthors(node: unknown): Json {
  if (Array.isArray(node)) return node.map(forAuthors);
  if (!isObject(node)) return node as Json;
  const copy: Record<string, Json> = {};
  for (const [key, value] of Object.entries(node)) {
    // Words for our own messages mean nothing to an editor.
    if (key === 'expected' || key === 'fix') continue;
    if (key === 'required' && isObject(node['properties']))
      copy[key] = requiredOf(value as readonly string[], node['properties']);
    else if (key === 'properties' && isObject(value))
      copy[key] = Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, forAuthors(inner)]),
      );
    else copy[key] = key === 'default' ? (value as Json) : forAuthors(value);
  }
  return copy;
}

const requiredOf = (
  required: readonly string[],
  properties: Readonly<Record<string, unknown>>,
): readonly string[] =>
  required.filter(name => {
    const property = properties[name];
    return !(isObject(property) && 'default' in property);
  });
