import { claimKey } from '../../src/cutover/write.ts';
import { LOW, SNAPSHOT, type Track } from '../../src/cutover/path.ts';
import { parseName } from '../../src/dns/name.ts';
import { keyText, sameRRset, type Key, type RRset } from '../../src/dns/rrset.ts';
import { set } from './scene.ts';
import { type World } from './world.ts';

export type ForeignKind = 'foreign' | 'ttl' | 'earlier' | 'claim' | 'unrelated' | 'ns';

const strange = (key: Key, was: RRset | null, ttl: number): RRset | null => {
  if (key.type === 'MX') return set(key, ttl, '5 mx.foreign.example.');
  return set(
    { name: key.name, type: 'TXT' },
    ttl,
    ...(was?.rdata ?? []),
    '"put here by somebody else"',
  );
};

const valueOf = (track: Track | undefined, position: number): RRset | null =>
  track === undefined ? null : (track.positions[position] ?? null);

function changed(world: World, kind: ForeignKind, key: Key): RRset | null | undefined {
  const { zone, plan, random } = world;
  const was = zone.get(key)?.rrset ?? null;
  const track = plan?.tracks.find(one => one.key === keyText(key));
  switch (kind) {
    case 'foreign': {
      if (was !== null && random.chance(0.15)) return null;
      // Never longer than what was there before: a longer one would outlive every proof made by then.
      const longest = valueOf(track, SNAPSHOT)?.ttl ?? 60;
      return strange(key, was, random.chance(0.5) ? longest : Math.min(longest, was?.ttl ?? 60));
    }
    case 'ttl': {
      if (was === null) return undefined;
      const ttls = [valueOf(track, SNAPSHOT)?.ttl, valueOf(track, LOW)?.ttl, was.ttl - 1];
      return {
        ...was,
        ttl: random.pick(ttls.filter(ttl => ttl !== undefined && ttl !== was.ttl))!,
      };
    }
    case 'earlier':
      return track === undefined ? undefined : random.pick(track.positions);
    case 'claim':
      if (was === null && random.chance(0.7)) return undefined;
      return random.chance(0.4)
        ? null
        : set(
            { name: key.name, type: 'TXT' },
            60,
            '"dns-cutover run=ffff host=elsewhere since=2026-12-01"',
          );
    case 'unrelated':
      return set(
        { name: key.name, type: 'A' },
        1005,
        `192.0.2.${String(random.between(100, 200))}`,
      );
    case 'ns':
      return was === null
        ? undefined
        : { ...was, rdata: [...new Set([...was.rdata, 'ns9.example.org.'])].sort() };
  }
}

/** Somebody else edits the zone: this RRset, or one that the kind of edit suggests. True if it did. */
export function foreignEdit(world: World, kind: ForeignKind, only?: Key): boolean {
  const { plan, random, zone, scene } = world;
  if (plan === null) return false;
  const keys: Record<ForeignKind, () => Key> = {
    foreign: () => random.pick(plan.tracks),
    ttl: () => random.pick(plan.tracks),
    earlier: () => random.pick(plan.tracks),
    claim: () => claimKey(scene.domain),
    unrelated: () => ({ name: parseName(`host${random.below(3)}.example.org`), type: 'A' }),
    ns: () => ({ name: scene.domain, type: 'NS' }),
  };
  const { name, type } = only ?? keys[kind]();
  const key = { name, type };
  const after = changed(world, kind, key);
  if (after === undefined || sameRRset(zone.get(key)?.rrset ?? null, after)) return false;
  world.edit(key, after, `somebody (${kind})`);
  return true;
}
