import { type CacheState } from '../propagation/cachestate.ts';
import { type Fitness } from '../propagation/fitness.ts';
import { type Forecast, type Maker } from '../propagation/forecast.ts';
import { type SameTtl } from '../propagation/habits.ts';
import { type Hearing, type Remembered } from '../propagation/hearing.ts';
import { type Member } from '../propagation/members.ts';
import { type Observation } from '../propagation/observation.ts';
import { type Series } from '../propagation/series.ts';
import { type Straggler } from '../propagation/straggler.ts';
import { type Verdict, verdicts } from '../propagation/verdict.ts';
import {
  type Minute,
  type Resolver,
  type Spell,
  type Steady,
  type Waiting,
  type Watched,
  type Way,
} from '../propagation/watched.ts';
import { isObject } from '../object.ts';

// What is read back may be of another version of this program, or damaged, and nothing that reads it
// looks again: one field that is missing would end a watch, or a process.

/** Whoever changes what is kept of a watch counts this up: what has another number is not read. */
export const watchVersion = 1;

type Shape = (value: unknown) => boolean;

const text: Shape = value => typeof value === 'string';
const number: Shape = value => typeof value === 'number';
const flag: Shape = value => typeof value === 'boolean';
const orNull =
  (shape: Shape): Shape =>
  value =>
    value === null || shape(value);
const orAbsent =
  (shape: Shape): Shape =>
  value =>
    value === undefined || shape(value);
const listOf =
  (shape: Shape): Shape =>
  value =>
    Array.isArray(value) && value.every(shape);

/** Every field is named, so that one more does not go unnoticed here. */
const having = <T>(fields: Readonly<Record<keyof T, Shape>>): Shape => {
  const shapes: [string, Shape][] = Object.entries(fields);
  return value => isObject(value) && shapes.every(([name, shape]) => shape(value[name]));
};

const optional = orNull(number);
const texts = listOf(text);
const verdict: Shape = value => verdicts.some(one => one === value);

const steady = having<Steady>({ boot: text, offset: number, wallOffset: orAbsent(number) });

const over: Shape = value => {
  if (!isObject(value)) return false;
  const { transport, host, template } = value;
  if (transport === 'tls') return text(host);
  return transport === 'https' ? text(template) : transport === 'tcp';
};

const way = having<Way>({ port: number, over: orAbsent(over) });

const resolver = having<Resolver>({
  ...{ id: text, name: text, operator: text, country: orNull(text), port: number, tier: text },
  otherwise: orAbsent(listOf(way)),
  addresses: value => texts(value) && Array.isArray(value) && value.length > 0,
  ...{ weight: number, anycast: orNull(flag), over: orAbsent(over) },
  flushUrl: orAbsent(orNull(text)),
});

const remarks = {
  ...{ rcodeName: text, nsid: orNull(text) },
  ede: listOf(having<{ code: number; text: string }>({ code: number, text })),
};
const answered = having({ ...remarks, rdata: orNull(texts), ttl: optional, ad: flag });
const refused = having(remarks);
const silent = having<{ why: string }>({ why: text });

const outcome: Shape = value => {
  if (!isObject(value)) return false;
  const { kind } = value;
  if (kind === 'answered') return answered(value);
  return kind === 'refused' ? refused(value) : kind === 'silent' && silent(value);
};

const observation = having<Observation>({
  ...{ resolver: text, address: text, transport: text },
  ...{ asked: number, received: number, rttMs: number, outcome, connection: orAbsent(number) },
});

const series = having<Series>({
  ...{ value: text, rdata: texts, nsid: orNull(text), anchor: number, expiresAt: number },
  ...{ ttl: number, firstSeen: number, lastSeen: number, count: number },
  ...{ primedByUs: flag, looksStale: flag },
});

const member = having<Member>({
  ...{ name: text, value: text, rdata: texts, at: number, until: optional },
});

const state = having<CacheState>({
  ...{ resolver: text, verdict: orNull(verdict), series: listOf(series), aim: text },
  dropped: having<CacheState['dropped']>({ new: optional, old: optional, other: optional }),
  ...{ samples: number, clean: number, arrival: orNull(text), newSince: optional },
  ...{ firstNewAt: optional, lastNewAt: optional, lastOldAt: optional },
  ...{ floor: optional, ceiling: optional },
  longest: orNull(having<{ ttl: number; entries: number }>({ ttl: number, entries: number })),
  stale: orNull(
    having<NonNullable<CacheState['stale']>>({ count: number, streak: number, at: number }),
  ),
  ...{ regressions: number, refetchedOld: number, interleaved: flag, frozen: flag },
  sameTtl: orNull(having<SameTtl>({ ttl: number, at: number, repeats: number, stood: number })),
  ...{ nsids: texts, mute: number, refused: flag, lied: flag },
  cleanOver: orAbsent(number),
  members: orAbsent(listOf(member)),
  liedAbout: value => value === undefined || texts(value),
  ...{ last: observation, recent: listOf(observation) },
});

const straggler = having<Straggler>({
  ...{ resolver: text, cause: text, until: optional, final: flag },
  evidence: listOf(observation),
});

const watched = having<Watched>({
  ...{ key: text, resolver, state, straggler: orNull(straggler) },
  spells: listOf(having<Spell>({ cause: text, from: number, to: optional, until: optional })),
});

const each = Object.fromEntries(verdicts.map(one => [one, number])) as Record<Verdict, Shape>;
const maker = having<Maker>({ resolver: text, seconds: number, source: text, learntAt: optional });
const forecast = having<Forecast>({
  ...{ p50: number, p95: number, worst: number, makers: orAbsent(listOf(maker)) },
  ...{ unsure: orAbsent(number), blind: orAbsent(number) },
});

const perVerdict = having<Record<Verdict, number>>(each);

const minute = having<Minute>({
  ...{ at: number, key: text },
  slice: having<Minute['slice']>({
    ...{ counts: perVerdict, weights: perVerdict, total: number, unasked: number },
    ...{ flipped: number, cold: number, share: optional, ableToTell: optional },
  }),
  forecast: orNull(forecast),
  waiting: orAbsent(orNull(having<Waiting>({ count: number, by: number }))),
});

const hearing = having<Hearing>({
  ...{ resolver: text, operator: text, weight: number, address: text, exposure: text, at: number },
  ...{ trouble: orNull(text), invents: orNull(flag), member: orNull(text) },
  denial: orNull(having<Remembered>({ name: text, at: number, ttl: number, full: number })),
});

const fitness = having<Fitness>({
  ...{ zone: orNull(text), absence: text, intercepted: orNull(text), probedAt: optional },
  clearedAt: orAbsent(number),
  hearings: listOf(hearing),
});

/** Whether a value that was read back is what its type says, as far as its readers rely on it. */
export const isSteady = (value: unknown): value is Steady => steady(value);
export const isWatched = (value: unknown): value is Watched => watched(value);
export const isMinute = (value: unknown): value is Minute => minute(value);
export const isFitness = (value: unknown): value is Fitness => fitness(value);
