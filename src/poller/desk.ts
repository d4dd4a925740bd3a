import { keyText, type Key } from '../dns/rrset.ts';
import { limits } from '../limits.ts';
import { type Resolver } from '../propagation/watched.ts';
import { type Reply } from '../transport/transport.ts';
import { isScarce, nextTurn, type Turn, waitMs } from './turns/lane.ts';
import { lanesOf } from './turns/lanes.ts';
import { type Errand, errandsOf } from './errand.ts';
import { familyOf, type OwnFailure } from './outcome.ts';
import { usualPoliteness } from './policy.ts';
import { countedOver, wantsFreshPort } from './fresh.ts';
import { restsOf } from './turns/rests.ts';
import { type Desk, plan, type Session, sessionOf } from './session.ts';
import { type Politeness, type PollerParts } from './subject.ts';
import { timerOf } from './turns/timer.ts';
import { flow, type Flow } from './turns/turns.ts';

/** All sessions of a poller, and the budget that they share. */
export interface Office {
  /** The session of this RRset at this resolver: the one there is, or a new one. */
  session(key: Key, resolver: Resolver): Session;
  limit(politeness: Politeness): void;
  /** Milliseconds until about the turn of each question for this RRset that waits for it, by id. */
  turns(key: Key, resolvers: readonly Resolver[]): ReadonlyMap<string, number>;
  /** One question of no session, in its turn. */
  errand(errand: Errand, signal: AbortSignal): Promise<Reply>;
  /** Asks what can be asked now, and sleeps until there is more. */
  pump(): void;
  /** What is kept, for tests: sessions, resolvers, moments waited for. */
  readonly sizes: {
    readonly sessions: number;
    readonly resolvers: number;
    readonly timers: number;
  };
}

/** The sessions of one RRset, which share a flow of turns where those are not scarce. */
interface Sessions {
  readonly flow: Flow;
  readonly byResolver: Map<string, Session>;
}

/** The sessions that there are: for questions that are the same there is one. */
function registerOf() {
  const sessions = new Map<string, Sessions>();
  let size = 0;
  /** The same text for each RRset, as there may be a thousand of them. */
  const names = new WeakMap<Resolver, string>();
  const nameOf = (resolver: Resolver): string => {
    const { id, addresses, operator, tier, port, over, otherwise } = resolver;
    const ways = [port, over, otherwise];
    const name = names.get(resolver) ?? JSON.stringify([id, addresses, operator, tier, ways]);
    names.set(resolver, name);
    return name;
  };
  const here = (key: Key): Sessions => {
    const name = keyText(key);
    const known = sessions.get(name) ?? { flow: flow(), byResolver: new Map<string, Session>() };
    sessions.set(name, known);
    return known;
  };
  return {
    all: (): readonly Session[] =>
      [...sessions.values()].flatMap(({ byResolver }) => [...byResolver.values()]),
    get: (key: Key, resolver: Resolver): Session | undefined =>
      sessions.get(keyText(key))?.byResolver.get(nameOf(resolver)),
    /** That of the RRset, for as long as there is a session of it. */
    flow: (key: Key): Flow => here(key).flow,
    add: (session: Session): void => {
      here(session.key).byResolver.set(nameOf(session.resolver), session);
      size += 1;
    },
    remove: ({ key, resolver }: Session): void => {
      const { byResolver } = here(key);
      if (byResolver.delete(nameOf(resolver))) size -= 1;
      if (byResolver.size === 0) sessions.delete(keyText(key));
    },
    get size() {
      return size;
    },
  };
}

export function openOffice(parts: PollerParts): Office {
  const { clock, chance } = parts;
  const up = (): number => clock.now().up;
  const sessions = registerOf();
  let pumping = false;
  const pump = (): void => {
    // Called by a callback in the middle of it: what is there is seen to anyway.
    if (pumping) return;
    pumping = true;
    try {
      const now = up();
      timer.ring(now);
      for (let turn = next(now); turn !== null; turn = next(now)) turn.ask(turn, now);
    } finally {
      pumping = false;
      timer.arm();
    }
  };
  const next = (now: number): Turn | null =>
    desk.underWay < limits.pollUnderWay ? nextTurn(lanes.root, now) : null;
  const timer = timerOf(clock, pump);
  const lanes = lanesOf(timer.timers, usualPoliteness);
  const rests = restsOf(up, ({ operator, id }) => {
    for (const session of sessions.all())
      if (session.resolver.operator === operator && session.resolver.id === id) plan(session, up());
  });
  const desk: Desk = {
    ...{ up, pump, chance: () => chance.float(), underWay: 0 },
    ...lackOf(parts, up),
    ...rests,
    ask: askOf(parts, up),
    over: session => {
      sessions.remove(session);
      lanes.release(session.resolver, up());
    },
  };
  const underWay = (by: 1 | -1): void => {
    desk.underWay += by;
  };
  return {
    pump,
    errand: errandsOf({ lanes, rests, clock, ask: parts.sweep.ask, up, pump, underWay }),
    limit: politeness => {
      lanes.limit(politeness, up());
    },
    turns: (key, resolvers) =>
      new Map(
        resolvers.flatMap(resolver => {
          const session = sessions.get(key, resolver);
          const waits = session?.lane.ready.has(session) === true;
          return waits ? [[resolver.id, waitMs(session)] as const] : [];
        }),
      ),
    session: (key, resolver) => {
      const known = sessions.get(key, resolver);
      if (known !== undefined) return known;
      const lane = lanes.hold(resolver, up());
      const its = isScarce(lane) ? flow() : sessions.flow(key);
      const made = sessionOf(desk, { key, resolver, lane, flow: its });
      sessions.add(made);
      return made;
    },
    get sizes() {
      return { sessions: sessions.size, resolvers: lanes.size, timers: timer.timers.size };
    },
  };
}

/** What this machine lacks, told once each. */
function lackOf({ tell }: PollerParts, up: () => number): Pick<Desk, 'own' | 'reaches'> {
  const told = new Set<string>();
  /** Until when an address family counts as lacking. */
  const lacking = new Map<4 | 6, number>();
  return {
    own: ({ what, family, fault }: OwnFailure) => {
      if (family !== null) lacking.set(family, up() + limits.pollFamilyMs);
      if (told.has(what)) return;
      told.add(what);
      tell?.(fault);
    },
    reaches: address => (lacking.get(familyOf(address)) ?? -Infinity) <= up(),
  };
}

/** RD is set, as these are recursive servers; DNSSEC records would only make answers longer. */
const manner = { recursive: true, dnssec: false } as const;

function askOf({ sweep }: PollerParts, up: () => number): Desk['ask'] {
  let renewedAt = -Infinity;
  return async (session, at, signal): Promise<Reply> => {
    const { key } = session;
    const mayRenew = at.over === undefined && up() - renewedAt >= limits.pollRenewMs;
    if (mayRenew && wantsFreshPort(session)) {
      renewedAt = up();
      sweep.renew();
    }
    for (const connection of countedOver(session)) sweep.renew(connection);
    const question = { name: key.name, type: key.type, ...manner };
    return sweep.ask(question, at, signal);
  };
}
