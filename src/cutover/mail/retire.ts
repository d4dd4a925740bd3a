import { type Now, type Seconds } from '../../clock.ts';
import { displayName, type Name } from '../../dns/name.ts';
import { limits } from '../../limits.ts';
import { sameLook, type OldHostLook } from '../../mail/closed.ts';
import { type Recipient } from '../../mail/conversation.ts';
import { type Cutover } from '../cutover.ts';
import { type Effect } from '../effect.ts';
import { elapsed } from '../elapsed.ts';
import { type Event } from '../event.ts';
import { isNamed, postmasterOf } from './hosts.ts';
import { hostsAt, leftHosts } from './left-hosts.ts';
import { type LineBody } from '../lines.ts';
import { stepPosition } from '../path.ts';
import { type Plan } from '../plan.ts';
import { type Standing } from '../standing.ts';

/** Asking the old host, since its time has come. */
export interface Retire {
  readonly since: Now;
  /** What was told of it last, and when; null: nothing yet. */
  readonly look: OldHostLook | null;
  readonly seen: Now | null;
}

/** Whom to ask what. */
export interface RetireAsking {
  readonly goal: OldHostLook['goal'];
  readonly old: readonly Name[];
  /** Only of forwarding they are asked as well. */
  readonly new: readonly Name[];
  readonly recipients: readonly Recipient[];
}

/** Since when all authoritative addresses have served what the last step wrote; what they serve later is restored. */
export function turnedBy(
  { plan, stage, places, turned }: Cutover,
  standings: readonly Standing[],
  now: Now,
): Now | null {
  const spreads = stage === 'swap' || stage === 'propagate' || stage === 'sweep';
  if (!spreads) return turned;
  // By where the records are: of an attempt that was rolled back the times of its swaps are still known.
  const last = stepPosition(plan.steps.length - 1);
  const out = plan.tracks.every(({ swapped, key }) => !swapped || (places[key] ?? 0) >= last);
  const there = standings.every(({ is }) => is === 'there' || is === 'lacking');
  return there && out ? (turned ?? now) : null;
}

