import { type Change } from '../dns/change.ts';
import { keyOf, keyText, sameData } from '../dns/rrset.ts';
import { type Laggard } from '../cutover/news.ts';
import { type LineBody, type LineType } from '../cutover/lines.ts';
import { canarySentences } from './canary/text.ts';
import { dnssecText } from './status/dnssec.ts';
import { differenceText, reasonOf, valueText } from './hold.ts';
import { purposes } from './next.ts';
import { mailSentences } from './mail/text.ts';
import { retireSentences } from './mail/retire-text.ts';
import { count, durationText, timeText } from './words.ts';
import { expectedView, groundsText } from './world/expected.ts';

/** The data of each kind of line, by its type. */
export type DataOf = { [Body in LineBody as Body['type']]: Body['data'] };

/** `example.org. MX: 10 mail.example.org. (TTL 3600) -> nothing`; only the TTLs where only they change. */
export function changeText({ before, after }: Change): string {
  const rrset = after ?? before;
  if (rrset === null) return 'nothing';
  const key = keyText(keyOf(rrset));
  if (before !== null && after !== null && sameData(before, after))
    return `${key}: TTL ${before.ttl} -> ${after.ttl} (${after.rdata.join(' | ')})`;
  return `${key}: ${valueText(before)} -> ${valueText(after)}`;
}

const because = (reason: string | null): string => (reason === null ? '' : `: ${reason}`);

const lifted: Record<DataOf['hold.lifted']['by'], string> = {
  'cause gone': 'its cause is gone',
  retry: 'somebody tries again',
  accept: 'what was found was accepted',
  rollback: 'a rollback was asked for',
  'take-claim': 'the claim of a dead run may be replaced',
  confirm: 'what was held for is waived',
  abandon: 'the cutover is abandoned',
};

const settling: Record<DataOf['settling.ended']['act'], string> = {
  'restore-ttl': 'restoring the TTL',
  afterwards: 'the records for afterwards',
  'old-host': 'retiring the old host',
};

const phases: Record<DataOf['rollback.phase']['phase'], string> = {
  others: 'the other records of the step follow',
  settling: 'waiting before the exact snapshot is restored',
  restoring: 'the exact snapshot is being restored',
};

const there = (data: DataOf['authority.seen']): string => {
  const rest = data.standings.filter(({ is }) => is !== 'there' && is !== 'lacking');
  const total = data.standings.filter(({ is }) => is !== 'lacking').length;
  const names = rest.map(({ server, is, detail }) => `${server} is ${is} (${detail})`);
  const head = `${total - rest.length} of ${total} authoritative addresses show what was written`;
  return names.length === 0 ? head : `${head}; ${names.join('; ')}`;
};

const percentText = (share: number): string => `${Math.floor(share * 1000 + 1e-6) / 10} %`;

const propagated: Record<DataOf['caches.propagated']['why'], string> = {
  target: 'the share that was aimed at is reached, and nobody is unexplained',
  'at-most': 'the longest wait is over',
  bound: 'there was no resolver to ask; the authoritative servers and the bound decided',
};

const laggardsText = (laggards: readonly Laggard[]): string =>
  `not new: ${laggards.map(({ resolver, cause }) => `${resolver} (${cause})`).join(', ')}`;

function judged(data: DataOf['caches.judged']): string {
  const { judged: is, share, ableToTell, unexplained, total, distrust } = data;
  if (is === 'cannot-tell' && distrust !== undefined)
    return `no share can be shown: ${distrust.why}`;
  const turned = share === null ? 'nobody can tell' : `${percentText(share)} are new`;
  switch (is) {
    case 'ready':
      return `enough resolvers have turned: ${turned}, nobody is unexplained`;
    case 'waiting':
      return `waiting for resolvers, some not heard or not new: ${turned}, ${unexplained} unexplained`;
    case 'cannot-tell':
      return `too few of ${count(total, 'resolver')} can tell: ${percentText(ableToTell ?? 0)} of their weight`;
    case 'nobody':
      return 'there is no resolver to ask: the authoritative servers and the bound decide';
  }
}

/** Where the provider compares first and writes then, it is said how long an edit could have slipped in. */
const windowText = (ms: number | undefined): string =>
  ms === undefined
    ? ''
    : `; for ${(ms / 1000).toFixed(1)} s between look and answer an edit of others would have been overwritten`;

