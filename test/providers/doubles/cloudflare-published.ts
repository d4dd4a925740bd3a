import { parseAnyName } from '../../../src/dns/name.ts';
import { formatRRset, keyText, type RRset, rrset } from '../../../src/dns/rrset.ts';
import { rdataOf } from './cloudflare-record.ts';
import { type DoubleRecord, type ZoneState } from './cloudflare-zone.ts';

/** What name servers make of records: one RRset for a name and type, with the longest TTL. */
export function setsOf(records: readonly DoubleRecord[]): readonly RRset[] {
  const groups = new Map<string, DoubleRecord[]>();
  for (const record of records) {
    const key = keyText({ name: parseAnyName(record.name), type: record.type });
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  const sets = [...groups.values()].map(group => {
    const [first] = group;
    const ttl = Math.max(...group.map(record => (record.ttl === 1 ? 300 : record.ttl)));
    const key = { name: parseAnyName(first?.name ?? ''), type: first?.type ?? '' };
    return rrset({ ...key, ttl, rdata: group.map(rdataOf) }, { seen: true });
  });
  return sets.sort((one, other) => (formatRRset(one) < formatRRset(other) ? -1 : 1));
}

/**
 * What the name servers hold: each record is a pair of key and value of its own, so a batch arrives piece
 * by piece (the page on batch record changes: "the propagation of changes is not atomic").
 */
export interface Edge {
  records(zone: ZoneState): readonly DoubleRecord[];
  /** Something changed in the database. */
  changed(zone: ZoneState): void;
  stop(): void;
}

export interface EdgeOptions {
  /** How long a change takes to the name servers. */
  readonly lagMs: () => number;
  /** Each record on its own way: the next one that much later. */
  readonly scattered: () => boolean;
  readonly arrived: (zone: ZoneState) => void;
}

export function openEdge({ lagMs, scattered, arrived }: EdgeOptions): Edge {
  const held = new Map<ZoneState, Map<string, DoubleRecord>>();
  const timers = new Set<NodeJS.Timeout>();

  const heldBy = (zone: ZoneState): Map<string, DoubleRecord> => {
    const known = held.get(zone) ?? new Map(zone.records.map(record => [record.id, record]));
    held.set(zone, known);
    return known;
  };

  /** Takes records as the database has them now. */
  const take = (zone: ZoneState, ids: readonly string[]): void => {
    const now = new Map(zone.records.map(record => [record.id, record]));
    for (const id of ids) {
      const record = now.get(id);
      if (record === undefined) heldBy(zone).delete(id);
      else heldBy(zone).set(id, record);
    }
  };

  const after = (ms: number, act: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };

  return {
    records: zone => [...heldBy(zone).values()],
    changed: zone => {
      const known = heldBy(zone);
      const now = new Map(zone.records.map(record => [record.id, record]));
      const ids = new Set([...known.keys(), ...now.keys()]);
      const stale = [...ids].filter(id => known.get(id) !== now.get(id));
      const [lag, apart] = [lagMs(), scattered()];
      if (lag === 0 && !apart) {
        take(zone, stale);
        arrived(zone);
        return;
      }
      // The last changed comes first: an order that no reader of the batch would guess.
      for (const [index, group] of (apart ? stale.reverse().map(id => [id]) : [stale]).entries())
        after(lag * (apart ? index + 1 : 1), () => {
          take(zone, group);
          arrived(zone);
        });
    },
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
