import { keyOfMove } from '../../providers/moves.ts';
import { type ZoneEntry } from '../../providers/memory/zone.ts';
import { apply } from '../../src/cutover/apply.ts';
import { canaryKey } from '../../src/cutover/canary.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Change } from '../../src/dns/change.ts';
import { type Act } from '../../src/cutover/event.ts';
import { type Intent } from '../../src/cutover/intent.ts';
import { type Line } from '../../src/cutover/line.ts';
import { claimKey } from '../../src/cutover/write.ts';
import { keyText, sameRRset, type HostedRRset } from '../../src/dns/rrset.ts';
import { type Learnt } from '../../src/propagation/learnt.ts';
import { type Move } from '../../src/provider.ts';
import { type Flush, type Save } from '../../src/store/store.ts';
import { type Kept } from './caches.ts';
import { heardOf, judgeFlush, noClaims, type Claims } from './claims.ts';
import { judgeEnd } from './ending.ts';
import { judgeCanaryQuestion, judgeCanarySave, judgeLearnt } from './canary.ts';
import { judgeMailLine, judgeReport, judgeTalk, noMail, type MailBook } from './mail-judge.ts';
import { judgeFlushes, judgeQuestion, noManners, type Manners } from './politeness.ts';
import { type SimulatedResolver } from './population.ts';
import { judgeSend } from './sending.ts';
import { judgeLine } from './spreading.ts';
import { type SimulatedProcess } from './process.ts';
import { type World } from './world.ts';

/** Sees everything that really happens, and says what must never have. */
export interface Judge {
  /** A write leaves the process. Gives the id of the intent that it is made for. */
  sent(process: SimulatedProcess, moves: readonly Move[]): string;
  /** The provider is applying a write of this intent; null afterwards. */
  writing(intent: string | null): void;
  saved(save: Save): void;
  backup(name: string, text: string): void;
  /** A question to a resolver leaves the process: for what moves, or for a name of the canary. */
  asked(process: SimulatedProcess, of: SimulatedResolver, canarys: boolean): void;
  /** Its answer, and the entries that it came from. */
  told(process: SimulatedProcess, of: SimulatedResolver, from: readonly Kept[]): void;
  /** Somebody hands in what another place saw. */
  reported(act: Extract<Act, { type: 'observe' }>): void;
  /** A conversation with a mail host has ended. */
  talked(host: string): void;
  /** What was learnt of resolvers is in the store. */
  learnt(rows: readonly Learnt[]): void;
  /** What was seen of resolvers is in the store. */
  flushed(process: SimulatedProcess, flush: Flush): void;
  /** Something that no fault excuses: a BUG, an unhandled rejection, a run without an end. */
  violate(what: string): void;
  readonly violations: readonly string[];
  readonly book: Book;
}

/** What the judge wrote down. */
export interface Book {
  /** The zone before the start, by `keyText`. */
  readonly initial: ReadonlyMap<string, HostedRRset | null>;
  readonly intents: Map<string, Intent>;
  /** How often a write of an intent changed the zone. */
  readonly applied: Map<string, number>;
  /** Intents that the journal calls not applied. */
  readonly notApplied: Set<string>;
  /** When our last write of an RRset took effect, and somebody else's, in truth. */
  readonly ours: Map<string, number>;
  readonly theirs: Map<string, number>;
  /** Since when writing is forbidden, in truth. */
  stillSince: number | null;
  /** When a process was stopped last: it saw nothing then. */
  nap: { readonly from: number; readonly to: number };
  /** How many times the old set could come back without anybody being able to see it. */
  excuses: Set<string>;
  readonly backups: Set<string>;
  readonly manners: Manners;
  readonly claims: Claims;
  /** When the stage or the owner changed last, in truth. */
  readonly since: { stage: number; owner: number };
  /** Why the stage propagate was left where caches were watched; `hold` if nobody could tell. */
  readonly whys: Set<string>;
  /** Lines about caches since the last stage began. */
  cacheLines: number;
  /** The last step's set may have been in the zone; something was taken back, or was lost. */
  wasOut: boolean;
  /** A swap of any step was sent, or may have been. */
  moved: boolean;
  tookBack: boolean;
  readonly canary: { removals: number };
  readonly mail: MailBook;
  folded: Cutover | null;
  ended: { readonly at: number; readonly outcome: string } | null;
}

const changeFor = (intent: Intent | undefined, key: string): Change | undefined =>
  intent?.changes.find(({ before, after }) => {
    const rrset = after ?? before;
    return rrset !== null && keyText(rrset) === key;
  });

