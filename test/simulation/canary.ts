import { canaryKey } from '../../src/cutover/canary.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Line } from '../../src/cutover/line.ts';
import { keyText } from '../../src/dns/rrset.ts';
import { type Learnt } from '../../src/propagation/learnt.ts';
import { type Judge, type Parts } from './judge.ts';
import { judgeRates } from './politeness.ts';
import { type Kind, type SimulatedResolver } from './population.ts';
import { type SimulatedProcess } from './process.ts';
import { type World } from './world.ts';

/** Did somebody else touch it after us? Then it is theirs, whatever it is. */
export const isTheirs = ({ book }: Pick<Parts, 'book'>, key: string): boolean => {
  const theirs = book.theirs.get(key);
  return theirs !== undefined && theirs >= (book.ours.get(key) ?? -1);
};

const stands = (world: World): boolean => world.zone.get(canaryKey(world.scene.domain)) !== null;
const nameIn = (world: World): string => keyText(canaryKey(world.scene.domain));

/** A name that is asked for before every address answers it plants its denial (RFC 8198). */
export function judgeCanaryQuestion(
  parts: Parts,
  process: SimulatedProcess,
  of: SimulatedResolver,
): void {
  judgeRates(parts, process, of);
  const { world, book, violate } = parts;
  const name = nameIn(world);
  const early = world.addresses.some(({ version }) => !version.sets.has(name));
  // A server may go back, and somebody take it away, between the last round and a question.
  const went = early && !book.theirs.has(name) && book.canary.removals === 0;
  const behind = world.addresses.some(({ past }) => past.some(one => one.version.sets.has(name)));
  if (went && !behind)
    violate(`I21 ${of.resolver.id} was asked for a canary that is not served yet`);
}

/** Writes of the canary are recorded like all others. */
export function judgeCanarySave({ book, violate }: Parts, line: Line): void {
  if (line.type === 'canary.intended') {
    const { intent } = line.data;
    book.intents.set(intent.id, intent);
    if (intent.purpose === 'uncanary') book.canary.removals += 1;
  }
  if (line.type === 'canary.failed') book.notApplied.add(line.data.intent);
  if (line.type === 'held' && JSON.stringify(line.data).includes('*._dns-cutover'))
    violate('I21 a canary holds the move up');
}

/** It is gone after every end, or the journal says why not. */
export function judgeCanaryEnd({ world, book, violate }: Parts, { canary }: Cutover): void {
  if (!stands(world) || isTheirs({ book }, nameIn(world))) return;
  if (canary?.stands !== 'left') violate('I21 the canary still stands at the end');
}

/** A write that was under way at the end has landed by now. */
export function judgeCanaryAfter(world: World, judge: Judge): void {
  const { book } = judge;
  if (book.ended === null || book.folded === null) return;
  if (!stands(world) || isTheirs({ book }, nameIn(world))) return;
  if (book.folded.canary?.stands !== 'left')
    judge.violate('I21 the canary came back after the end');
}

/** Those whose cache is one, and shows its TTLs as they are. */
const plainly: readonly Kind[] = ['plain', 'exact', 'floor', 'prefetches'];

/** A floor that was measured is the floor that is there. */
export function judgeLearnt(
  { world, violate }: Omit<Parts, 'book'>,
  rows: readonly Learnt[],
): void {
  for (const { resolver, floor, given, from } of rows) {
    const of = world.caches.resolvers.find(one => one.resolver.id === resolver);
    const [habit] = of?.members ?? [];
    if (from !== 'canary' || of === undefined || habit === undefined) continue;
    if (!plainly.includes(of.kind) || given == null) continue;
    const truth = habit.floor > given ? habit.floor : null;
    if (floor !== truth)
      violate(`I22 ${resolver} has a floor of ${truth}, and ${floor} was learnt`);
  }
}
