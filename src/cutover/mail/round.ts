import { type Name } from '../../dns/name.ts';
import { type AddressSeen, type ProbeRound, type Reception } from '../../mail/probe.ts';
import { type MailHosts } from './hosts.ts';

/**
 * What a host makes of mail for the domain, over all its addresses. `refuses`: it does not know the domain, at
 * one address at least; `partly`: at one address and not at another. `down`: nobody takes anything. `bounces`:
 * some other permanent refusal. `greylists` is good news that takes its time. `cannot-tell` says nothing.
 */
export type HostIs =
  | 'accepts'
  | 'greylists'
  | 'defers'
  | 'refuses'
  | 'partly'
  | 'down'
  | 'bounces'
  | 'cannot-tell';

export interface HostSeen {
  readonly host: Name;
  readonly is: HostIs;
  /** The words of the server that decided, cleaned and bounded where they were read. */
  readonly said: string;
}

/** What one look says, as far as a rule needs it. */
export interface RoundSeen {
  /** Those that get the mail. */
  readonly taking: readonly HostSeen[];
  /** Those that a rollback leads to. */
  readonly former: readonly HostSeen[];
  /** A third host was talked to in the same round: this place reaches strangers. */
  readonly witness: boolean;
  /** Port 25 does not get out of this place, or nobody at all was reached. */
  readonly blind: boolean;
  readonly sts: ProbeRound['sts'];
  /** New hosts whose TLSA does not fit what they present; left out: none, or nobody looked. */
  readonly dane?: readonly Name[];
  /** New hosts whose certificate has expired. */
  readonly expired: readonly Name[];
  /** Recipients that the new hosts were asked for and gave a final answer about. */
  readonly sample: { readonly asked: number; readonly accepted: number };
  /** Addresses of new hosts that were talked to, and those that said 4xx without being a greylist. */
  readonly tried: { readonly asked: number; readonly deferred: number };
  /** Where both sides serve the domain: who does not take mail for somebody on either side. */
  readonly together?: string;
}

/** What follows from an answer; the domain is known where only a recipient is not. */
const meaning: Record<Reception, HostIs> = {
  accepts: 'accepts',
  'unknown-recipient': 'accepts',
  'not-provisioned': 'refuses',
  'no-licence': 'refuses',
  'wrong-region': 'refuses',
  'greeting-refuses': 'down',
  closed: 'down',
  silent: 'down',
  refuses: 'bounces',
  loops: 'bounces',
  greylists: 'greylists',
  defers: 'defers',
  'blocks-us': 'cannot-tell',
  'locked-to-gateway': 'cannot-tell',
  'needs-tls': 'cannot-tell',
  'cannot-tell': 'cannot-tell',
};

/** Answers that show that a host was talked to, whatever it said. */
const reached: readonly Reception[] = [
  'accepts',
  'unknown-recipient',
  'not-provisioned',
  'no-licence',
  'wrong-region',
  'refuses',
  'loops',
  'greylists',
  'defers',
  'locked-to-gateway',
  'needs-tls',
];

/** The silence of an address over IPv6 shows nothing where nobody was heard over IPv6; as little over IPv4. */
const isFamilyHeard = ({ address }: AddressSeen, { seen }: ProbeRound): boolean =>
  seen.some(one => talkedTo(one) && one.address.includes(':') === address.includes(':'));

/** Somebody is there, who does not want to hear this place. */
const shutOut: readonly Reception[] = ['blocks-us', 'locked-to-gateway', 'needs-tls'];

/**
 * Senders try every address of a host, so one that is silent beside one that accepts costs time only; but a 5xx
 * at one address is final for every sender that came to it. Where this place alone is shut out over IPv4, by which
 * most senders come, or nobody knows the addresses of that, the silence of another does not make the host one that
 * is gone.
 */
