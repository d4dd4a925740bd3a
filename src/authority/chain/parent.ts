import { type Instant } from '../../clock.ts';
import { type Security } from '../../cutover/validation.ts';
import { denialOf, provenAbsent, tooManyIterations } from '../../dns/dnssec-denial.ts';
import { type Dnskey, type Ds, dsOf } from '../../dns/dnssec-records.ts';
import { signedSetIn } from '../../dns/dnssec-signed.ts';
import { displayName, type Name, ROOT } from '../../dns/name.ts';
import { type WireRecord } from '../../dns/records.ts';
import { type Key, keyText, sameKey } from '../../dns/rrset.ts';
import { type Message } from '../../dns/wire.ts';
import { isFault } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type Server } from '../../transport/transport.ts';
import { type AskRaw } from './asking.ts';
import { type Signers, validateKeys, validateSet } from './signed-set.ts';

/** Where a walk ends early: what is known by then. */
export interface Stop {
  readonly is: Exclude<Security, 'secure'>;
  readonly at: string;
  readonly why: string;
  readonly sha1?: true;
}

/** Something learnt and validated, or the reason why not. */
export type Learnt<Value> = { readonly value: Value } | { readonly stop: Stop };

/** How the zones above ours are asked: through resolvers, whose answers are validated here. */
export interface Above {
  readonly askRaw: AskRaw;
  readonly lookups: readonly Server[];
  readonly now: Instant;
}

const stop = (is: Stop['is'], key: Key, why: string): { readonly stop: Stop } => ({
  stop: { is, at: keyText(key), why },
});

export const zoneText = (zone: Name): string => (zone === ROOT ? 'the root' : displayName(zone));

/** Asks resolver after resolver until one gives what validates; else the gravest thing that was said. */
async function fromResolvers<Value>(
  { askRaw, lookups }: Above,
  key: Key,
  judge: (message: Message) => Learnt<Value>,
): Promise<Learnt<Value>> {
  let worst: Learnt<Value> = stop('indeterminate', key, 'there is no resolver to ask');
  for (const server of lookups) {
    const message = await askRaw(key, server, true);
    const learnt =
      typeof message === 'string' ? stop('indeterminate', key, message) : judge(message);
    if ('value' in learnt || learnt.stop.is === 'insecure') return learnt;
    const graver = 'stop' in worst && worst.stop.is !== 'bogus';
    if (graver) worst = learnt;
  }
  return worst;
}

/**
 * Resolvers that strip signatures are many (old routers, filters), so that missing ones say nothing about the
 * zone; a signature that is there and does not fit is the zone's.
 */
const failed = (key: Key, { is, why }: Trouble) =>
  is === 'bogus'
    ? stop('bogus', key, why)
    : stop('indeterminate', key, `${why}: the resolver that was asked may strip signatures`);

/** The keys of a zone above ours, vouched for by `ds`. */
export function keysAbove(
  above: Above,
  zone: Name,
  ds: readonly Ds[],
): Promise<Learnt<readonly Dnskey[]>> {
  const key: Key = { name: zone, type: 'DNSKEY' };
  return fromResolvers(above, key, ({ answer }) => {
    const set = signedSetIn(answer, key);
    if (set === null) return stop('indeterminate', key, `no key of ${zoneText(zone)} was given`);
    const verdict = validateKeys(set, { ds, now: above.now });
    return verdict.is === 'secure' ? { value: verdict.keys } : failed(key, verdict);
  });
}

/** Why something does not validate; `unsigned`: no signature came with it. */
interface Trouble {
  readonly is: 'bogus' | 'unsigned';
  readonly why: string;
}

/** The records among these whose sets validate; the first reason why one does not. */
export function validRecords(
  records: readonly WireRecord[],
  types: readonly string[],
  signers: Signers,
): { readonly valid: readonly WireRecord[]; readonly trouble: Trouble | null } {
  const keys: Key[] = [];
  for (const { name, type } of records)
    if (types.includes(type) && !keys.some(known => sameKey(known, { name, type })))
      keys.push({ name, type });
  let trouble: Trouble | null = null;
  const valid: WireRecord[] = [];
  for (const key of keys.slice(0, limits.dnssecDenials)) {
    const set = signedSetIn(records, key);
    const verdict = set === null ? null : validateSet(set, signers);
    if (verdict?.is === 'secure') valid.push(...records.filter(record => sameKey(record, key)));
    else if (verdict !== null) trouble ??= { ...verdict, why: `${keyText(key)}: ${verdict.why}` };
  }
  return { valid, trouble };
}

/** What a parent says about a name: its DS, or null where it is no zone of its own. */
interface Below {
  readonly ds: readonly Ds[] | null;
}

/**
 * A resolver that serves the zone as well, as company servers do, may answer from it what only the zone above
 * can say (RFC 4035 3.1.4.1): its SOA is at the name itself, and nothing follows about the delegation.
 */
const speaksForItself = ({ authority }: Message, { name }: Key): boolean =>
  authority.some(record => record.type === 'SOA' && record.name === name);

/** Why a delegation without DS ends the walk, or not, as the denial proves it. */
function denied(message: Message, key: Key, signers: Signers): Learnt<Below> {
  const { zone } = signers;
  if (speaksForItself(message, key))
    return stop(
      'indeterminate',
      key,
      'the resolver that was asked answers for the zone itself and not for the one above',
    );
  const { valid, trouble } = validRecords(message.authority, ['NSEC', 'NSEC3'], signers);
  if (valid.length === 0 && trouble === null)
    return failed(key, { is: 'unsigned', why: 'nothing shows that there is no DS' });
  if (trouble !== null) return failed(key, trouble);
  const denial = denialOf(valid, zone);
  if (tooManyIterations(denial))
    return stop('insecure', key, `${zoneText(zone)} hashes names more often than validators do`);
  switch (provenAbsent(denial, key.name, 'DS')) {
    case 'delegation':
      return stop('insecure', key, `${zoneText(zone)} delegates it without a DS`);
    case 'opt-out':
      return stop('insecure', key, `${zoneText(zone)} shows no DS, and opts out of proving more`);
    case 'no data':
      return { value: { ds: null } };
    case 'no name':
      return stop('indeterminate', key, `${zoneText(zone)} says that it does not exist`);
    case 'nothing':
      return stop('bogus', key, 'what came does not prove that there is no DS');
  }
}

/** The DS records of a name in the zone above it. */
export function dsBelow(
  above: Above,
  name: Name,
  { zone, keys }: { readonly zone: Name; readonly keys: readonly Dnskey[] },
): Promise<Learnt<Below>> {
  const key: Key = { name, type: 'DS' };
  const signers: Signers = { zone, keys, now: above.now };
  return fromResolvers(above, key, message => {
    const set = signedSetIn(message.answer, key);
    if (set !== null) {
      const verdict = validateSet(set, signers);
      return verdict.is === 'secure'
        ? { value: { ds: set.rdata.map(dsOf) } }
        : failed(key, verdict);
    }
    try {
      return denied(message, key, signers);
    } catch (error) {
      if (!isFault(error, 'MALFORMED')) throw error;
      return stop('bogus', key, error.message);
    }
  });
}
