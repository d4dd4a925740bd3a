import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Track } from '../../src/cutover/path.ts';
import { claimKey } from '../../src/cutover/write.ts';
import { keyText, sameRRset } from '../../src/dns/rrset.ts';
import { isTheirs, judgeCanaryEnd } from './canary.ts';
import { type Parts } from './judge.ts';

function judgeTrack(parts: Parts, state: Cutover, track: Track): void {
  const { world, book, violate } = parts;
  const { key } = track;
  const found = world.zone.get(track);
  const named = state.rollback?.left.some(one => one.key === key) === true;
  if (isTheirs(parts, key) || named) return;
  if (state.outcome === 'done') {
    if (!sameRRset(found?.rrset ?? null, track.positions.at(-1) ?? null))
      violate(`I6 ${key} is ${JSON.stringify(found?.rrset)} after done`);
    return;
  }
  const initial = book.initial.get(key) ?? null;
  if (!sameRRset(found?.rrset ?? null, initial?.rrset ?? null))
    violate(`I6 ${key} is ${JSON.stringify(found?.rrset)} after the rollback`);
  // Whoever edits an RRset by hand may lose its extras; only what we alone touched must keep them.
  if (book.theirs.has(key)) return;
  if (JSON.stringify(found?.extras ?? null) !== JSON.stringify(initial?.extras ?? null))
    violate(`I6 the extras of ${key} are ${JSON.stringify(found?.extras)} after the rollback`);
}

/** What must be in the zone when a cutover ends. */
export function judgeEnd(parts: Parts, state: Cutover): void {
  const { world, book, violate } = parts;
  const { plan, zone, scene } = world;
  if (plan === null) return;
  if (state.outcome !== 'abandoned')
    for (const track of plan.tracks) judgeTrack(parts, state, track);
  const claim = keyText(claimKey(scene.domain));
  const stands = zone.get(claimKey(scene.domain)) !== null;
  if (stands && state.claim !== 'left' && !isTheirs(parts, claim) && state.outcome !== 'abandoned')
    violate('I6 the claim still stands');
  judgeCanaryEnd(parts, state);
  const ours = new Set([...plan.tracks.map(({ key }) => key), claim]);
  for (const [key, initial] of book.initial) {
    if (ours.has(key) || key.endsWith(' SOA') || book.theirs.has(key)) continue;
    const track = zone.all().find(one => keyText(one) === key) ?? null;
    if (!sameRRset(track, initial?.rrset ?? null)) violate(`I7 ${key} was changed`);
  }
}
