import { type TSchema } from 'typebox';
import { Fault } from '../errors.ts';
import { type Document, type Path } from './document.ts';
import { mapOf, type SchemaNode, schemaAt, withDefaults } from './defaults.ts';
import { listed, nearest } from './nearest.ts';
import { type Problem, show } from './problem.ts';
import { isObject } from '../object.ts';

/** A problem and the path that it stands at. */
export interface Misfit {
  readonly path: Path;
  readonly problem: Problem;
}

/** What typebox says about one value. */
interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
}

/** What is checked: a part of the document, the schema for it, and a validator that is loaded once. */
export interface Part {
  readonly document: Document;
  readonly at: Path;
  readonly schema: TSchema;
}

/** Holds values against schemas; loaded late, because the validator takes a tenth of a second. */
export interface Validator {
  /** Every misfit of a complete value. */
  check(part: Part, value: unknown): readonly Misfit[];
}

export async function loadValidator(): Promise<Validator> {
  // Of values nothing but this is wanted: the rest of what can be done with them takes as long to load.
  const [{ Check, Errors }, { Settings }] = await Promise.all([
    import('typebox/schema'),
    import('typebox/system'),
  ]);
  return {
    check(part, value) {
      if (Check(part.schema, value)) return [];
      // The library stops after 8 errors, and this is the only way to tell it otherwise.
      Settings.Set({ maxErrors: 400 });
      const [, errors] = Errors(part.schema, value);
      const found = misfits(part, value, errors);
      if (found.length > 0) return found;
      throw new Fault('BUG', 'a value does not fit its schema, and nothing says why', {
        where: part.document.where(part.at),
      });
    },
  };
}

/** The value of a part of the file, complete. */
export const completed = (schema: TSchema, value: unknown): unknown => withDefaults(schema, value);

function misfits(part: Part, value: unknown, errors: readonly SchemaError[]): readonly Misfit[] {
  const root: SchemaNode = part.schema;
  const found = new Map<string, Misfit>();
  const unions = errors
    .filter(({ keyword }) => keyword === 'anyOf')
    .map(({ instancePath }) => instancePath);
  for (const error of errors) {
    const { instancePath, keyword } = error;
    const inner = pathOf(instancePath, value);
    const under = unions.find(union => instancePath.startsWith(`${union}/`));
    // A union reports every branch; one sentence about the whole of it says more. Where it has one
    // form for a list, or for a map, and that is what was written, what stands in it is wrong.
    // Unknown keys are reported one by one and once more in sum.
    if (keyword === 'additionalProperties') continue;
    if (unions.includes(instancePath) && keyword !== 'anyOf') continue;
    if (keyword === 'anyOf' && isOneForm(schemaAt(root, inner), valueAt(value, inner))) {
      if (errors.some(other => other.instancePath.startsWith(`${instancePath}/`))) continue;
    }
    if (under !== undefined) {
      const whole = pathOf(under, value);
      if (!isOneForm(schemaAt(root, whole), valueAt(value, whole))) continue;
    }
    for (const misfit of explain(part, { error, inner, value, node: schemaAt(root, inner) })) {
      const key = JSON.stringify(misfit.path);
      if (!found.has(key)) found.set(key, misfit);
    }
  }
  return [...found.values()];
}

/** Is it clear which form of a union was meant? A list is one; a map is where just one form is a map. */
const isOneForm = (node: SchemaNode | undefined, value: unknown): boolean =>
  Array.isArray(value) ||
  (isObject(value) &&
    node?.anyOf?.filter(({ properties }) => properties !== undefined).length === 1);

interface Explained {
  readonly error: SchemaError;
  /** The path within the part. */
  readonly inner: Path;
  readonly value: unknown;
  readonly node: SchemaNode | undefined;
}

