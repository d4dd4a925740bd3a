import { isAddress } from '../dns/address.ts';
import { whyNotPublic } from '../dns/askable.ts';
import { type Inquire } from '../dns/inquiry.ts';
import { displayName } from '../dns/name.ts';
import { limits } from '../limits.ts';
import { type ProbeTarget } from '../mail/probed.ts';

/** The addresses of a host that may be talked to. */
export interface Placed {
  readonly target: ProbeTarget;
  readonly addresses: readonly string[];
  /** Why there is nobody to ask, or somebody less; null: all is known. */
  readonly why: string | null;
}

async function lookedUp(
  { host, address }: ProbeTarget,
  inquire: Inquire,
): Promise<Omit<Placed, 'target'>> {
  const literal = address ?? displayName(host);
  if (isAddress(literal)) return { addresses: [literal], why: null };
  const said = await Promise.all((['A', 'AAAA'] as const).map(type => inquire(host, type)));
  const addresses = said.flatMap(one =>
    one.is === 'found' ? one.rdata.slice(0, limits.probeAddresses) : [],
  );
  const unanswered = said.flatMap(one => (one.is === 'unanswered' ? [one.why] : []));
  if (unanswered.length > 0)
    return {
      addresses,
      why: `its addresses could not be looked up: ${[...new Set(unanswered)].join('; ')}`,
    };
  return { addresses, why: addresses.length === 0 ? 'it has no address' : null };
}

/**
 * Where a host can be talked to, over IPv4 and IPv6. Private addresses are nobody that senders could reach,
 * and a name of a stranger must not lead us into a network of our own.
 */
export async function placesOf(
  target: ProbeTarget,
  { inquire, allowPrivate }: { readonly inquire: Inquire; readonly allowPrivate: boolean },
): Promise<Placed> {
  const { addresses, why } = await lookedUp(target, inquire);
  const barred = allowPrivate ? [] : addresses.filter(one => whyNotPublic(one) !== null);
  const reasons = [
    ...(why === null ? [] : [why]),
    ...barred.map(
      one => `${one} is not asked: it is ${whyNotPublic(one) ?? ''} (checks.smtp.allowPrivate)`,
    ),
  ];
  return {
    target,
    addresses: addresses.filter(one => !barred.includes(one)),
    why: reasons.length === 0 ? null : reasons.join('; '),
  };
}