const inHours = (seconds: Seconds): string =>
  seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds} s`;

/** One of the waits before the old host may be retired; the last to end decides. */
export interface RetireWait {
  /** `served`: since every authoritative address has served the new set. */
  readonly from: 'swap' | 'served';
  readonly seconds: Seconds;
  readonly why: string;
}

/**
 * How long mail may still come to the old host: caches that hold the longest TTL there was or raise a low one,
 * those that keep everything for a day, and deliveries under way; and never before what the operator said.
 */
export function retireWaits(
  { ttl, retire }: Plan['policy'],
  { longest, slow }: { readonly longest: Seconds; readonly slow: boolean },
): readonly RetireWait[] {
  const historic = Math.max(longest, ttl.history?.longest ?? 0);
  const held = Math.max(historic, ttl.low, limits.raisedTtlSeconds, limits.stickySeconds);
  return [
    {
      from: 'swap',
      seconds: retire.after,
      why: `retire.after: ${inHours(retire.after)} after the swap`,
    },
    {
      from: 'served',
      seconds: held + limits.inFlightSeconds,
      why: `caches may hold the old set for ${inHours(held)} (the longest TTL that was served, ${historic} s, or a day), and deliveries under way take ${limits.inFlightSeconds / 60} min more`,
    },
    ...(slow
      ? [
          {
            from: 'swap' as const,
            seconds: limits.slowRetireSeconds,
            why: `not enough resolvers had turned when watch.atMost was over: ${inHours(limits.slowRetireSeconds)} after the swap`,
          },
        ]
      : []),
  ];
}

/** The same of a cutover under way, each with the moment that it counts from. */
export const retireTerms = (
  cutover: Cutover,
): readonly (RetireWait & { readonly since: Now })[] => {
  const { plan, swaps, turned, entered, longest, world } = cutover;
  const swapped = swaps.at(-1) ?? entered;
  // Where an address was accepted as it is nobody saw all of them turn: then the wait counts from now on.
  const served = turned ?? entered;
  return retireWaits(plan.policy, { longest, slow: world.spread === 'at-most' }).map(wait => ({
    ...wait,
    since: wait.from === 'swap' ? swapped : served,
  }));
};

const mostRecipients = (list: readonly Recipient[]): readonly Recipient[] =>
  [...new Map(list.map(one => [one.address.toLowerCase(), one])).values()].slice(
    0,
    limits.retireRecipients,
  );

/** Who is asked for: postmaster, and those who lived there. New hosts accept whom the old one had. */
function retireRecipients({ tracks, domain, policy }: Plan): readonly Recipient[] {
  const { retire, mail } = policy;
  if (retire.old === 'forwards')
    return retire.forwards === undefined
      ? []
      : [{ address: retire.forwards.recipient, kind: 'listed' }];
  const owners = tracks
    .filter(track => track.type === 'MX' && isNamed(track))
    .map(({ name }) => name);
  const former = retire.former ?? mail?.recipients ?? [];
  return mostRecipients([
    ...former.map((address): Recipient => ({ address, kind: 'former' })),
    ...(owners.length === 0 ? [domain] : owners).map(postmasterOf),
  ]);
}

/** What the hosts that are left would be asked, whoever asks; null: there is nobody, or nothing, to ask for. */
export function askingOf(plan: Plan): RetireAsking | null {
  const old = leftHosts(plan);
  const recipients = retireRecipients(plan);
  if (old.length === 0 || recipients.length === 0) return null;
  const goal = plan.policy.retire.old === 'forwards' ? 'forwards' : 'refuses';
  return { goal, old, new: goal === 'forwards' ? hostsAt(plan, -1) : [], recipients };
}

/** What the old host is asked in this cutover; null: it is not asked. */
export const retireAsking = (plan: Plan): RetireAsking | null =>
  plan.policy.mail?.ask !== true || plan.policy.retire.old === 'stays' ? null : askingOf(plan);

type End = Extract<LineBody, { type: 'settling.ended' }>;

const ended = (how: End['data']['how'], why: string | null): readonly LineBody[] => [
  { type: 'settling.ended', data: { act: 'old-host', how, why } },
];

/** What ends this act without anybody being asked; null: the old host must be asked. */
function withoutAsking({ plan }: Cutover): readonly LineBody[] | null {
  const { retire, mail } = plan.policy;
  const hosts = leftHosts(plan).map(displayName).join(', ');
  if (retire.old === 'stays')
    return ended(
      'done',
      `declared to stay (retire.old: stays): nothing was asked of ${hosts || 'it'}`,
    );
  if (mail?.ask !== true)
    return ended(
      'skipped',
      'nobody asks mail hosts in this cutover (checks.smtp): verify by hand that the old one refuses mail',
    );
  if (hosts === '') return ended('done', 'no host is left: the new set names all of the old one');
  if (retireAsking(plan) === null)
    return ended(
      'skipped',
      'no test recipient is named (retire.forwards): verify by hand that the old host hands mail on',
    );
  return null;
}

/** How many addresses hold, and how, for the line that ends it. */
function provenBy({ goal, addresses }: OldHostLook): string {
  const places = addresses.map(
    ({ host, address, why }) => `${displayName(host)} ${address} ${why}`,
  );
  const what = goal === 'refuses' ? 'it refuses mail' : 'both sides take the test recipient';
  return `${what}: ${places.join(', ')}`;
}

/** Other domains of its waves still use the old host: nobody is asked to close it before they have left. */
export const waitsForOthers = ({ plan, confirmed }: Cutover): boolean => {
  const { old, shared } = plan.policy.retire;
  return old === 'refuses' && shared === true && !confirmed.includes('others-moved');
};

/** Retiring the old host, as it follows from the state: its time, what was found, and its end. */
export function retireLines(cutover: Cutover, event: Event, now: Now): readonly LineBody[] {
  const { settling, confirmed, retire, plan } = cutover;
  if (settling['old-host'] !== 'waiting') return [];
  const look = retire?.look ?? null;
  if (confirmed.includes('old-host')) {
    const arrived = look?.goal === 'forwards' && look.holds === true;
    return arrived
      ? ended('done', `${provenBy(look)}; a person confirmed that what is sent there arrives`)
      : ended('waived', null);
  }
  if (waitsForOthers(cutover)) return [];
  const done = withoutAsking(cutover);
  if (done !== null) return done;
  if (retire === null) {
    const terms = plan.policy.retire.old === 'forwards' ? [] : retireTerms(cutover);
    const over = terms.every(({ since, seconds }) => elapsed(since, now).ms >= seconds * 1000);
    if (!over) return [];
    return [{ type: 'retire.due', data: { terms: terms.map(({ why }) => why), now } }];
  }
  const again = event.type === 'old-host' && event.look.holds === true;
  if (!again || look?.goal !== 'refuses' || look.holds !== true || retire.seen === null) return [];
  // Two looks, so far apart that no restart of a server is taken for its end.
  return elapsed(retire.seen, now).ms >= limits.retireProofMs ? ended('done', provenBy(look)) : [];
}

/** A look at the hosts that are left, told when it is not what was told before. */
export function oldHostLines(
  { retire, stage }: Cutover,
  look: OldHostLook,
  now: Now,
): readonly LineBody[] {
  if (retire === null || stage !== 'settle') return [];
  if (retire.look !== null && sameLook(retire.look, look)) return [];
  return [{ type: 'old-host.asked', data: { look, now } }];
}

/** Asks from its time on until it holds, or somebody waives it. */
export function retireEffects(cutover: Cutover): readonly Effect[] {
  const { settling, retire, plan } = cutover;
  const asking = retireAsking(plan);
  if (settling['old-host'] !== 'waiting' || retire === null || asking === null) return [];
  const forwards = asking.goal === 'forwards';
  const everyMs = forwards ? limits.forwardEveryMs : limits.retireEveryMs;
  const { goal, old, recipients } = asking;
  const key = ['retire', goal, ...old, ...recipients.map(({ address }) => address)].join(':');
  return [{ key, do: 'retire', everyMs, ...asking }];
}
