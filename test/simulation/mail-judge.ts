import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Line } from '../../src/cutover/line.ts';
import { mailHosts } from '../../src/cutover/mail/hosts.ts';
import { type HostState } from './mail.ts';
import { type Parts } from './judge.ts';

/** One look of one place at the new hosts: how they really were then. */
interface Look {
  readonly at: number;
  readonly states: readonly HostState[];
}

/** What the judge knows of mail: everything in truth. */
export interface MailBook {
  /** When each step's swap was confirmed. */
  readonly swapped: Map<number, number>;
  rolledBack: number;
  /** Rounds of the new hosts that came while nothing kept the cutover from rolling back. */
  due: { readonly since: number; rounds: number } | null;
  /** Ends of conversations with new hosts. */
  talked: number;
  lines: number;
  /** What a place looked at since its looks count. */
  readonly looks: Map<string, readonly Look[]>;
  /** What somebody elsewhere handed in last that showed trouble, in truth. */
  readonly reports: number[];
}

export const noMail = (): MailBook => ({
  ...{ swapped: new Map(), rolledBack: 0, due: null, talked: -Infinity, lines: 0, reports: [] },
  looks: new Map(),
});

const bad: readonly HostState[] = ['refuses', 'closed', 'greets-554'];
/** A round and the answers in it take this long at most, beside the minute between two. */
const roundMs = 75_000;
/** So many rounds are more than enough for three in a row. */
const roundsMost = 5;
/** Two talks of one place that lie closer are of one round. */
const apartMs = 50_000;
const own = 'simulated';
/** Lines about mail of a whole run. */
const linesMost = 600;

/** An automatic rollback: was there cause, evidence, and leave? */
function judgeRollback({ world, book, violate }: Parts, before: Cutover): void {
  const { mail, clock, plan } = world;
  if (mail === null || plan === null) return;
  const now = clock.truth();
  book.mail.rolledBack += 1;
  if (book.mail.rolledBack > 1) violate('M1 rolled back by itself twice');
  if (before.paused !== null) violate('M2 rolled back by itself while paused');
  const { automatic } = plan.policy.rollback;
  const at = book.mail.swapped.get(mailHosts(before)?.step ?? before.step);
  if (automatic === null) violate('M3 rolled back by itself, and it was never wanted');
  else if (at === undefined) violate('M3 rolled back by itself before a swap was out');
  // Across a reboot time is reckoned by a clock that may be set.
  else if (now - at > automatic * 1000 + roundMs && !book.excuses.has('reboot'))
    violate(`M3 rolled back by itself ${now - at} ms after the swap`);
  if (!['gate', 'swap', 'propagate', 'sweep'].includes(before.stage))
    violate(`M3 rolled back by itself in ${before.stage}`);
  const recent = [...book.mail.looks.values()].filter(
    looks => (looks.at(-1)?.at ?? 0) > now - roundMs,
  );
  if (!mail.held('new', bad, now - 55_000) && !recent.some(isNoBlip))
    violate('M4 rolled back by itself for a blip');
  if (!mail.was('old', ['accepts'], now - roundMs))
    violate('M5 rolled back by itself to a host that refuses');
  const reached = mail.was('third', ['accepts'], now - roundMs) && clearedSince(mail, now);
  const elsewhere = book.mail.reports.some(one => now - one <= 660_000);
  if (!reached && !elsewhere) violate('M6 rolled back by itself without evidence');
}

/** How long, and how often, was it so at each look up to the last? */
function row(looks: readonly Look[], is: (look: Look) => boolean): { rounds: number; ms: number } {
  const good = looks.findLastIndex(look => !is(look));
  const since = looks.slice(good + 1);
  return { rounds: since.length, ms: (since.at(-1)?.at ?? 0) - (since[0]?.at ?? 0) };
}

/**
 * A host is looked at once a minute: one that is in trouble at each look is, for all that anybody can tell, in
 * trouble all the time. What one look saw, or what a good one came between, was a blip.
 */
function isNoBlip(looks: readonly Look[]): boolean {
  const refused = row(looks, ({ states }) => states.includes('refuses'));
  const down = row(looks, ({ states }) => states.every(one => bad.includes(one)));
  return (
    (refused.rounds >= 2 && refused.ms >= apartMs) || (down.rounds >= 3 && down.ms >= 2 * apartMs)
  );
}

