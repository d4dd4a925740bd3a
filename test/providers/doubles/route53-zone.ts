import { displayName, type Name, nameFromLabels, nameToWire } from '../../../src/dns/name.ts';
import { type RRset, rrset } from '../../../src/dns/rrset.ts';
import { type SeedZone } from './double.ts';
import { childOf, type Element, textOf, type Tree } from './route53-xml.ts';

/** A record set as this service keeps it: values as they were sent, everything special besides. */
export interface StoredSet {
  readonly name: Name;
  readonly type: string;
  readonly identifier?: string;
  readonly ttl?: number;
  readonly values: readonly string[];
  /** Elements such as Weight or AliasTarget. */
  readonly special?: Readonly<Record<string, Tree>>;
}

/** A hosted zone. Two may have the same name. */
export interface StoredZone {
  readonly id: string;
  readonly apex: Name;
  readonly isPrivate: boolean;
  readonly nameServers: readonly string[];
  readonly sets: Map<string, StoredSet>;
  /** Comments by `name type`. */
  readonly protections: Map<string, { name: Name; type: string; comment: string | null }>;
  published: readonly StoredSet[];
  writes: number;
}

export const setKey = ({ name, type, identifier = '' }: StoredSet): string =>
  `${name} ${type} ${identifier}`;

/**
 * Names come back in lower case with everything but letters, digits, hyphen and underscore as a
 * three-digit octal code (Route 53 developer guide, "DNS domain name format").
 */
export function shownName(name: Name): string {
  const wire = nameToWire(name);
  let text = '';
  for (let at = 0; (wire[at] ?? 0) > 0; at += (wire[at] ?? 0) + 1) {
    for (const octet of wire.subarray(at + 1, at + 1 + (wire[at] ?? 0)))
      text += /[a-z0-9_-]/.test(String.fromCharCode(octet))
        ? String.fromCharCode(octet)
        : `\\${octet.toString(8).padStart(3, '0')}`;
    text += '.';
  }
  return text;
}

/** A name of a request: the final dot is optional, upper case is taken (the same page). */
export function takenName(text: string): Name {
  const labels: number[][] = [[]];
  for (const [whole, code] of text.matchAll(/\\([0-7]{3})|[^]/g)) {
    if (whole === '.') labels.push([]);
    else labels.at(-1)?.push(code === undefined ? whole.charCodeAt(0) : parseInt(code, 8));
  }
  return nameFromLabels(
    labels.filter(label => label.length > 0).map(label => Uint8Array.from(label)),
  );
}

/** Sorted by labels in reverse, as every listing is (API reference, ListResourceRecordSets). */
export const listKey = (name: Name): string =>
  shownName(name).split('.').slice(0, -1).reverse().join('.');

export const bySeek = (one: StoredSet, other: StoredSet): number => {
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return (
    order(`${listKey(one.name)}.`, `${listKey(other.name)}.`) ||
    order(one.type, other.type) ||
    order(one.identifier ?? '', other.identifier ?? '')
  );
};

/** What somebody else writes: the data of an RRset in the form of this service. */
export const storedOf = (set: RRset): StoredSet => ({
  name: set.name,
  type: set.type,
  ttl: set.ttl,
  values: set.rdata.map(text =>
    text.replace(
      /\\(\d{3})/g,
      (_, code: string) => `\\${Number(code).toString(8).padStart(3, '0')}`,
    ),
  ),
});

/** What its name servers would serve of a plain set. */
export const servedOf = ({ name, type, ttl = 0, values }: StoredSet): RRset =>
  rrset(
    {
      ...{ name, type, ttl },
      rdata: values.map(text =>
        text.replace(
          /\\([0-7]{3})/g,
          (_, code: string) => `\\${String(parseInt(code, 8)).padStart(3, '0')}`,
        ),
      ),
    },
    { seen: true },
  );

/** One change of a batch. */
export interface Asked {
  readonly action: string;
  readonly set: StoredSet;
}

const plainElements = ['Name', 'Type', 'TTL', 'ResourceRecords', 'SetIdentifier'];

/** The changes of a request. */
export function askedOf(document: Element): readonly Asked[] {
  const changes = childOf(childOf(document, 'ChangeBatch'), 'Changes')?.children ?? [];
  return changes.map(change => {
    const set = childOf(change, 'ResourceRecordSet');
    const ttl = textOf(set, 'TTL');
    const identifier = textOf(set, 'SetIdentifier');
    const special = (set?.children ?? []).filter(({ name }) => !plainElements.includes(name));
    return {
      action: textOf(change, 'Action') ?? '',
      set: {
        name: takenName(textOf(set, 'Name') ?? ''),
        type: textOf(set, 'Type') ?? '',
        ...(identifier === undefined ? {} : { identifier }),
        ...(ttl === undefined ? {} : { ttl: Number(ttl) }),
        values: (childOf(set, 'ResourceRecords')?.children ?? []).map(
          record => textOf(record, 'Value') ?? '',
        ),
        ...(special.length === 0
          ? {}
          : { special: Object.fromEntries(special.map(({ name, text }) => [name, text])) }),
      },
    };
  });
}

/** How an answer shows a set. */
export const shownSet = (set: StoredSet): Readonly<Record<string, Tree | undefined>> => ({
  Name: shownName(set.name),
  Type: set.type,
  SetIdentifier: set.identifier,
  ...set.special,
  TTL: set.ttl,
  ResourceRecords:
    set.values.length === 0
      ? undefined
      : { ResourceRecord: set.values.map(value => ({ Value: value })) },
  // Not in the API today: readers must pass over what they do not know.
  FutureElement: { Of: 'tomorrow' },
});

/** A zone with the SOA and NS that the service gives it. */
export function zoneFrom({ apex, sets }: SeedZone, number: number, isPrivate: boolean): StoredZone {
  const nameServers = [1, 2, 3, 4].map(k => `ns-${number * 4 + k}.awsdns-0${k}.example`);
  const own: readonly StoredSet[] = [
    { name: apex, type: 'NS', ttl: 172_800, values: nameServers.map(server => `${server}.`) },
    {
      ...{ name: apex, type: 'SOA', ttl: 900 },
      values: [`${nameServers[0] ?? ''}. awsdns-hostmaster.example. 1 7200 900 1209600 86400`],
    },
  ];
  const all = [...own, ...sets.map(storedOf)];
  const zone: StoredZone = {
    id: `Z${String(number).padStart(2, '0')}DOUBLE${displayName(apex).length}`,
    ...{ apex, isPrivate, nameServers, published: [], writes: 0 },
    sets: new Map(all.map(set => [setKey(set), set])),
    protections: new Map(),
  };
  zone.published = [...zone.sets.values()];
  return zone;
}
