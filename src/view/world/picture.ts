import { type Now } from '../../clock.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { SNAPSHOT, type Track, valueAt } from '../../cutover/path.ts';
import { serverLabel, type Standing } from '../../cutover/standing.ts';
import { type WatchRecord } from '../../propagation/watched.ts';
import { type AuthorityRow, type Picture } from '../propagation/propagation.ts';
import { spreadSet } from './aim.ts';
import { cachesOf } from './world.ts';

/** The RRset that is watched, or would be: the MX before all others. */
function trackOf({ plan }: Cutover, key: string | undefined): Track | null {
  const known = plan.tracks.find(one => one.key === key);
  const swapped = plan.tracks.filter(one => one.swapped);
  return known ?? swapped.find(({ type }) => type === 'MX') ?? swapped[0] ?? null;
}

/** `fresh`: what was written is the new set. Whoever serves it is new then, and rightly old before. */
function verdictOf(is: Standing['is'], fresh: boolean): AuthorityRow['verdict'] {
  if (is === 'silent' || is === 'lacking') return 'silent';
  if (is === 'other') return 'other';
  return is === 'behind' || !fresh ? 'old' : 'new';
}

function authorityOf(cutover: Cutover, fresh: boolean): readonly AuthorityRow[] {
  const { authority, servers } = cutover;
  const standings = (authority?.standings ?? []).filter(({ is }) => is !== 'lacking');
  return standings.map(({ server, is, detail }) => {
    const place = servers.find(one => serverLabel(one) === server);
    const { name, address, port } = place ?? { name: server, address: server, port: 53 };
    return {
      ...{ name, address, port, verdict: verdictOf(is, fresh), trouble: detail || null },
      // Rounds are judged as they come; what each server said is not kept.
      ...{ rdata: null, ttl: null, serial: null },
    };
  });
}

/** What `propagation` shows of a name, for the RRset of a cutover, as far as it was kept. Null: it moves none. */
export function pictureOf(cutover: Cutover, record: WatchRecord, now: Now): Picture | null {
  const caches = cachesOf(cutover, record, now);
  const track = trackOf(cutover, caches?.key);
  if (track === null) return null;
  const { key, name, type } = track;
  const expected = spreadSet(cutover, key);
  const before = valueAt(track, SNAPSHOT)?.rdata ?? [];
  const back = caches?.back ?? false;
  return {
    ...{ key: { name, type }, at: now.wall },
    ...{ expected, expectedFrom: expected === null ? null : 'given' },
    ...{ old: back ? [] : [before], oldFrom: back ? 'seen' : 'given' },
    authority: authorityOf(cutover, expected !== null),
    authorityTrouble: null,
    rows: caches?.rows ?? [],
    distrust: caches?.fitness.distrust ?? null,
    notes: [],
  };
}
