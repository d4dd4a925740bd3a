import { isObject } from '../object.ts';

/** A JSON schema, as far as it is read here. */
export interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly expected?: string;
  readonly fix?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The value with every default of the schema in its place. Wrong values stay as they are. */
export function withDefaults(schema: SchemaNode, value: unknown): unknown {
  const given = value === undefined ? schema.default : value;
  if (Array.isArray(given)) {
    const { items } = schema;
    return items === undefined ? given : given.map((item: unknown) => withDefaults(items, item));
  }
  if (!isObject(given)) return given;
  const filled: Record<string, unknown> = { ...given };
  for (const [key, part] of Object.entries(mapOf(schema).properties ?? {})) {
    const inner = withDefaults(part, filled[key]);
    if (inner !== undefined) filled[key] = inner;
  }
  return filled;
}

/** The part of the schema that a value at this path is held against; undefined off the map. */
export function schemaAt(
  schema: SchemaNode,
  path: readonly (string | number)[],
): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema;
  for (const part of path) {
    if (node === undefined) return undefined;
    if (typeof part === 'number') node = listOf(node)?.items;
    else {
      const map = mapOf(node);
      node = map.properties?.[part] ?? Object.values(map.patternProperties ?? {})[0];
    }
  }
  return node;
}

/** The form of a node that is a map: itself, or one of several forms. */
export const mapOf = (node: SchemaNode): SchemaNode =>
  node.anyOf?.find(form => form.properties !== undefined) ?? node;

const listOf = (node: SchemaNode): SchemaNode | undefined =>
  node.items === undefined ? node.anyOf?.find(form => form.items !== undefined) : node;
