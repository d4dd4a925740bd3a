import { keyText } from '../../dns/rrset.ts';
import { Fault, isFault } from '../../errors.ts';
import { type CacheState } from '../../propagation/cachestate.ts';
import { isLoopback } from '../../propagation/exposure.ts';
import { distrustTexts } from '../../propagation/fitness.ts';
import { stragglerOf } from '../../propagation/straggler.ts';
import { type Resolver, type Steady, type Watched } from '../../propagation/watched.ts';
import {
  byAttention,
  type PropagationRow,
  type RowsAt,
  rowsOf,
  unaskedRow,
} from '../../view/propagation/rows.ts';
import { type Picture, standingOf } from '../../view/propagation/propagation.ts';
import { unfitRow } from '../../view/world/fitness.ts';
import { setText } from '../../view/propagation/words.ts';
import { interceptedAt, interceptedNote } from '../../poller/hearings/interception.ts';
import { askResolvers, askServers, tick } from './asking.ts';
import * as servers from './authority.ts';
import { beliefOf, expectationOf, isGuessed, verdictsOf, vouchedBy } from './belief.ts';
import { doubtSignatures } from './doubt.ts';
import { believed, hearingsFor } from './fitness.ts';
import { type AuthorityOf, findServers } from './finding.ts';
import { endAfter, givingOf, goesOn, type Known, type SessionOf, turn } from './running.ts';
import { type Terms } from './terms.ts';

/** What is known at a moment. */
export interface Seen {
  readonly picture: Picture;
  readonly watched: readonly Watched[];
  readonly at: RowsAt;
}

/**
 * Looks at the servers, then asks the resolvers: once, or until the goal, the time or the signal ends
 * it. `changed` hears whenever more is known, for the first time when the servers were asked.
 * @throws Fault NOT_FOUND for a name that does not exist, ABORTED before the servers were asked
 */
export async function session(
  of: SessionOf,
  changed: (seen: Seen) => void,
  signal: AbortSignal,
): Promise<Seen> {
  const { terms, world } = of;
  const began = world.clock.now();
  const steady = { boot: began.boot, offset: began.wall - began.up };
  const over = new AbortController();
  const stop = (): void => {
    over.abort();
  };
  const ending = AbortSignal.any([signal, over.signal]);
  const probed = probe(of, ending);
  // Who fails before it is awaited must not end the process.
  probed.catch(() => undefined);
  const { ask, clock, lookups } = world;
  const authority = { key: terms.key, authority: terms.authority, ask, clock, lookups };
  try {
    if (terms.timeoutMs !== null) void endAfter({ world, ending, stop }, terms.timeoutMs);
    const known = await begin({ terms, authority }, ending).catch(async (error: unknown) => {
      if (isFault(error, 'ABORTED') && !signal.aborted) return tooLate(terms);
      throw await notFoundHere(error, probed);
    });
    let toldAt = -Infinity;
    const tell = (): void => {
      const { up } = clock.now();
      if (up - toldAt < gapMs(of)) return;
      toldAt = up;
      const seen = seenNow(of, known, steady);
      changed(seen);
      if (terms.until !== null && standingOf(seen.picture, terms.until) === 'reached') stop();
    };
    const now = (): number => clock.now().up + steady.offset;
    const hearings = hearingsFor(of, { known, now, changed: tell }, ending);
    const running = { ...of, known, steady, authority, ending, stop, tell, hearings };
    turn(running);
    tell();
    const noted = probed.then(intercepted => {
      known.intercepted = intercepted;
      if (intercepted !== null) tell();
    });
    await Promise.all([
      askResolvers(running).then(async () => {
        if (goesOn(terms)) return;
        // The look itself may be over: these questions have an end of their own.
        await doubtSignatures(running, signal).catch(unlessAborted);
        await noted.then(stop);
      }),
      ...(goesOn(terms) ? [askServers(running)] : []),
      tick(running),
    ]);
    return seenNow(of, known, steady);
  } finally {
    stop();
  }
}

function unlessAborted(error: unknown): void {
  if (!isFault(error, 'ABORTED')) throw error;
}

/** The picture of thousands takes a while to make; while it goes on, a later one tells as much. */
const gapMs = ({ resolvers }: SessionOf): number => Math.floor(resolvers.length / 100) * 20;

async function begin(
  { terms, authority }: { readonly terms: Terms; readonly authority: AuthorityOf },
  signal: AbortSignal,
): Promise<Known> {
  const found = await findServers(authority, signal);
  const look = await servers.lookAtServers(authority, found, signal);
  const belief = beliefOf(terms, look, null);
  if (belief.expectedFrom !== 'given')
    await servers.refuseUnknownName({ ...authority, look, found }, signal);
  return knownFrom({ found, look, belief });
}

const knownFrom = (start: Pick<Known, 'found' | 'look' | 'belief'>): Known => ({
  ...{ ...start, given: new Map<string, readonly string[]>() },
  ...{ states: new Map<string, CacheState>(), left: new Map<string, Fault>() },
  ...{ since: null, unvalidated: new Set<string>(), changed: () => undefined },
  ...{ intercepted: null, fitness: null },
});