function hostSeen(host: Name, round: ProbeRound): HostSeen {
  const seen = round.seen
    .filter(one => one.host === host && one.role !== 'witness')
    .filter(one => one.reception !== 'silent' || isFamilyHeard(one, round));
  const means = seen.map(({ reception }) => meaning[reception]);
  const order: readonly HostIs[] = ['refuses', 'accepts', 'greylists', 'defers', 'bounces', 'down'];
  const found = order.find(one => means.includes(one)) ?? 'cannot-tell';
  const four = seen.filter(({ address }) => !address.includes(':'));
  const mayBeThere =
    (four.length === 0 ? seen : four).some(({ reception }) => shutOut.includes(reception)) ||
    (four.length === 0 && round.unresolved.some(one => one.host === host));
  const is = found === 'down' && mayBeThere ? 'cannot-tell' : found;
  const said = seen.find(({ reception }) => meaning[reception] === is)?.said ?? '';
  const partly = is === 'refuses' && means.some(one => one === 'accepts' || one === 'greylists');
  return { host, is: partly ? 'partly' : is, said };
}

const talkedTo = ({ reception }: AddressSeen): boolean => reached.includes(reception);

function sampleOf(seen: readonly AddressSeen[]): RoundSeen['sample'] {
  const answers = seen
    .flatMap(({ recipients }) => recipients)
    .filter(({ reception }) => ['accepts', 'unknown-recipient'].includes(reception));
  const accepted = answers.filter(({ reception }) => reception === 'accepts').length;
  return { asked: answers.length, accepted };
}

/** What a round shows. Where nobody at all was reached, the place is blind, not the world dark. */
export function roundSeen({ taking, former }: MailHosts, round: ProbeRound): RoundSeen {
  const blind = round.egress === 'blocked' || !round.seen.some(talkedTo);
  const one = (host: Name): HostSeen => {
    const seen = hostSeen(host, round);
    return blind && seen.is === 'down' ? { ...seen, is: 'cannot-tell' } : seen;
  };
  // Whoever gets the mail, or is to get it back, is no third host.
  const isAParty = (host: Name): boolean => taking.includes(host) || former.includes(host);
  const fresh = round.seen.filter(({ host, role }) => taking.includes(host) && role !== 'witness');
  const tried = fresh.filter(talkedTo);
  return {
    taking: taking.map(one),
    former: former.map(one),
    witness: round.seen.some(
      seen => seen.role === 'witness' && !isAParty(seen.host) && talkedTo(seen),
    ),
    blind,
    sts: round.sts,
    ...(round.dane !== undefined && round.dane.length > 0 && { dane: round.dane }),
    expired: [...new Set(fresh.filter(({ tls }) => tls === 'expired').map(({ host }) => host))],
    sample: sampleOf(fresh),
    tried: {
      asked: tried.length,
      deferred: tried.filter(({ reception }) => reception === 'defers').length,
    },
  };
}

/** No host of the best preference takes mail for the domain: senders bounce, or wait. */
export const isDown = ({ taking }: RoundSeen): boolean =>
  taking.length > 0 && taking.every(({ is }) => is === 'down' || is === 'refuses');

/** Hosts that refuse the domain, at one address at least. */
export const refusing = ({ taking }: RoundSeen): readonly HostSeen[] =>
  taking.filter(({ is }) => is === 'refuses' || is === 'partly');

/** Would mail be taken where a rollback leads to? Null: nobody can tell from there. */
export function formerAccepts({ former }: RoundSeen): boolean | null {
  if (former.length === 0) return false;
  if (former.some(({ is }) => is === 'refuses' || is === 'partly' || is === 'bounces'))
    return false;
  if (former.some(({ is }) => is === 'accepts')) return true;
  return former.every(({ is }) => is === 'down') ? false : null;
}

/** One place is evidence enough when it shows in the same round that it can judge. */
export const proves = (round: RoundSeen): boolean =>
  !round.blind && round.witness && formerAccepts(round) === true;

/** What makes a round worth a line: greylists come and go, and the words of a server differ each time. */
export const outline = (round: RoundSeen): string => {
  const { taking, former, blind, sts, expired, sample, together = null, dane = [] } = round;
  const coarse = ({ host, is }: HostSeen) => [host, is === 'greylists' ? 'accepts' : is];
  return JSON.stringify([
    taking.map(coarse),
    former.map(coarse),
    blind,
    sts,
    expired,
    sample,
    together,
    dane,
  ]);
};
