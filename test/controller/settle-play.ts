import { settle, type Settling } from '../../src/controller/settle.ts';
import { fold } from '../../src/cutover/apply.ts';
import { makePlan } from '../../src/cutover/build.ts';
import { type Capabilities } from '../../src/cutover/capabilities.ts';
import { type Cutover, type Snapshot } from '../../src/cutover/cutover.ts';
import { type Intent, type Settlement } from '../../src/cutover/intent.ts';
import { LOW, stepPosition, valueAt, type Track } from '../../src/cutover/path.ts';
import { type Stage } from '../../src/cutover/stage.ts';
import { step } from '../../src/cutover/step.ts';
import { keyText, rrset, type Json, type RRset } from '../../src/dns/rrset.ts';
import { type Code } from '../../src/errors.ts';
import { exampleZone } from '../../src/rehearsal/example.ts';
import { byKey, domain, never, openSite, order, type Site, type SiteOptions } from './site.ts';

const capabilities: Capabilities = {
  ...({ minTtl: null, compareAndSwap: 'atomic', atomicSets: true } as const),
  ...({ shrinks: 'at once', syncStatus: 'observed', lag: 0 } as const),
};
export const [oldMx, oldTxt] = exampleZone as [RRset, RRset];
export const plan = makePlan({
  ...{ order, zone: domain, current: byKey(exampleZone), primaries: [] },
  capabilities,
});
const trackOf = (rrset: RRset): Track => plan.tracks.find(({ key }) => key === keyText(rrset))!;
export const tracks = { mx: trackOf(oldMx), txt: trackOf(oldTxt) };
export const at = (track: Track, position: number): RRset => valueAt(track, position)!;
export const low = at(tracks.mx, LOW);
export const swapped = at(tracks.mx, stepPosition(0));
export const strange = rrset({ ...low, rdata: ['50 mx.somebody.example.'] });

/** The write of one or both sets from one position to another. */
export const intentOf = (
  from: number,
  to: number,
  which: readonly Track[] = [tracks.mx],
): Intent => ({
  ...{ id: 'i1', purpose: 'swap', stage: 'swap', position: to, by: null },
  changes: which.map(track => ({ before: at(track, from), after: at(track, to) })),
});
export const swap = intentOf(LOW, stepPosition(0));

function cutoverOf(extras: Json, site: Site): Cutover {
  const now = site.clock.now();
  const event = {
    ...({ type: 'start', id: 'example.org.1', plan, run: 'r', host: 'h' } as const),
    ...{ accept: [], takeClaim: null, reason: null },
  };
  const hosted = Object.fromEntries(
    exampleZone.map(one => [keyText(one), { rrset: one, extras, token: null }]),
  );
  const born = fold(step(null, event, now))!;
  // Of the snapshot a write needs what the provider held, and nothing else.
  const snapshot = { hosted } as Snapshot;
  return { ...born, snapshot };
}

export interface Case extends SiteOptions, Partial<Omit<Settling, 'environment' | 'cutover'>> {
  /** What the zone holds first; the rest is as in the example. */
  readonly shows?: readonly RRset[];
  readonly extras?: Json;
  /** The stage that the cutover is in by now. */
  readonly stage?: Stage;
}

export interface Played {
  readonly site: Site;
  readonly doing: Promise<Settlement>;
  readonly maybeSent: Set<string>;
  readonly troubles: (Code | null)[];
}

/** Begins to settle an intent in a zone that shows this. */
export function play(given: Case): Played {
  const { shows = [low], extras = null, stage, ...rest } = given;
  const sets = [...shows, ...exampleZone.filter(one => !shows.some(two => same(one, two)))];
  const site = openSite({ ...rest, sets });
  const troubles: (Code | null)[] = [];
  const maybeSent = given.maybeSent ?? new Set<string>();
  const doing = settle({
    intent: swap,
    send: true,
    stillDue: async () => true,
    trouble: async fault => {
      troubles.push(fault?.code ?? null);
    },
    signal: never,
    ...rest,
    maybeSent,
    environment: site.environment,
    cutover: { ...cutoverOf(extras, site), ...(stage !== undefined && { stage }) },
  });
  doing.catch(() => undefined);
  return { site, doing, maybeSent, troubles };
}

const same = (one: RRset, two: RRset): boolean => keyText(one) === keyText(two);

export async function ends(given: Case): Promise<Played & { readonly settlement: Settlement }> {
  const played = play(given);
  return { ...played, settlement: await played.site.finish(played.doing) };
}

/** A provider whose first reads come from the past. */
export const reading =
  (past: readonly RRset[], untilMs: number): NonNullable<SiteOptions['provider']> =>
  (provider, { clock }) => ({
    ...provider,
    read: async (key, signal) => {
      const stale = past.find(one => keyText(one) === keyText(key));
      if (stale === undefined || clock.truth() >= untilMs) return provider.read(key, signal);
      return { rrset: stale, extras: null, token: null };
    },
  });
