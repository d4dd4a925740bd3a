import { moves, SNAPSHOT, stepPosition } from '../../src/cutover/path.ts';
import { isAt } from '../../src/cutover/write.ts';
import { canaryKey } from '../../src/cutover/canary.ts';
import { keyText, sameRRset } from '../../src/dns/rrset.ts';
import { type Move } from '../../src/provider.ts';
import { type Parts } from './judge.ts';
import { type SimulatedProcess } from './process.ts';

interface Sent {
  readonly process: SimulatedProcess;
  readonly keys: readonly string[];
  readonly moves: readonly Move[];
}

/** A swap needs its proof, its window and its approval; recomputed here from what really happened. */
function judgeSwap({ world, book, violate }: Parts): void {
  const { plan, clock } = world;
  const state = book.folded;
  if (plan === null || state === null) return;
  const { wall } = clock.now();
  const longest = Math.max(
    ...plan.tracks.filter(track => track.swapped).map(track => track.positions[SNAPSHOT]?.ttl ?? 0),
  );
  const needed = (longest + plan.policy.ttl.margin) * 1000;
  const elapsed = clock.truth() - world.lastLong();
  // Across a reboot only the wall clock tells: set forward as well, it deceives, and the proof says so.
  const deceived = book.excuses.has('reboot') && book.excuses.has('clock forward');
  // Half of a step is out: to go on does less harm than to wait for what the other half may have left.
  const position = stepPosition(state.step);
  const begun = plan.tracks.some(
    track => track.swapped && moves(track, position - 1, position) && isAt(state, track, position),
  );
  // What a later step replaces was served at the low TTL by ourselves.
  const first = state.step === 0;
  if (elapsed < needed && first && !begun && !deceived && !book.excuses.has('unseen'))
    violate(`I2 a swap was sent ${elapsed} ms after the old TTL was served, not ${needed}`);
  const { swapUntil } = state.window;
  if (swapUntil !== null && wall >= swapUntil)
    violate(`I13 a swap was sent ${wall - swapUntil} ms after its window`);
  const { swapFrom } = plan.policy.schedule;
  if (swapFrom !== null && wall < swapFrom && !book.excuses.has('clock back'))
    violate(`I13 a swap was sent ${swapFrom - wall} ms before its window`);
  if (plan.policy.approval === 'required' && state.approval?.step !== state.step)
    violate(`I8 a swap of step ${state.step} was sent without an approval`);
}

/** What must hold at the moment a write leaves a process. */
export function judgeSend(parts: Parts, { process, keys, moves }: Sent): string {
  const { world, book, violate } = parts;
  const row = world.id === null ? undefined : world.backing.cutovers.get(world.id)?.row;
  const state = row?.state;
  const ofCanary = keys.includes(keyText(canaryKey(world.scene.domain)));
  const intent = (ofCanary ? state?.canary?.intent : state?.intent) ?? null;
  const id = intent?.id ?? 'none';
  world.trace.note(`${process.id} sends ${id} ${intent?.purpose ?? ''} ${keys.join(' ')}`);
  if (state === undefined || intent === null) {
    violate(`I3 ${keys.join(' ')} was sent without a durable intent`);
    return id;
  }
  const matches = moves.every(({ to }) =>
    intent.changes.some(({ after }) => sameRRset(after, to?.rrset ?? null)),
  );
  if (!matches || moves.length !== intent.changes.length)
    violate(`I3 what was sent is not what ${id} intends`);
  if (book.backups.size < 2) violate(`I3 ${id} was sent before the snapshot was backed up`);
  if (state.owner?.id !== process.id)
    violate(`I10 ${process.id} sent ${id}, but ${state.owner?.id} owns the cutover`);
  // A pause stops everything but a rollback that a person asked for; a hold stops that, too.
  const rollback = intent.stage === 'rollback' && state.hold === null;
  const removes = intent.purpose === 'unclaim' || intent.purpose === 'uncanary';
  const excused = (removes && state.ending !== null) || rollback;
  const { stillSince } = book;
  if (stillSince !== null && stillSince < world.clock.truth() && !excused)
    violate(`I8 ${id} was sent although the cutover has stood still since ${stillSince} ms`);
  if (state.ending !== null && !removes)
    violate(`I8 ${id} was sent although the cutover was abandoned`);
  if (intent.by !== null && world.clock.now().wall >= intent.by && intent.purpose === 'swap')
    violate(`I13 ${id} was sent after its time`);
  if (intent.purpose === 'swap') judgeSwap(parts);
  return id;
}