/** The time was over before the servers had answered: that is all there is to show. */
function tooLate(terms: Terms): Known {
  const look = { rows: [], notes: [] };
  const within = `within ${String((terms.timeoutMs ?? 0) / 1000)} s (--timeout)`;
  const trouble = `the authoritative servers could not be found and asked ${within}`;
  const { name } = terms.key;
  const found = { zone: null, servers: [], trouble, name, aliases: [], delegated: [] };
  return knownFrom({ found, look, belief: beliefOf(terms, look, null) });
}

/** That a name does not exist is no news where something on the way makes answers up. */
async function notFoundHere(error: unknown, probed: Promise<string | null>): Promise<unknown> {
  const at = isFault(error, 'NOT_FOUND') ? await probed : null;
  if (!isFault(error) || at === null) return error;
  return new Fault('UNAVAILABLE', interceptedNote(at), {
    ...(error.where !== undefined && { where: error.where }),
    ...{
      cause: error,
      fix: 'look from another network; servers within this one can be named with --authority',
    },
  });
}

/**
 * Questions to this machine itself pass no network that could answer them, and nobody on the way has the
 * certificate of another.
 */
async function probe({ resolvers, world }: SessionOf, signal: AbortSignal): Promise<string | null> {
  const open = ({ addresses, over }: Resolver) =>
    !addresses.every(isLoopback) && (over === undefined || over.transport === 'tcp');
  if (!resolvers.some(open)) return null;
  return interceptedAt({ ask: world.probe, chance: world.chance }, signal).catch(
    (error: unknown) => {
      if (isFault(error, 'ABORTED')) return null;
      throw error;
    },
  );
}

function seenNow({ terms, resolvers, world }: SessionOf, known: Known, steady: Steady): Seen {
  const { key } = terms;
  const { belief, look, found, left, states } = known;
  const now = world.clock.now();
  const expectation = expectationOf(key, belief, known);
  const at = { steady, now, expectation, once: !goesOn(terms) };
  const watched = resolvers.flatMap((resolver): readonly Watched[] => {
    const state = states.get(resolver.id);
    if (state === undefined) return [];
    const straggler = stragglerOf(state, expectation);
    return [{ key: keyText(key), resolver, state, straggler, spells: [] }];
  });
  // Where nothing is expected there is nothing to explain.
  const calm = (row: PropagationRow) => {
    const guessed = isGuessed(row, belief, witness);
    const dnssec = known.unvalidated.has(row.id) ? ('bogus' as const) : row.dnssec;
    const signed = dnssec === undefined ? row : { ...row, dnssec };
    return belief.expected === null ? { ...signed, explained: true } : { ...signed, guessed };
  };
  const unheard = resolvers.filter(({ id }) => !states.has(id));
  const rows = [
    ...rowsOf(watched, at),
    ...unheard.map(resolver => {
      const why = left.get(resolver.id);
      return why === undefined
        ? unaskedRow(resolver)
        : { ...unaskedRow(resolver), verdict: 'silent' as const, silence: why.message };
    }),
  ];
  const witness = { type: key.type, vouchedFor: vouchedBy(rows) };
  const { unfit, distrust } = believed(known, resolvers);
  const judged = (row: PropagationRow): PropagationRow => {
    const why = unfit.get(row.id);
    return why === undefined ? calm(row) : unfitRow(row, why);
  };
  const picture: Picture = {
    ...{ key, at: now.wall, ...belief, authority: verdictsOf(look, key, belief) },
    aliases: found.aliases,
    ...{
      authorityTrouble: found.servers.length === 0 ? found.trouble : null,
      rows: byAttention(rows.map(judged)),
    },
    // What answers on the way answers for all whom it stands before.
    distrust: distrust === null ? null : distrustTexts[distrust],
    notes: [
      ...(known.intercepted === null ? [] : [interceptedNote(known.intercepted)]),
      ...look.notes,
      ...lackNotes(left),
      ...waitNotes({ terms, resolvers, known }),
    ],
  };
  return { picture, watched, at };
}

/** What happens otherwise than one would think: resolvers that are left alone, an expectation that moved. */
function waitNotes({
  terms,
  resolvers,
  known,
}: Pick<SessionOf, 'terms' | 'resolvers'> & { readonly known: Known }): readonly string[] {
  if (!goesOn(terms)) return [];
  const { followed, expected } = known.belief;
  const giving = resolvers.length === 0 ? 'new' : givingOf({ known, terms });
  const alone = 'resolvers are left alone, since asking them would plant the old set';
  const once = 'Each is asked once, for a start.';
  return [
    ...(followed && expected !== null
      ? [
          `THE SERVERS CHANGED: they all give ${setText(expected)} now, so that is expected from here on, and what they agreed on before counts as old. --expect names a set to wait for.`,
        ]
      : []),
    ...(giving === 'not new' ? [`The servers do not give it yet: ${alone}. ${once}`] : []),
    ...(giving === 'unknown' ? [`No server says what it gives: ${alone}. ${once}`] : []),
  ];
}

/** Said once, whatever the number of resolvers. */
function lackNotes(left: ReadonlyMap<string, Fault>): readonly string[] {
  if (left.size === 0) return [];
  const some = left.size === 1 ? 'one resolver has' : `${String(left.size)} resolvers have`;
  return [
    `This machine cannot reach every family of addresses (IPv6, as a rule): ${some} no other one and cannot be asked.`,
  ];
}
