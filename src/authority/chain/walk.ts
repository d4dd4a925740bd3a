import { type Clock, type Instant } from '../../clock.ts';
import { type Validation } from '../../cutover/validation.ts';
import { serverLabel } from '../../cutover/standing.ts';
import { type ServerAddress } from '../../cutover/survey.ts';
import { type Dnskey, type Ds, isBySha1 } from '../../dns/dnssec-records.ts';
import { signedSetIn, soonest, type Span } from '../../dns/dnssec-signed.ts';
import { type Name, parentOf } from '../../dns/name.ts';
import { type Key, keyText } from '../../dns/rrset.ts';
import { type Ask, type Server } from '../../transport/transport.ts';
import { inParallel } from '../parallel.ts';
import { type Anchor, anchorFor } from './anchors.ts';
import { type AskRaw, rawAsker } from './asking.ts';
import { type Above, dsBelow, keysAbove, type Stop, zoneText } from './parent.ts';
import { dsText, type KeysVerdict, usableDs, validateKeys } from './signed-set.ts';

/** A zone whose chain of trust is walked. */
export interface ChainOf {
  readonly zone: Name;
  /** The addresses that serve it: each is asked for its keys. */
  readonly servers: readonly ServerAddress[];
  /** DS records that are trusted besides the root's, such as `example.org. DS 12345 13 2 4f6a…`. */
  readonly trustAnchors: readonly string[];
  readonly ask: Ask;
  readonly clock: Clock;
  /** Resolvers for the zones above; null where the configuration forbids to look there. */
  readonly lookups: readonly Server[] | null;
}

/** What a walk found out. */
export interface ZoneChain {
  readonly verdict: Validation;
  /** Every set of keys that an address gives, each once: an answer must validate with all of them. */
  readonly keys: readonly (readonly Dnskey[])[];
  /** Addresses whose keys do not validate, by `serverLabel`. */
  readonly bad: ReadonlyMap<string, Validation>;
}

const SERVERS_AT_ONCE = 16;

const anchorText = ({ owner, from }: Anchor): string =>
  from === 'configured' ? `the trust anchor of ${zoneText(owner)}` : 'the root';

export const remedies = {
  insecure: null,
  indeterminate:
    'Let this machine reach resolvers that hand over signatures (authority.lookups), or name the DS of the zone in authority.trustAnchors.',
  bogus:
    'Mend the signing of the zone, or its DS at the registrar, before anything else: validating resolvers give no answer at all.',
} as const;

const ended = ({ is, at, why, sha1 }: Stop): Validation => ({
  ...{ is, at, why, ...(sha1 && { sha1 }) },
  ...{ remedy: remedies[is], lasts: null },
});

/** A DS that counts as none: here, and not for everybody where SHA-1 is the reason. */
const unusable = (ds: readonly Ds[], where: Pick<Stop, 'at' | 'why'>): Stop => ({
  ...{ is: 'insecure', ...where },
  ...(ds.some(isBySha1) && { sha1: true }),
});

const stopped = (stop: Stop): ZoneChain => ({
  verdict: ended(stop),
  keys: [],
  bad: new Map<string, Validation>(),
});

/** What vouches for the keys of a zone, with the zones on the way to it, or where that way ends. */
export type Vouched =
  | { readonly ds: readonly Ds[]; readonly path: readonly Name[] }
  | { readonly stop: Stop };

/** The names from below the anchor down to the zone itself. */
function namesBetween(anchor: Name, zone: Name): readonly Name[] {
  const names: Name[] = [];
  for (let at: Name | null = zone; at !== null && at !== anchor; at = parentOf(at))
    names.unshift(at);
  return names;
}

/**
 * Follows DS records from the nearest trust anchor to the zone. Bounded in questions.
 * @throws Fault ABORTED
 */