/** What a transaction of the zone means. */
function judgeZone(
  { world, book, violate }: Parts,
  { entry, writing }: { entry: ZoneEntry; writing: string | null },
): void {
  const { plan, clock, scene, foreign } = world;
  const claim = keyText(claimKey(scene.domain));
  const canary = keyText(canaryKey(scene.domain));
  const intent = writing === null ? undefined : book.intents.get(writing);
  const ours = entry.by === 'main';
  if (ours) {
    if (writing === null || intent === undefined) violate('I3 the zone changed without an intent');
    const times = (book.applied.get(writing ?? '') ?? 0) + 1;
    book.applied.set(writing ?? '', times);
    if (intent?.purpose === 'rollback') world.out = false;
    if (times > 1) violate(`I4 ${writing} was applied ${times} times`);
    if (book.notApplied.has(writing ?? '')) violate(`I4 ${writing} was applied after its end`);
  }
  for (const { key, before, after } of entry.changes) {
    (ours ? book.ours : book.theirs).set(key, clock.truth());
    const track = plan?.tracks.find(one => one.key === key);
    if (ours && track === undefined && key !== claim && key !== canary)
      violate(`I7 ${key} is no part of the plan and was written`);
    const change = changeFor(intent, key);
    if (ours && !sameRRset(change?.before ?? null, before))
      violate(`I5 ${writing} overwrote ${JSON.stringify(before)} of somebody else`);
    if (ours && !sameRRset(change?.after ?? null, after))
      violate(`I3 ${writing} wrote ${JSON.stringify(after)} instead`);
    if (track?.type !== 'MX') continue;
    const declared = [...track.positions, ...(foreign.get(key) ?? [])];
    if (!declared.some(value => sameRRset(value, after)))
      violate(`I1 the MX is ${JSON.stringify(after)}, which nobody declared`);
  }
}

export interface Parts {
  readonly world: World;
  readonly book: Book;
  readonly violate: (what: string) => void;
}

/** What was stored is what a fold of the texts gives. */
function judgeSave({ world, book, violate }: Parts, save: Save): void {
  const { trace, clock, random } = world;
  for (const sealed of save.lines) {
    const line = JSON.parse(sealed.text) as Line;
    const { hold, intent, paused } = book.folded ?? {};
    const before = book.folded;
    book.folded = apply(before, line);
    const next = book.folded;
    trace.note(`line ${sealed.seq} ${line.type} ${sealed.hash.slice(0, 12)}`);
    if (trace.verbose) trace.note(`  ${sealed.text.slice(0, 4000)}`);
    if (line.type === 'write.intended') {
      if (intent) violate(`I3 ${line.data.intent.id} was intended while ${intent.id} was open`);
      book.intents.set(line.data.intent.id, line.data.intent);
    }
    judgeCanarySave({ world, book, violate }, line);
    judgeLine({ world, book, violate }, line, before);
    judgeMailLine({ world, book, violate }, line, before);
    if (line.type === 'write.not-applied') book.notApplied.add(line.data.intent);
    const still = next.hold !== null || next.paused !== null;
    const was = (hold ?? null) !== null || (paused ?? null) !== null;
    if (still !== was) book.stillSince = still ? clock.truth() : null;
    if (line.type === 'stage.entered' && line.data.stage === 'propagate') world.out = true;
    if (line.type === 'ended') {
      book.ended = { at: clock.truth(), outcome: line.data.outcome };
      judgeEnd({ world, book, violate }, next);
    }
  }
  if (random.chance(0.03) || book.ended !== null)
    if (JSON.stringify(book.folded) !== JSON.stringify(save.state))
      violate('I15 the state is not the fold of the journal');
}

export function makeJudge(world: World): Judge {
  const violations: string[] = [];
  const violate = (what: string): void => {
    const text = `${what} (at ${(world.clock.truth() / 1000).toFixed(3)} s)`;
    world.trace.note(`VIOLATION ${text}`);
    violations.push(text);
  };
  const book: Book = {
    initial: new Map(world.zone.all().map(one => [keyText(one), world.zone.get(one)])),
    intents: new Map(),
    applied: new Map(),
    notApplied: new Set(),
    ours: new Map(),
    theirs: new Map(),
    stillSince: null,
    nap: { from: 0, to: 0 },
    excuses: new Set(),
    backups: new Set(),
    manners: noManners(),
    claims: noClaims(),
    since: { stage: 0, owner: 0 },
    whys: new Set(),
    ...{ cacheLines: 0, wasOut: false, moved: false, tookBack: false },
    canary: { removals: 0 },
    mail: noMail(),
    folded: null,
    ended: null,
  };
  const parts: Parts = { world, book, violate };
  let writing: string | null = null;
  world.zone.subscribe(entry => {
    const changes = entry.changes.map(({ key, after }) => `${key} ${after?.ttl} ${after?.rdata}`);
    world.trace.note(`zone ${entry.serial} by ${entry.by}: ${changes.join('; ')}`);
    judgeZone(parts, { entry, writing });
  });
  return {
    sent: (process, moves) => {
      const keys = moves.map(move => keyText(keyOfMove(move)));
      return judgeSend(parts, { process, keys, moves });
    },
    writing: intent => {
      writing = intent;
    },
    saved: save => {
      judgeSave(parts, save);
    },
    backup: name => {
      book.backups.add(name);
    },
    asked: (process, of, canarys) => {
      if (canarys) judgeCanaryQuestion(parts, process, of);
      else judgeQuestion(parts, process, of);
    },
    told: (process, of, from) => {
      heardOf(parts, process, { of, from });
    },
    reported: ({ what }) => {
      if (what.is === 'probe') judgeReport(parts);
    },
    talked: host => {
      judgeTalk(parts, host);
    },
    learnt: rows => {
      judgeLearnt(parts, rows);
    },
    flushed: (process, flush) => {
      judgeFlushes(parts, process);
      judgeFlush(parts, process, flush);
    },
    violate,
    violations,
    book,
  };
}