function explain({ document, at, schema }: Part, explained: Explained): readonly Misfit[] {
  const root: SchemaNode = schema;
  const { error, inner, value, node } = explained;
  const path = [...at, ...inner];
  const subject = at.length + inner.length === 0 ? 'the file' : nameOf(path);
  // The schema of an unknown key is `false`.
  if (error.keyword === 'boolean') {
    const holder = schemaAt(root, inner.slice(0, -1));
    const known = Object.keys((holder && mapOf(holder))?.properties ?? {});
    const parent = path.length === 1 ? 'the file' : nameOf(path.slice(0, -1));
    const words = unknownKey(String(path.at(-1)), { known, subject: parent });
    return [{ path, problem: { where: document.whereKey(path), ...words } }];
  }
  if (error.keyword === 'required') {
    const { requiredProperties } = error.params as { requiredProperties: readonly string[] };
    return requiredProperties.map(key => ({
      path: [...path, key],
      problem: {
        where: document.where(path),
        found: `${subject} without ${key}`,
        expected: `${key}: ${asPhrase(schemaAt(node ?? {}, [key]))}`,
        fix: `Add ${key} here.`,
      },
    }));
  }
  return [
    {
      path,
      problem: {
        where: document.where(path),
        found: show(valueAt(value, inner)),
        expected: expectation(node),
        fix: remedy(node, valueAt(value, inner), subject),
      },
    },
  ];
}

function remedy(node: SchemaNode | undefined, value: unknown, subject: string): string {
  if (value === null) return 'Give the key a value, or remove it.';
  if (node?.type === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return `Put it into quotes: '${value.toString()}'.`;
  return node?.fix ?? `Correct ${subject}.`;
}

function unknownKey(
  key: string,
  { known, subject }: { readonly known: readonly string[]; readonly subject: string },
): Omit<Problem, 'where'> {
  const meant = nearest(key, known);
  return {
    found: `the unknown key ${show(key)}`,
    expected: `a key of ${subject}: ${listedAll(known)}`,
    fix:
      secretHint(key, known) ??
      (meant === null ? 'Remove it, or look the right one up.' : `Did you mean ${meant}?`),
  };
}

/** Whoever writes a secret into the configuration is told where it goes; null for other keys. */
function secretHint(key: string, known: readonly string[]): string | null {
  if (!/token|secret|password|credential|(api|access)[-_]?key/i.test(key)) return null;
  const file = known.find(one => /(token|secret)File$/.test(one));
  return file === undefined
    ? 'Take it out: a secret never stands in the configuration; see dns-cutover help environment.'
    : `Write the path of a file that holds it: ${file}. The secret itself never stands in the configuration.`;
}

const listedAll = (words: readonly string[]): string => [...words].sort().join(', ');

/** `ttl.low`, `records[2]`: the end of the path, as a reader of the file knows it. */
function nameOf(path: Path): string {
  const last = path.at(-1);
  const before = path.at(-2);
  if (typeof last === 'number') return `${String(before ?? 'list')}[${last}]`;
  return typeof before === 'string' && before !== 'providers'
    ? `${before}.${String(last)}`
    : String(last);
}

const asPhrase = (node: SchemaNode | undefined): string =>
  node?.description === undefined
    ? expectation(node)
    : (node.description.split(/[.:;](?: |$)/)[0] ?? '').replace(/^(?:The|A) /, word =>
        word.toLowerCase(),
      );

function expectation(node: SchemaNode | undefined): string {
  if (node?.expected !== undefined) return node.expected;
  const words = node?.anyOf?.flatMap(({ const: word }) => (typeof word === 'string' ? [word] : []));
  if (words !== undefined && words.length > 0) return listed(words, 'or');
  const range =
    node?.minimum !== undefined && node.maximum !== undefined
      ? ` from ${node.minimum} to ${node.maximum}`
      : '';
  const kinds: Readonly<Record<string, string>> = {
    integer: `a whole number${range}`,
    number: `a number${range}`,
    boolean: 'true or false',
    array: 'a list',
    object: `a map with ${listed(Object.keys(node?.properties ?? {}))}`,
  };
  return kinds[node?.type ?? ''] ?? 'text';
}

/** A JSON pointer (RFC 6901) as a path; digits are indexes only where a list stands. */
function pathOf(pointer: string, value: unknown): Path {
  const path: (string | number)[] = [];
  let node = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = Array.isArray(node) ? Number(key) : key;
    path.push(step);
    node = valueAt(node, [step]);
  }
  return path;
}

export function valueAt(value: unknown, path: Path): unknown {
  let node = value;
  for (const part of path) {
    if (Array.isArray(node) && typeof part === 'number') node = (node as readonly unknown[])[part];
    else node = isObject(node) ? node[String(part)] : undefined;
  }
  return node;
}