export async function vouchedFor(
  { zone, lookups, trustAnchors, ask, clock }: ChainOf,
  signal: AbortSignal,
): Promise<Vouched> {
  const askRaw = rawAsker(ask, signal);
  const now = clock.now().wall;
  const anchor = anchorFor(zone, trustAnchors);
  let ds = anchor.ds;
  const path: Name[] = [anchor.owner];
  if (anchor.owner === zone) return { ds, path };
  if (lookups === null) {
    const why =
      'the servers come from the configuration (authority.replace): no zone above was asked';
    return { stop: { is: 'indeterminate', at: keyText({ name: zone, type: 'DS' }), why } };
  }
  const above: Above = { askRaw, lookups, now };
  let at = anchor.owner;
  let keys = await keysAbove(above, at, ds);
  for (const name of namesBetween(anchor.owner, zone)) {
    if ('stop' in keys) return keys;
    const below = await dsBelow(above, name, { zone: at, keys: keys.value });
    if ('stop' in below) return below;
    if (below.value.ds === null) continue;
    ds = below.value.ds;
    at = name;
    path.push(name);
    const key = keyText({ name, type: 'DS' });
    if (usableDs(ds).length === 0)
      return {
        stop: unusable(ds, { at: key, why: `validators of today ignore its DS (${dsText(ds)})` }),
      };
    if (name !== zone) keys = await keysAbove(above, name, ds);
  }
  if (at === zone) return { ds, path };
  const why = `${zoneText(at)} knows no delegation of it: the world sees another zone than this one`;
  return { stop: { is: 'indeterminate', at: keyText({ name: zone, type: 'DS' }), why } };
}

/** What one address gives as keys; null when it gives no answer, which is for the rounds to say. */
async function keysAt(
  server: ServerAddress,
  { zone, askRaw, ds, now }: { zone: Name; askRaw: AskRaw; ds: readonly Ds[]; now: Instant },
): Promise<KeysVerdict | null> {
  const key: Key = { name: zone, type: 'DNSKEY' };
  const message = await askRaw(key, server, false);
  if (typeof message === 'string' || !message.aa) return null;
  const set = signedSetIn(message.answer, key);
  if (set === null)
    return { is: 'bogus', why: `it has no DNSKEY, but a DS (${dsText(ds)}) says it is signed` };
  return validateKeys(set, { ds, now });
}

const keySetText = (keys: readonly Dnskey[]): string =>
  keys
    .map(({ rdata }) => rdata)
    .sort()
    .join('\n');

/**
 * Validates the keys that each address of the zone gives by what vouches for them. Bounded in questions,
 * keys and signatures.
 * @throws Fault ABORTED
 */
export async function keysBy(
  vouched: Vouched,
  of: ChainOf,
  signal: AbortSignal,
): Promise<ZoneChain> {
  if ('stop' in vouched) return stopped(vouched.stop);
  const { zone, servers, clock } = of;
  const now = clock.now().wall;
  const anchor = anchorFor(zone, of.trustAnchors);
  const { ds, path } = vouched;
  const at = keyText({ name: zone, type: 'DNSKEY' });
  if (usableDs(ds).length === 0)
    return stopped(unusable(ds, { at, why: `validators of today ignore its DS (${dsText(ds)})` }));
  const own = rawAsker(of.ask, signal);
  const answers = await inParallel(servers, SERVERS_AT_ONCE, async server => ({
    server: serverLabel(server),
    verdict: await keysAt(server, { zone, askRaw: own, ds, now }),
  }));
  const bad = new Map<string, Validation>();
  const sets = new Map<string, readonly Dnskey[]>();
  const spans: Span[] = [];
  for (const { server, verdict } of answers) {
    if (verdict === null) continue;
    if (verdict.is === 'secure') {
      sets.set(keySetText(verdict.keys), verdict.keys);
      spans.push(verdict.lasts);
    } else bad.set(server, ended({ is: 'bogus', at, why: `${server}: ${verdict.why}` }));
  }
  const keys = [...sets.values()];
  const [first] = bad.values();
  const way = path.map(zoneText).join(' > ');
  const why = `validated from ${anchorText(anchor)}${path.length > 1 ? `: ${way}` : ''}`;
  const silent = 'no authoritative address gave its keys';
  const verdict: Validation =
    keys.length > 0
      ? { is: 'secure', at, why, remedy: null, lasts: soonest(spans) }
      : (first ?? ended({ is: 'indeterminate', at, why: silent }));
  return { verdict, keys, bad };
}

/**
 * Walks from the nearest trust anchor down to the zone, and validates its keys.
 * @throws Fault ABORTED
 */
export const walk = async (of: ChainOf, signal: AbortSignal): Promise<ZoneChain> =>
  keysBy(await vouchedFor(of, signal), of, signal);