/** A place has seen a new host as it really is. */
function judgeLook({ world, book }: Parts, place: string): void {
  const { looks } = book.mail;
  const { mail, clock } = world;
  if (mail === null) return;
  const at = clock.truth();
  const before = looks.get(place) ?? [];
  const last = before.at(-1);
  const state = mail.state('new');
  const isSame = last !== undefined && place === own && at - last.at < apartMs;
  const look = isSame ? { at: last.at, states: [...last.states, state] } : { at, states: [state] };
  looks.set(place, [...(isSame ? before.slice(0, -1) : before), look]);
}

/** Somebody hands in what another place saw. */
export function judgeReport(parts: Parts): void {
  parts.book.mail.reports.push(parts.world.clock.truth());
  judgeLook(parts, 'elsewhere');
}

const clearedSince = ({ blocked }: NonNullable<Parts['world']['mail']>, now: number): boolean =>
  now >= blocked.until || (blocked.since ?? now) > now - roundMs;

/** Does everything speak for rolling back now, and nothing against it? */
function wanted({ world, book }: Parts): boolean {
  const { mail, clock, plan } = world;
  const state = book.folded;
  if (mail === null || plan === null || state?.outcome !== null) return false;
  const { automatic } = plan.policy.rollback;
  const hosts = mailHosts(state);
  const at = hosts === null ? undefined : book.mail.swapped.get(hosts.step);
  // Only a host that takes mail by itself is judged here: with others of its preference it may be enough.
  const moved = hosts?.taking.every(host => host.includes('.new.')) === true;
  const calm = state.paused === null && state.hold === null && state.intent === null;
  const spreads = ['propagate', 'sweep'].includes(state.stage) && state.ending === null;
  return (
    automatic !== null &&
    at !== undefined &&
    clock.truth() - at < automatic * 1000 - roundMs &&
    state.mail.rolledBack === null &&
    moved &&
    calm &&
    spreads &&
    bad.includes(mail.state('new')) &&
    mail.state('old') === 'accepts' &&
    mail.state('third') === 'accepts' &&
    clock.truth() >= mail.blocked.until
  );
}

/** A conversation with a host has ended: whoever loses acceptance for long enough is rolled back. */
export function judgeTalk(parts: Parts, host: string): void {
  const { world, book, violate } = parts;
  if (world.mail === null || !host.includes('.new.')) return;
  judgeLook(parts, own);
  const now = world.clock.truth();
  if (!wanted(parts)) {
    book.mail.due = null;
    return;
  }
  // Retries of one round are no rounds.
  if (now - book.mail.talked < apartMs) return;
  book.mail.talked = now;
  book.mail.due ??= { since: now, rounds: 0 };
  book.mail.due.rounds += 1;
  if (book.mail.due.rounds > roundsMost)
    violate(`M7 not rolled back after ${book.mail.due.rounds} rounds without mail`);
}

/** What a line of the journal says of mail. `was`: before it. */
export function judgeMailLine(parts: Parts, line: Line, was: Cutover | null): void {
  const { book, world, violate } = parts;
  if (line.type === 'write.confirmed' && was?.intent?.purpose === 'swap')
    book.mail.swapped.set(was.step, world.clock.truth());
  if (line.type === 'rollback.asked' && line.data.automatic === true && was !== null)
    if (was.stage !== 'rollback') judgeRollback(parts, was);
  if (line.type === 'owner.changed') book.mail.looks.delete(own);
  if (line.type === 'stage.entered' && line.data.stage === 'swap') book.mail.looks.clear();
  // Another owner begins to count anew, and whatever changes the state may have interrupted the count.
  if (line.type !== 'mail.judged' && line.type !== 'mail.advice') book.mail.due = null;
  if (!line.type.startsWith('mail.')) return;
  if (world.mail === null) violate(`M8 ${line.type} where nobody asks mail hosts`);
  book.mail.lines += 1;
  if (book.mail.lines === linesMost) violate(`M9 ${linesMost} lines about mail in one run`);
}
