import { isWithin } from '../../../src/dns/name.ts';
import { type Asked, setKey, shownName, type StoredSet, type StoredZone } from './route53-zone.ts';

/** `[name='example.org.', type='MX']`, with the set identifier where there is one. */
const named = ({ name, type, identifier }: StoredSet): string =>
  `[name='${shownName(name)}', type='${type}'` +
  `${identifier === undefined ? '' : `, set-identifier='${identifier}'`}]`;

/** Order does not count, letters and TTL do (external-dns issue 732; API reference, "DELETE"). */
const sameSet = (one: StoredSet, other: StoredSet): boolean =>
  one.ttl === other.ttl &&
  JSON.stringify(one.values.toSorted()) === JSON.stringify(other.values.toSorted());

/** Strings of a TXT value (developer guide, "TXT record type"). */
function textProblem(value: string): string | null {
  const strings = value.match(/"(?:[^"\\]|\\[0-7]{3}|\\[^])*"/g);
  // certbot and terraform threads quote both words.
  if (strings?.join(' ') !== value.replace(/\s+/g, ' ').trim() && strings === null)
    return `FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) encountered with '${value}'`;
  const long = strings.find(
    text => text.slice(1, -1).replace(/\\(?:[0-7]{3}|[^])/g, 'x').length > 255,
  );
  return long === undefined
    ? null
    : `FATAL problem: CharacterStringTooLong (Value is too long) encountered with '${long}'`;
}

function valueProblem({ type }: StoredSet, value: string): string | null {
  if (type === 'TXT' || type === 'SPF') return textProblem(value);
  if (type === 'A' && !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(value))
    return `FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '${value}'`;
  if (type === 'MX' && !/^\d{1,5} \S+$/.test(value))
    return `FATAL problem: MXRRDATAInvalid (Value is not a valid MX) encountered with '${value}'`;
  return null;
}

/** What is wrong with a set by itself. */
function setProblems(zone: StoredZone, set: StoredSet): readonly string[] {
  const problems: string[] = [];
  const name = shownName(set.name);
  const apex = shownName(zone.apex);
  if (!isWithin(set.name, zone.apex))
    problems.push(`RRSet with DNS name ${name} is not permitted in zone ${apex}`);
  // RFC 1034 3.6.2; the words stand in many threads, octodns issue 30 among them.
  if (set.type === 'CNAME' && set.name === zone.apex)
    problems.push(
      `RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${apex}`,
    );
  for (const value of set.values) {
    const problem = valueProblem(set, value);
    if (problem !== null) problems.push(`Invalid Resource Record: '${problem}'`);
  }
  // Recorded: [Duplicate Resource Record: '"challengetoken"']
  const twice = set.values.find((value, index) => set.values.indexOf(value) !== index);
  if (twice !== undefined) problems.push(`Duplicate Resource Record: '${twice}'`);
  return problems;
}

/** RFC 2181 10.1: nothing stands beside a CNAME. */
function aliasProblem(there: Iterable<StoredSet>, set: StoredSet, apex: string): string | null {
  const beside = [...there].filter(({ name, type }) => name === set.name && type !== set.type);
  const clash = beside.find(({ type }) => type === 'CNAME' || set.type === 'CNAME');
  if (clash === undefined) return null;
  return (
    `RRSet of type ${set.type} with DNS name ${shownName(set.name)} is not permitted because a ` +
    `conflicting RRSet of type ${clash.type} with the same DNS name already exists in zone ${apex}`
  );
}

/** Protections name the set and the comment (SDK documentation of ChangeResourceRecordSets); words are ours. */
const protectionProblem = ({ protections }: StoredZone, set: StoredSet): string | null => {
  const found = protections.get(`${set.name} ${set.type}`);
  if (found === undefined) return null;
  const comment = found.comment === null ? '' : ` with the comment: ${found.comment}`;
  return `The resource record set ${named(set)} is protected by a resource record set protection${comment}`;
};

/** The limits of one request (developer guide, "Quotas"); UPSERT counts twice. */
function sizeProblem(asked: readonly Asked[]): string | null {
  const weighted = asked.flatMap(({ action, set }) =>
    action === 'UPSERT' ? [...set.values, ...set.values] : set.values,
  );
  if (weighted.length > 1000) return 'Number of records limit of 1000 exceeded.';
  const characters = weighted.reduce((sum, value) => sum + value.length, 0);
  return characters > 32_000 ? 'Number of value characters limit of 32000 exceeded.' : null;
}

function changeProblem(after: Map<string, StoredSet>, { action, set }: Asked): string | null {
  const there = after.get(setKey(set));
  if (action === 'DELETE') {
    // boto issue 2887.
    if (there === undefined)
      return `Tried to delete resource record set ${named(set)} but it was not found`;
    // external-dns issue 732.
    if (!sameSet(there, set))
      return `Tried to delete resource record set ${named(set)} but the values provided do not match the current values`;
  }
  if (action === 'CREATE' && there !== undefined)
    return `Tried to create resource record set ${named(set)} but it already exists`;
  return null;
}

/**
 * Judges a batch as a whole: all changes or none (API reference, ChangeResourceRecordSets). Gives the
 * sets as they would be, or what is wrong.
 */
export function judge(
  zone: StoredZone,
  asked: readonly Asked[],
  nameDuplicates: boolean,
): { readonly after: Map<string, StoredSet> } | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const after = new Map(zone.sets);
  const size = sizeProblem(asked);
  if (size !== null) return { problems: [size] };
  const deleted = new Set<string>();
  for (const one of asked) {
    const { action, set } = one;
    const key = setKey(set);
    const found = [
      protectionProblem(zone, set),
      changeProblem(after, one),
      ...(action === 'DELETE' ? [] : setProblems(zone, set)),
      action === 'DELETE' ? null : aliasProblem(after.values(), set, shownName(zone.apex)),
    ].filter(problem => problem !== null);
    // "If you try to delete the same resource record set more than once in a single change batch,
    // Route 53 returns an InvalidChangeBatch error" (API reference). Whether it says so beside other
    // complaints is not documented: both happen here.
    if (action === 'DELETE' && deleted.has(key) && (nameDuplicates || found.length === 0))
      found.push(
        `The request contains an invalid set of changes for a resource record set '${set.type} ${shownName(set.name)}'`,
      );
    problems.push(...found);
    if (action === 'DELETE') deleted.add(key);
    if (found.length > 0) continue;
    if (action === 'DELETE') after.delete(key);
    else after.set(key, set);
  }
  const apexHas = (type: string): boolean => after.has(`${zone.apex} ${type} `);
  // A zone keeps its own SOA and NS (developer guide, "NS and SOA records").
  if (!apexHas('SOA')) problems.push('A HostedZone must contain exactly one SOA record.');
  if (!apexHas('NS'))
    problems.push('A HostedZone must contain at least one NS record for the zone itself.');
  return problems.length > 0 ? { problems: [...new Set(problems)] } : { after };
}
