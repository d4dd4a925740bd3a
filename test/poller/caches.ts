import { parseName } from '../../src/dns/name.ts';
import { type Key } from '../../src/dns/rrset.ts';
import { type Message } from '../../src/dns/wire.ts';
import { Fault } from '../../src/errors.ts';
import { type Expectation } from '../../src/propagation/expectation.ts';
import { type Resolver } from '../../src/propagation/watched.ts';
import { type Ask, type Question } from '../../src/transport/transport.ts';
import { type VirtualClock } from '../support/virtual-clock.ts';
import { isNobody, type Trial, trials } from './trials.ts';

export const oldSet = ['10 mx1.oldhost.example.'];
export const newSet = ['10 mx1.newhost.example.'];
export const mx: Key = { name: parseName('example.org'), type: 'MX' };

/** What a cache does besides caching. TTLs in seconds. */
export type Habit =
  | { readonly is: 'plain' }
  | { readonly is: 'floor'; readonly ttl: number }
  /** Serves expired data with its sign once, and fetches then. */
  | { readonly is: 'stale' }
  | { readonly is: 'farm'; readonly size: number }
  /** What it asks has the old set for ever. */
  | { readonly is: 'lagging' }
  | { readonly is: 'silent' }
  /** No answer ever, and no failure either. */
  | { readonly is: 'hanging' }
  | { readonly is: 'refusing' }
  | { readonly is: 'failing'; readonly fault: () => Fault };

export interface Asked {
  readonly address: string;
  readonly name: string;
  /** By `up`. */
  readonly at: number;
}

/** What the authoritative servers serve; the tests change it. */
export interface Authority {
  rdata: readonly string[];
  ttl: number;
}

export interface Internet {
  readonly ask: Ask;
  /** An authoritative server of example.org. */
  readonly authorityAsk: Ask;
  readonly asked: Asked[];
  /** Questions that only try a resolver: no MX is asked for. */
  readonly tried: Asked[];
  /** What resolvers say to those, by address; the tests change it. */
  readonly trial: Map<string, Trial>;
  readonly authority: Authority;
  /** A machine on the way that answers for all, from a cache of its own; the tests set it. */
  readonly way: { intercepted: boolean };
  /** Questions that were given up by whoever asked. */
  readonly givenUp: () => number;
}

interface Entry {
  readonly rdata: readonly string[];
  /** By the time that really passed: a reboot of ours is nothing to a cache. */
  readonly endsAt: number;
}

const rttMs = 5;

function message(
  question: Question,
  said: { readonly rdata: readonly string[]; readonly ttl: number; readonly ede?: number } | number,
): Message {
  const refused = typeof said === 'number';
  const { name, type } = question;
  const errors = refused || said.ede === undefined ? [] : [{ code: said.ede, name: '', text: '' }];
  return {
    ...{ id: 1, qr: true, opcode: 0, aa: false, tc: false, rd: true, ra: true, ad: false },
    ...{ cd: false, question: null, authority: [], additional: [], tsig: null },
    ...{ rcode: refused ? said : 0, rcodeName: refused ? 'REFUSED' : 'NOERROR' },
    answer: refused
      ? []
      : said.rdata.map(rdata => ({ ...{ name, type, klass: 1 }, ttl: said.ttl, rdata })),
    edns: {
      ...{ payload: 1232, version: 0, dnssec: false, nsid: null, cookie: null },
      ...{ errors, options: [] },
    },
  };
}

/** Caches by address, in front of one authority, under a virtual clock. */
export function internet(clock: VirtualClock, habits: ReadonlyMap<string, Habit>): Internet {
  const authority: Authority = { rdata: oldSet, ttl: 60 };
  const asked: Asked[] = [];
  const tried: Asked[] = [];
  const trial = new Map<string, Trial>();
  const answerTrial = trials(trial, () => clock.truth() / 1000);
  const entries = new Map<string, Entry>();
  const counts = new Map<string, number>();
  const way = { intercepted: false };
  let givenUp = 0;
  const up = (): number => clock.now().up;
  const fetch = (cache: string, habit: Habit): Entry => {
    const least = habit.is === 'floor' ? habit.ttl : 0;
    const entry = {
      rdata: habit.is === 'lagging' ? oldSet : authority.rdata,
      endsAt: clock.truth() + Math.max(least, authority.ttl) * 1000,
    };
    entries.set(cache, entry);
    return entry;
  };
  const cached = (cache: string, habit: Habit): { entry: Entry; stale: boolean } => {
    const known = entries.get(cache);
    if (known !== undefined && known.endsAt > clock.truth()) return { entry: known, stale: false };
    const fresh = fetch(cache, habit);
    if (habit.is === 'stale' && known !== undefined) return { entry: known, stale: true };
    return { entry: fresh, stale: false };
  };
  const answer = (question: Question, address: string, habit: Habit): Message => {
    if (habit.is === 'refusing') return message(question, 5);
    const turn = counts.get(address) ?? 0;
    counts.set(address, turn + 1);
    const member = habit.is === 'farm' ? `#${String(turn % habit.size)}` : '';
    const { entry, stale } = cached(`${address}${member} ${question.name}`, habit);
    if (stale) return message(question, { rdata: entry.rdata, ttl: 30, ede: 3 });
    const ttl = Math.floor((entry.endsAt - clock.truth()) / 1000);
    return message(question, { rdata: entry.rdata, ttl });
  };
  return {
    ...{ asked, tried, trial, authority, way, givenUp: () => givenUp },
    authorityAsk: async (question, { address }) => ({
      message: { ...trials(new Map(), () => 0)(question, address), aa: true },
      ...{ transport: 'udp', rttMs },
    }),
    ask: (question, { address }, signal) => {
      const answerer = way.intercepted ? 'on the way' : address;
      const habit = isNobody(answerer)
        ? ({ is: 'silent' } as const)
        : (habits.get(answerer) ?? { is: 'plain' });
      const isTrial = question.type !== 'MX';
      (isTrial ? tried : asked).push({ address, name: question.name, at: up() });
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => {
          givenUp += 1;
          reject(new Fault('ABORTED', 'given up'));
        });
        if (habit.is === 'hanging') return;
        clock.after(habit.is === 'silent' ? 3000 : rttMs, () => {
          if (habit.is === 'silent') reject(new Fault('UNAVAILABLE', 'no answer within 3000 ms'));
          else if (habit.is === 'failing') reject(habit.fault());
          else {
            const said = isTrial
              ? answerTrial(question, answerer)
              : answer(question, answerer, habit);
            resolve({ message: said, transport: 'udp', rttMs });
          }
        });
      });
    },
  };
}

export const resolver = (id: number, more: Partial<Resolver> = {}): Resolver => ({
  ...{ id: `r${String(id)}`, name: `Resolver ${String(id)}`, operator: `op${String(id)}` },
  ...{ country: null, port: 53, tier: 'core', weight: 1, anycast: false },
  addresses: [addressOf(id)],
  ...more,
});

export const addressOf = (id: number): string =>
  `198.51.${String(100 + Math.floor(id / 250))}.${String(1 + (id % 250))}`;

/** Lowered to 60 s long ago; the swap as the tests say, on a clock whose offset is 0. */
export const expected = (more: Partial<Expectation> = {}): Expectation => ({
  ...{ key: mx, old: [oldSet], new: null, ttl: { old: 3600, low: 60 } },
  ...{ lowSince: 0, swappedAt: null, authorityNewSince: null },
  ...more,
});
