import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Line } from '../../src/cutover/line.ts';
import { LOW, moves, stepPosition } from '../../src/cutover/path.ts';
import { lastNot, serves } from './history.ts';
import { type Parts } from './judge.ts';

/** Lines about caches between two stages: a milestone each, a change of mind now and then. */
const linesMax = 40;

/** The stage propagate is over: every address has served the new set for the bound, whoever said what. */
function judgeBound({ world, book, violate }: Parts, left: Cutover): void {
  const { addresses, clock, plan } = world;
  if (plan === null) return;
  // Across a reboot only the wall clock tells; set as well, it deceives.
  const { excuses } = book;
  if (excuses.has('unseen')) return;
  if (excuses.has('reboot') && excuses.has('clock forward')) return;
  const position = stepPosition(left.step);
  const before = left.step === 0 ? LOW : position - 1;
  const now = clock.truth();
  const { low, margin } = plan.policy.ttl;
  // What a server does between two rounds, or while the process was stopped, nobody can know; the next one comes after a tenth of the TTL.
  const betweenRounds = Math.min(30_000, low * 100) + 4000;
  const { from, to } = book.nap;
  const looked = to < now - betweenRounds ? now - betweenRounds : from - betweenRounds;
  for (const track of plan.tracks) {
    if (!track.swapped || !moves(track, before, position)) continue;
    const is = serves(track, track.positions[position] ?? null);
    const since = lastNot(addresses, is, looked);
    if (now - since >= (low + margin) * 1000) continue;
    violate(
      `I17 propagate was left ${now - since} ms after an address served another ${track.key}`,
    );
  }
}

type Judged = Extract<Line, { type: 'caches.judged' }>['data'];

/** Neither liars that were seen through nor caches that still hold old are part of the share. */
function judgeShare({ world, book, violate }: Parts, cutover: Cutover, judged: Judged): void {
  const { caches, addresses, clock, plan, scene } = world;
  const track = plan?.tracks.find(({ name, type }) => name === scene.domain && type === 'MX');
  if (track === undefined || book.tookBack) return;
  const wanted = track.positions[stepPosition(cutover.step)] ?? null;
  const stable = lastNot(addresses, serves(track, wanted), clock.truth()) < clock.truth() - 2000;
  const text = JSON.stringify(wanted?.rdata ?? null);
  // Of the step before, a forger may say the new set like anybody.
  const last = cutover.step + 1 === plan?.steps.length;
  let all = 0;
  let not = 0;
  for (const of of caches.resolvers) {
    const { weight, id } = of.resolver;
    all += weight;
    const sure = of.honest && of.members.length === 1 && of.delays === 0;
    const old =
      stable && sure && caches.holds(of, track).some(({ rdata }) => JSON.stringify(rdata) !== text);
    if (old || (last && book.claims.unmasked.has(id))) not += weight;
  }
  // Those that cannot tell are no part of the share, but of this.
  const told = (judged.share ?? 0) * (judged.ableToTell ?? 0);
  const most = all === 0 ? 1 : 1 - not / all;
  if (told > most + 1e-9)
    violate(`I19 ${told} of all are told to be new, but it is ${most} of them at most`);
}

/** What a line of the journal says of caches. `was`: before it. */
export function judgeLine(parts: Parts, line: Line, was: Cutover | null): void {
  const { world, book, violate } = parts;
  const now = world.clock.truth();
  if (line.type === 'stage.entered') {
    const { stage } = line.data;
    book.since.stage = now;
    book.cacheLines = 0;
    if (stage === 'lower') {
      book.manners.lowFrom = now;
      book.manners.low = false;
    }
    if (was?.stage === 'propagate' && (stage === 'sweep' || stage === 'gate'))
      judgeBound(parts, was);
  }
  if (line.type === 'held' && line.data.reason.why === 'resolvers-cannot-tell')
    book.whys.add('hold');
  if (line.type === 'owner.changed') book.since.owner = now;
  if (line.type === 'rollback.asked' || line.type === 'write.late') book.tookBack = true;
  if (line.type === 'write.intended' && line.data.intent.purpose === 'swap') {
    const { position } = line.data.intent;
    book.moved = true;
    if (position !== null && position >= stepPosition((world.plan?.steps.length ?? 1) - 1))
      book.wasOut = true;
  }
  if (line.type === 'write.not-applied' && book.wasOut) book.tookBack = true;
  if (!line.type.startsWith('caches.')) return;
  book.cacheLines += 1;
  if (book.cacheLines > linesMax) violate(`I20 ${book.cacheLines} lines about caches in one stage`);
  if (line.type === 'caches.propagated') book.whys.add(line.data.why);
  if (was?.stage !== 'propagate') return;
  if (line.type === 'caches.judged') judgeShare(parts, was, line.data);
}
