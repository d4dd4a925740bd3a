import { displayName, isWithin, type Name } from '../../src/dns/name.ts';
import {
  type HostedRRset,
  type Json,
  type Key,
  keyText,
  type RRset,
  sameRRset,
} from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';

/** One RRset of an edit: what it becomes; null deletes it. */
export interface Edit {
  readonly key: Key;
  readonly after: RRset | null;
  readonly extras?: Json;
}

/** One transaction of the zone's history. */
export interface ZoneEntry {
  /** The serial after it. */
  readonly serial: number;
  /** Who made it, for tests that count writes. */
  readonly by: string;
  readonly changes: readonly {
    readonly key: string;
    readonly before: RRset | null;
    readonly after: RRset | null;
  }[];
}

/** A zone in memory: every effective edit is one transaction and raises the serial by one. */
export interface MemoryZone {
  readonly apex: Name;
  serial(): number;
  get(key: Key): HostedRRset | null;
  /** All RRsets in a fixed order, the SOA included. */
  all(): readonly RRset[];
  /** Makes the edits at once, without comparing: what somebody else does to the zone. */
  edit(edits: readonly Edit[], by?: string): void;
  /** Everything that changed it, the oldest first. */
  log(): readonly ZoneEntry[];
  /** Calls back after every transaction, in the same turn. Gives back what ends it. */
  subscribe(listener: (entry: ZoneEntry) => void): () => void;
}

interface Held {
  readonly rrset: RRset;
  readonly extras: Json;
  /** The serial that brought it. */
  readonly since: number;
}

/** Makes a zone from its RRsets; an SOA is made when none is given. */
export function memoryZone(apex: Name, sets: readonly RRset[]): MemoryZone {
  const held = new Map<string, Held>();
  const log: ZoneEntry[] = [];
  const listeners = new Set<(entry: ZoneEntry) => void>();
  const soaKey = keyText({ name: apex, type: 'SOA' });
  const put = (rrset: RRset, since: number, extras: Json = null) => {
    if (!isWithin(rrset.name, apex))
      throw new Fault('UNSUPPORTED', `${keyText(rrset)} lies outside ${displayName(apex)}`);
    held.set(keyText(rrset), { rrset, extras, since });
  };
  put(firstSoa(apex), 1);
  for (const rrset of sets) put(rrset, 1);
  const serial = (): number => serialOf(held.get(soaKey)?.rrset ?? firstSoa(apex));

  return {
    apex,
    serial,
    get: key => {
      const found = held.get(keyText(key));
      if (found === undefined) return null;
      return { rrset: found.rrset, extras: found.extras, token: { since: found.since } };
    },
    all: () =>
      [...held.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { rrset }]) => rrset),
    edit: (edits, by = 'somebody else') => {
      const changes = edits
        .map(({ key, after, extras }) => ({
          ...{ key: keyText(key), after, extras: extras ?? null },
          before: held.get(keyText(key))?.rrset ?? null,
          extrasBefore: held.get(keyText(key))?.extras ?? null,
        }))
        .filter(
          ({ before, after, extras, extrasBefore }) =>
            !sameRRset(before, after) || JSON.stringify(extras) !== JSON.stringify(extrasBefore),
        );
      if (changes.length === 0) return;
      const next = serial() + 1;
      for (const { key, after, extras } of changes) {
        if (after === null) held.delete(key);
        else put(after, next, extras);
      }
      put(withSerial(held.get(soaKey)?.rrset ?? firstSoa(apex), next), next);
      const entry: ZoneEntry = {
        ...{ serial: next, by },
        changes: changes.map(({ key, before, after }) => ({ key, before, after })),
      };
      log.push(entry);
      for (const listener of [...listeners]) listener(entry);
    },
    log: () => log,
    subscribe: listener => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

const firstSoa = (apex: Name): RRset => ({
  name: apex,
  type: 'SOA',
  ttl: 3600,
  rdata: [`ns1.${apex} hostmaster.${apex} 1 40 20 86400 15`.replaceAll('..', '.')],
});

const serialOf = (soa: RRset): number => Number(soa.rdata[0]?.split(' ')[2]);

function withSerial(soa: RRset, serial: number): RRset {
  const words = soa.rdata[0]?.split(' ') ?? [];
  return { ...soa, rdata: [words.with(2, String(serial)).join(' ')] };
}
