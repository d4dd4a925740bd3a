import { type Recipient } from '../../mail/conversation.ts';
import { type HostRole } from '../../mail/probe.ts';
import { domainOf } from '../../mail/probed.ts';
import { parseMx } from '../../dns/mx.ts';
import { displayName, ROOT, type Name } from '../../dns/name.ts';
import { type RRset } from '../../dns/rrset.ts';
import { type Cutover } from '../cutover.ts';
import { LOW, stepPosition, valueAt, type Track } from '../path.ts';
import { type Plan } from '../plan.ts';

/** The hosts that decide what a swap that is out means for mail. */
export interface MailHosts {
  /** The step whose set is out, 0-based. */
  readonly step: number;
  /** Hosts of the best preference of the set that is out: they get the mail (RFC 5321 5.1). */
  readonly taking: readonly Name[];
  /** Hosts that a rollback of this step would lead to, and that are not among the others. */
  readonly former: readonly Name[];
  /** Everybody to be asked, each once. */
  readonly asked: readonly { readonly host: Name; readonly role: HostRole }[];
}

const exchanges = (value: RRset | null): readonly { preference: number; exchange: Name }[] =>
  (value?.rdata ?? []).map(parseMx).filter(({ exchange }) => exchange !== ROOT);

const namesOf = (value: RRset | null): readonly Name[] => [
  ...new Set(exchanges(value).map(({ exchange }) => exchange)),
];

const movedMx = ({ tracks }: Pick<Plan, 'tracks'>): readonly Track[] =>
  tracks.filter(({ type, swapped }) => type === 'MX' && swapped);

/** Which names below a wildcard get mail nobody knows, and the wildcard itself gets none. */
export const isNamed = ({ name }: Pick<Track, 'name'>): boolean => !name.startsWith('*.');

/** The MX that moves: that of the domain, where several do. */
export const mxTrack = (plan: Plan): Track | null => {
  const moved = movedMx(plan);
  return moved.find(({ name }) => name === plan.domain) ?? moved.find(isNamed) ?? moved[0] ?? null;
};

/** The step whose new set the provider holds, or held until a rollback; null: none is out. */
function stepOut({ stage, step, places, swaps, plan }: Cutover, track: Track): number | null {
  if (stage === 'rollback') return swaps[step] === undefined ? null : step;
  const spreads = ['gate', 'swap', 'propagate', 'sweep'].includes(stage);
  const place = places[track.key] ?? 0;
  if (!spreads || place <= LOW) return null;
  return Math.min(place - stepPosition(0), plan.steps.length - 1);
}

/** What is to be asked of whom now; null: no swap is out, or nobody takes mail for the domain. */
export function mailHosts(cutover: Cutover): MailHosts | null {
  const track = mxTrack(cutover.plan);
  const step = track === null ? null : stepOut(cutover, track);
  if (track === null || step === null) return null;
  const position = stepPosition(step);
  const out = valueAt(track, position);
  const best = Math.min(...exchanges(out).map(({ preference }) => preference));
  const taking = exchanges(out)
    .filter(({ preference }) => preference === best)
    .map(({ exchange }) => exchange);
  if (taking.length === 0) return null;
  const before = namesOf(valueAt(track, step === 0 ? LOW : position - 1));
  return {
    step,
    taking: [...new Set(taking)],
    former: before.filter(host => !taking.includes(host)),
    asked: [
      ...namesOf(out)
        .filter(host => !before.includes(host))
        .map(host => ({ host, role: 'new' }) as const),
      ...before.map(host => ({ host, role: 'old' }) as const),
    ],
  };
}

/** The names whose MX moves, wildcards apart; where that is nobody the domain. */
export function movedOwners(plan: Pick<Plan, 'tracks' | 'domain'>): readonly Name[] {
  const named = movedMx(plan).filter(isNamed);
  return named.length === 0 ? [plan.domain] : named.map(({ name }) => name);
}

/** The one of them whose hosts are looked at after the swap. */
export function watchedOwner(plan: Plan): Name {
  const owners = movedOwners(plan);
  return owners.find(name => name === plan.domain) ?? owners[0] ?? plan.domain;
}

export const postmasterOf = (name: Name): Recipient => ({
  address: `postmaster@${displayName(name)}`,
  kind: 'postmaster',
});

/**
 * Whom the hosts are asked for: postmaster, who must exist (RFC 5321 4.5.1), and those of the configuration, but
 * for those of a name that moves and is not among these: its hosts may be others.
 */
export function mailRecipients(plan: Plan, owners: readonly Name[]): readonly Recipient[] {
  const elsewhere = movedOwners(plan).filter(name => !owners.includes(name));
  const listed = (plan.policy.mail?.recipients ?? []).filter(
    address => !elsewhere.includes(domainOf({ address })),
  );
  return [
    ...owners.map(postmasterOf),
    ...listed.map((address): Recipient => ({ address, kind: 'listed' })),
  ];
}