/** What each kind of line says, in one sentence. `zone`: the time zone for the times in it. */
const tellers: {
  readonly [Type in LineType]: (data: DataOf[Type], zone: string) => string;
} = {
  'cutover.created': ({ plan, reason }) =>
    `cutover of ${plan.domain} started with plan ${plan.hash}${because(reason)}`,
  'owner.changed': ({ owner, fence }) => `controller ${owner} runs it now (fence ${fence})`,
  'clock.jumped': ({ byMs }) =>
    `the wall clock was set ${byMs < 0 ? 'back' : 'forward'} by ${durationText(Math.abs(byMs))}`,
  'clock.rebooted': () =>
    'the machine was rebooted: time before it is judged by the wall clock alone',
  'stage.entered': ({ stage, step }) =>
    `stage ${stage}${stage === 'gate' || stage === 'swap' || stage === 'propagate' ? ` of step ${step + 1}` : ''}`,
  'snapshot.taken': ({ snapshot }) =>
    `snapshot of ${count(Object.keys(snapshot.hosted).length, 'RRset')} from ${count(snapshot.servers.length, 'authoritative server address', 'es')}; longest TTL seen ${snapshot.longest} s; digest ${snapshot.digest.slice(0, 16)}`,
  'findings.changed': ({ findings }) => {
    const number = (status: string) => findings.filter(one => one.status === status).length;
    return `checks: ${number('pass')} passed, ${number('fail')} failed, ${number('warn')} warn, ${number('could-not-test')} could not be tested`;
  },
  'write.intended': ({ intent }) =>
    `${intent.id} writes ${purposes[intent.purpose]}: ${intent.changes.map(changeText).join('; ')}`,
  'write.confirmed': ({ intent, receipt }) =>
    `${intent} is confirmed: read back as it was written${windowText(receipt?.windowMs)}`,
  'write.synced': ({ afterMs }) =>
    `the provider reports that all its servers have the write, ${durationText(afterMs)} after it was confirmed`,
  'write.unsynced': ({ afterMs }) =>
    `the provider has not reported for ${durationText(afterMs)} that its servers have the write; what they serve decides`,
  'write.not-applied': ({ intent, code, message }) =>
    // Given up is no failure, and a code in capitals would read like one.
    `${intent} took no effect${code === 'ABORTED' ? '' : ` (${code})`}: ${message}`,
  'write.conflict': ({ intent, differences }) =>
    `${intent} was not made, somebody else had changed the zone: ${differences.map(differenceText).join('; ')}`,
  'write.unsettled': ({ intent }) =>
    `${intent} is left open: nobody will find out whether it took effect`,
  'claim.allowed': ({ run, reason }) => `the claim of run ${run} may be replaced: ${reason}`,
  'claim.left': ({ why }) => `the claim stays in the zone: ${why}`,
  'authority.seen': there,
  'ttl.seen': ({ server, key, ttl }) =>
    `${server} serves ${key} with a TTL of ${ttl} s, longer than any before: the drain counts it`,
  'dnssec.validated': ({ is, at, why, servers }) =>
    `DNSSEC: ${dnssecText({ is, subject: at, why, servers })}`,
  'authority.agreed': ({ keys }) => `every authoritative address shows ${keys.join(', ')}`,
  'drain.started': ({ run }, zone) =>
    `every authoritative address shows the low TTL since ${timeText(run.since.wall, zone)}: the drain begins`,
  'servers.changed': ({ why, servers }) =>
    `the delegation leads elsewhere: ${why}; ${count(servers.length, 'address', 'es')} now`,
  'ttl.lingers': ({ server, key, ttl }) =>
    `${server} gives ${key} a TTL of ${ttl} s: the next step waits until it has drained`,
  'write.late': ({ key, position }) =>
    `a write of ${key} that was taken for lost has landed after all (position ${position})`,
  'drain.reset': ({ why }) => `the drain begins anew: ${why}`,
  'drain.extended': ({ servers }) =>
    servers.length === 0
      ? 'every server answers again; the drain is extended'
      : `the drain is extended, silent: ${servers.join(', ')}`,
  'drain.proven': ({ terms }) =>
    `no honest cache can hold the old TTL any more: ${terms.join('; ')}`,
  'caches.forecast': ({ from, p50, p95, worst, resolvers, now, ...more }) => {
    const grounds = groundsText(expectedView({ p50, p95, worst, ...more }), now.wall);
    return `forecast from ${from === 'baseline' ? 'before the swap' : 'the first answers'} of ${count(resolvers, 'resolver')}: once every authoritative server has turned, half in ${durationText(p50 * 1000)}, 95 % in ${durationText(p95 * 1000)}, all in ${durationText(worst * 1000)}${grounds === '' ? '' : `; ${grounds}`}`;
  },
  // A rollback spreads, too, and the line does not tell which of the two it is.
  'caches.milestone': ({ milestone, flipped, cold }) =>
    `${milestone} % of the resolvers that can tell, by estimated weight, give the set that is spreading: ${flipped + cold} of them`,
  'caches.judged': judged,
  'caches.entry': ({ resolver, leftMs, outlives }) =>
    `${resolver} holds the old set for ${durationText(leftMs)} more: ${outlives ? 'the drain waits, but not for all of that' : 'the drain is extended'}`,
  'caches.propagated': ({ why, share, laggards }) => {
    const rest = laggards === null || laggards.length === 0 ? '' : `; ${laggardsText(laggards)}`;
    return `spread: ${propagated[why]}${share === null ? '' : `, ${percentText(share)} of the resolvers are new`}${rest}`;
  },
  ...canarySentences,
  ...retireSentences,
  ...mailSentences,
  'window.opened': ({ swapUntil }, zone) =>
    swapUntil === null
      ? 'the window for the swap is open'
      : `the window for the swap is open until ${timeText(swapUntil, zone)}`,
  'window.extended': ({ swapUntil, reason }, zone) =>
    `a new window for the swap, until ${timeText(swapUntil, zone)}${because(reason)}`,
  'rollback.withdrawn': ({ reason }) => `back to the gate from the rollback${because(reason)}`,
  approved: ({ step, planHash, digest, attested, reason }) => {
    const ticked = attested.length === 0 ? '' : `, ${count(attested.length, 'sentence')} confirmed`;
    return `step ${step + 1} of plan ${planHash} approved for findings ${digest}${ticked}${because(reason)}`;
  },
  'approval.lapsed': ({ because: why }) => `the approval no longer holds: ${why}`,
  accepted: ({ acceptances }) =>
    acceptances
      .map(
        ({ id, subject, reason }) =>
          `${id}${subject === null ? '' : ` about ${subject}`} accepted: ${reason}`,
      )
      .join('; '),
  paused: ({ reason }) => `paused${because(reason)}`,
  resumed: ({ reason }) => `resumed${because(reason)}`,
  held: ({ reason }, zone) => {
    const { sentence, seen } = reasonOf(reason, zone);
    return `HELD: ${sentence} ${seen.join('; ')}`;
  },
  'hold.lifted': ({ by, reason }) => `the hold is over, ${lifted[by]}${because(reason)}`,
  'rollback.asked': ({ to, automatic, reason }) =>
    automatic === true
      ? `ROLLED BACK BY ITSELF, by one step${because(reason)}`
      : `rollback ${to === 'snapshot' ? 'to the snapshot' : 'by one step'} asked for${because(reason)}`,
  'rollback.delivered': () => 'the MX is back',
  'rollback.phase': ({ phase }) => `rollback: ${phases[phase]}`,
  'rollback.left': ({ differences }) =>
    `left as somebody else made it: ${differences.map(differenceText).join('; ')}`,
  confirmed: ({ what, reason }) =>
    `${what === 'mail-swept' ? 'the last sweep of the old host is confirmed' : what === 'others-moved' ? 'no other domain uses the old host any more' : `${settling[what]} is waived`}${because(reason)}`,
  'settling.ended': ({ act, how, why }) => `${settling[act]}: ${how}${because(why)}`,
  'trouble.seen': ({ effect, code, message }) => `trouble with ${effect} (${code}): ${message}`,
  'trouble.over': ({ effect }) => `no more trouble with ${effect}`,
  ending: ({ outcome, reason }) => `it ends as ${outcome} once its claim is gone${because(reason)}`,
  ended: ({ outcome }) => `ended: ${outcome}`,
};

/** Every type of line that there is. */
export const lineTypes = Object.keys(tellers) as LineType[];

/** A line of the journal in one sentence, not yet made printable. */
export function lineText<Type extends LineType>(
  line: { readonly type: Type; readonly data: DataOf[Type] },
  zone: string,
): string {
  return tellers[line.type](line.data, zone);
}
