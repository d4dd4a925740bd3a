import { type Now } from '../../clock.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { wallAfter } from '../../cutover/elapsed.ts';
import { mailHosts } from '../../cutover/mail/hosts.ts';
import { type HostIs, type HostSeen } from '../../cutover/mail/round.ts';
import { brewingOf, forbidden, momentOf, type Brewing } from '../../cutover/mail/rules.ts';
import { displayName } from '../../dns/name.ts';
import { hostText } from './text.ts';
import { isoText } from '../words.ts';

/** New hosts that take no mail at this moment, before and after anything follows from it. */
export interface MailTrouble {
  /** `refused`: the domain, which they accepted before; `down`: none of the best preference takes any. */
  readonly is: 'refused' | 'down';
  readonly hosts: readonly string[];
  /** What the first of them said; empty: nothing. */
  readonly said: string;
  /** Null: nobody looks at this moment; it was so when somebody did. */
  readonly since: string | null;
  /** It lasted so long that it was rolled back by itself, or a person was told. */
  readonly lasts: boolean;
  /** When it is rolled back by itself, at the soonest, if that lasts; null: a person has to decide. */
  readonly backAt: string | null;
}

const bad: Readonly<Record<MailTrouble['is'], readonly HostIs[]>> = {
  refused: ['refuses', 'partly'],
  down: ['down', 'refuses'],
};

interface Found {
  readonly brewing: Brewing;
  readonly is: MailTrouble['is'];
  readonly hosts: readonly HostSeen[];
  /** Nothing speaks against rolling back by itself. */
  readonly automatic: boolean;
}

function found(cutover: Cutover, now: Now): Found | null {
  const { mail, plan, stage, outcome, ending } = cutover;
  if (plan.policy.mail?.ask !== true || stage === 'rollback') return null;
  const hosts = outcome === null && ending === null ? mailHosts(cutover) : null;
  const brewing = hosts === null ? null : brewingOf(mail, momentOf(cutover, now));
  if (hosts === null || brewing === null) return null;
  const is = brewing.rule === 'new-host-down' ? 'down' : 'refused';
  const taking = mail.vantages[brewing.vantage]?.round.taking ?? [];
  return {
    ...{ brewing, is, hosts: taking.filter(one => bad[is].includes(one.is)) },
    automatic: brewing.because === null && forbidden(cutover, hosts, now) === null,
  };
}

/** What a person was told, and nobody took back. */
function told({ mail, stage, outcome }: Cutover): MailTrouble | null {
  const { 'acceptance-lost': lost, 'new-host-down': down } = mail.advice;
  const none = lost === undefined && down === undefined;
  if (none || outcome !== null || stage === 'rollback') return null;
  const is = lost === undefined ? 'down' : 'refused';
  return { is, hosts: [], said: '', since: null, lasts: true, backAt: null };
}

/** Null: nothing is wrong with them now, as far as anybody saw. */
export function mailTrouble(cutover: Cutover, now: Now): MailTrouble | null {
  const seen = found(cutover, now);
  if (seen === null) return told(cutover);
  const { brewing, is, hosts, automatic } = seen;
  const ripe = wallAfter(brewing.since, brewing.ripeMs, cutover.clock);
  return {
    ...{ is, hosts: hosts.map(({ host }) => displayName(host)), said: hosts[0]?.said ?? '' },
    ...{ since: isoText(brewing.since.wall), lasts: brewing.lasts || told(cutover) !== null },
    backAt: automatic ? isoText(ripe) : null,
  };
}

/** The same in a sentence, with the moment when it becomes more than that; null: nothing is wrong, or it lasts. */
export function brewingNext(
  cutover: Cutover,
  now: Now,
): { readonly what: string; readonly at: number } | null {
  const seen = found(cutover, now);
  if (seen === null || seen.brewing.lasts) return null;
  const { brewing, hosts, automatic } = seen;
  const follows = automatic ? 'it is rolled back by itself' : 'a person has to decide';
  return {
    what: `The new host ${hosts.map(hostText).join('; the new host ')}. If that lasts, ${follows}.`,
    at: wallAfter(brewing.since, brewing.ripeMs, cutover.clock),
  };
}
