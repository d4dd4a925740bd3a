import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../dns/address.ts';
import { whyNobody } from '../dns/askable.ts';
import { readTemplate } from '../transport/doh-template.ts';
import { waysOf } from '../transport/place.ts';
import { type Document, type Path, readDocument } from './document.ts';
import { type Problem, problemsFault, show } from './problem.ts';
import { exampleList, type ResolverSpec, resolversSchema } from './resolver-schema.ts';
import { readSource } from './source.ts';
import { completed, loadValidator } from './validate.ts';
import { isObject } from '../object.ts';

/** An address whose operator asked not to be asked. */
export interface OptOut {
  readonly address: string;
  /** `2026-11-20`. */
  readonly since: string;
  readonly reason: string;
}

export interface Bounds {
  /** Whether the operator of an address asked not to be asked. */
  readonly optedOut: (address: string) => OptOut | null;
  /** A list of whom not to ask may name nobody. */
  readonly mayBeEmpty?: boolean;
}

/**
 * The rows of a file, each complete.
 * @throws Fault CONFIG with all its mistakes
 */
export async function readResolverFile(
  file: string,
  bounds: Bounds,
): Promise<readonly ResolverSpec[]> {
  const text = await readSource(file, {
    expected: 'default, core, none or the path of a list of resolvers',
    fix: 'Write one of those words, or the path of a file such as ./resolvers.json.',
    fixSize: 'Name a list of resolvers; this file is larger than any list needs to be.',
  });
  return resolversOfText({ file, text }, bounds);
}

/**
 * The same of text that was read already; `file` is what it is called in messages.
 * @throws Fault CONFIG with all its mistakes
 */
export async function resolversOfText(
  { file, text }: { readonly file: string; readonly text: string },
  bounds: Bounds,
): Promise<readonly ResolverSpec[]> {
  // JSON may be indented with tabs, YAML may not; one space keeps lines and columns.
  const document = readDocument(file, text.replaceAll('\t', ' '));
  if (document.problems.length > 0) throw problemsFault(file, document.problems);
  const held = isObject(document.value) && 'resolvers' in document.value;
  const at: Path = held ? ['resolvers'] : [];
  const value = held ? (document.value as Record<string, unknown>)['resolvers'] : document.value;
  if (bounds.mayBeEmpty === true && Array.isArray(value) && value.length === 0) return [];
  if (value === null || (Array.isArray(value) && value.length === 0))
    throw problemsFault(file, [
      {
        where: document.where(at),
        found: value === null && !held ? 'an empty file' : show(value),
        expected: 'a list of resolvers',
        fix: `Write at least one, such as ${exampleList}; to ask nobody, write none instead of the file.`,
      },
    ]);
  const whole = completed(resolversSchema, value);
  const validator = await loadValidator();
  const misfits = validator.check({ document, at, schema: resolversSchema }, whole);
  if (misfits.length > 0)
    throw problemsFault(
      file,
      misfits.map(({ problem }) => problem),
    );
  const specs = whole as readonly ResolverSpec[];
  const problems = meaningProblems({ document, at, optedOut: bounds.optedOut }, specs);
  if (problems.length > 0) throw problemsFault(file, problems);
  return specs;
}

/** As RFC 5952 has it; null for what is no address. */
export function canonicalAddress(text: string): string | null {
  const four = parseIpv4(text);
  if (four !== null) return formatIpv4(four);
  const six = parseIpv6(text);
  return six === null ? null : formatIpv6(six);
}

interface Held {
  readonly document: Document;
  readonly at: Path;
  readonly optedOut: Bounds['optedOut'];
}

/** What a schema cannot see. */
function meaningProblems(held: Held, specs: readonly ResolverSpec[]): readonly Problem[] {
  const { document, at } = held;
  const ids = new Map<string, string>();
  const servers = new Map<string, string>();
  return specs.flatMap((spec, index) => {
    const problems: Problem[] = [];
    const path: Path = [...at, index];
    const where = document.where([...path, 'id']);
    const twin = ids.get(spec.id);
    if (twin === undefined) ids.set(spec.id, where);
    else
      problems.push({
        ...{ where, found: `the id ${show(spec.id)} again, as at ${twin}` },
        ...{
          expected: 'an id of its own for each resolver',
          fix: 'Give one of the two another id.',
        },
      });
    return [
      ...problems,
      ...wayProblems(document, spec, path),
      ...addressProblems(held, { spec, path, servers }),
    ];
  });
}

/** Nobody is asked over TLS whose certificate could name anybody. */
function wayProblems(document: Document, spec: ResolverSpec, path: Path): readonly Problem[] {
  const { transports, dotHost, dohTemplate } = spec;
  const at = (key: string): string => document.where([...path, key]);
  const problems: Problem[] = [];
  if (transports.includes('tls') && dotHost === null)
    problems.push({
      ...{ where: at('transports'), found: 'tls without dotHost' },
      expected: 'beside tls the name that its certificate is for',
      fix: 'Add dotHost such as dns.example, or leave tls out.',
    });
  if (transports.includes('https') && dohTemplate === null)
    problems.push({
      ...{ where: at('transports'), found: 'https without dohTemplate' },
      expected: 'beside https where the questions go',
      fix: 'Add dohTemplate such as https://dns.example/dns-query{?dns}, or leave https out.',
    });
  if (transports.includes('https') && dohTemplate !== null && readTemplate(dohTemplate) === null)
    problems.push({
      ...{ where: at('dohTemplate'), found: show(dohTemplate) },
      expected: 'a template of DNS over HTTPS (RFC 8484)',
      fix: 'Write it as https://dns.example/dns-query{?dns}; of expressions there is {?dns} only.',
    });
  return problems;
}

function addressProblems(
  { document, optedOut }: Held,
  { spec, path, servers }: { spec: ResolverSpec; path: Path; servers: Map<string, string> },
): readonly Problem[] {
  return spec.addresses.flatMap((text, index): readonly Problem[] => {
    const where = document.where([...path, 'addresses', index]);
    const address = canonicalAddress(text);
    if (address === null)
      return [
        {
          ...{ where, found: show(text), expected: 'an IPv4 or IPv6 address' },
          fix: 'Write the address itself, not a name and without a port; the port has its own key.',
        },
      ];
    const nobody = whyNobody(address);
    if (nobody !== null)
      return [
        {
          ...{ where, found: show(text), expected: 'the address of one machine' },
          message: `nobody can be asked at ${text}: it is ${nobody}`,
          fix: 'Write the address at which the resolver answers.',
        },
      ];
    const out = optedOut(address);
    if (out !== null)
      return [
        {
          ...{ where, found: show(text), expected: 'an address that may be asked' },
          message: `the operator of ${text} asked on ${out.since} not to be asked: ${out.reason}`,
          fix: 'Remove the address.',
        },
      ];
    const key = `${address} ${waysOf(spec)[0]?.port ?? spec.port}`;
    const twin = servers.get(key);
    if (twin === undefined) servers.set(key, where);
    if (twin === undefined) return [];
    return [
      {
        ...{ where, found: `${show(text)} again, as at ${twin}`, expected: 'each address once' },
        fix: 'Remove one of the two; counting it twice would only falsify the shares.',
      },
    ];
  });
}
