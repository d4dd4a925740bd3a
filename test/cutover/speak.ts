import { type Instant } from '../../src/clock.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Finding } from '../../src/cutover/finding.ts';
import { waysOut, type HoldReason } from '../../src/cutover/hold.ts';
import { type Difference, type Intent } from '../../src/cutover/intent.ts';
import { type Line } from '../../src/cutover/line.ts';
import { type RRset } from '../../src/dns/rrset.ts';
import { midnight } from './orders.ts';
import { mailLineText } from './speak-mail.ts';

const day = 86_400_000;

/** `06:00:00`, from the second day on `+1d 06:00:00`. */
export function clockText(at: Instant): string {
  const days = Math.floor((at - midnight) / day);
  const time = new Date(at).toISOString().slice(11, 19);
  return days === 0 ? time : `${days > 0 ? '+' : ''}${String(days)}d ${time}`;
}

/** `3600 [10 mx.old.example.]` */
export const value = (rrset: RRset | null): string =>
  rrset === null ? 'nothing' : `${String(rrset.ttl)} [${rrset.rdata.join(' | ')}]`;

export const keyWords = (text: string): string =>
  text.replace(/^example\.org\. /, '@ ').replace('.example.org. ', ' ');

const intentText = ({ id, purpose, changes, by }: Intent): readonly string[] => [
  `${id} ${purpose}${by === null ? '' : ` before ${clockText(by)}`}`,
  ...changes.map(({ before, after }) => {
    const { name, type } = after ?? before ?? { name: '?', type: '?' };
    const what = type === 'TXT' && name.startsWith('_dns-cutover') ? claimWords : canaryOr(name);
    return `   ${keyWords(`${name} ${type}`)}  ${what(before)} => ${what(after)}`;
  }),
];

const canaryOr = (name: string) => (name.startsWith('*._dns-cutover') ? canaryWords : value);

const canaryWords = (rrset: RRset | null): string =>
  rrset === null ? 'nothing' : `canary ${/value=(\w+)/.exec(rrset.rdata.join())?.[1] ?? '?'}`;

const claimWords = (rrset: RRset | null): string =>
  rrset === null ? 'nothing' : `claim of ${/run=(\S+)/.exec(rrset.rdata.join())?.[1] ?? '?'}`;

const difference = (one: Difference): string =>
  `${keyWords(one.key)}: ${one.source} has ${value(one.found)}, expected ${value(one.expected)}`;

const findingText = ({ status, id, subject }: Finding): string =>
  `${status} ${id}${subject === 'example.org.' ? '' : ` ${subject}`}`;

function reasonText(reason: HoldReason): string {
  switch (reason.why) {
    case 'blocked':
      return reason.findings.map(findingText).join(', ');
    case 'zone-changed':
    case 'conflict':
      return reason.differences.map(difference).join('; ');
    case 'claimed':
      return reason.claim;
    case 'write-refused':
      return `${reason.code} ${reason.message}`;
    case 'write-failing':
      return `${String(reason.attempts)} attempts: ${reason.message}`;
    case 'authority-unreachable':
    case 'authority-behind':
    case 'signature':
    case 'dnssec-bogus':
    case 'mx-missing':
      return reason.servers.map(({ server, problem }) => `${server} ${problem}`).join('; ');
    case 'resolvers-cannot-tell':
      return `${percent(reason.ableToTell)} of ${String(reason.total)}${doubt(reason)}`;
    case 'window-missed':
      return `it closed at ${clockText(reason.swapUntil)}`;
    case 'rollback-undelivered':
      return `${reason.message} (asked at ${clockText(reason.since)})`;
  }
}

const doubt = ({ distrust }: { readonly distrust?: { readonly why: string } }): string =>
  distrust === undefined ? '' : `, ${distrust.why}`;
const percent = (share: number | null): string =>
  share === null ? 'nobody can tell' : `${String(Math.round(share * 1000) / 10)} %`;

const because = (reason: string | null): string => (reason === null ? '' : `: ${reason}`);

/** What a line tells, as an operator would write it into a log; the first entry is the line itself. */
export function lineText(line: Line, cutover: Cutover): readonly string[] {
  switch (line.type) {
    case 'cutover.created': {
      const { id, plan, accepted } = line.data;
      const said = accepted.map(one => one.id).join(', ');
      return [
        `${id} created: ${plan.positions.join(' > ')}${said === '' ? '' : `, accepting ${said}`}`,
      ];
    }
    case 'owner.changed':
      return [`owned by ${line.data.owner} (fence ${String(line.data.fence)})`];
    case 'clock.jumped':
      return [`the wall clock jumped by ${String(line.data.byMs / 1000)} s`];
    case 'clock.rebooted':
      return ['the machine was rebooted'];
    case 'stage.entered':
      return [];
    case 'snapshot.taken': {
      const { longest, servers, signed } = line.data.snapshot;
      const also = signed ? ', signed' : '';
      return [
        `snapshot taken at ${String(servers.length)} addresses: longest TTL ${String(longest)} s${also}`,
      ];
    }
    case 'findings.changed':
      return [`findings: ${line.data.findings.map(findingText).join(', ')}`];
    case 'write.intended':
      return intentText(line.data.intent);
    case 'write.confirmed':
      return [`${line.data.intent} confirmed`];
    case 'write.synced':
      return [`the provider's servers have it after ${String(line.data.afterMs / 1000)} s`];
    case 'write.unsynced':
      return [`the provider does not say that its servers have it`];
    case 'write.not-applied':
      return [`${line.data.intent} not applied: ${line.data.code} ${line.data.message}`];
    case 'write.conflict':
      return [`${line.data.intent} conflict: ${line.data.differences.map(difference).join('; ')}`];
    case 'write.unsettled':
      return [`${line.data.intent} given up unsettled`];
    case 'claim.allowed':
      return [`may replace the claim of ${line.data.run}${because(line.data.reason)}`];
    case 'servers.changed':
      return [`the delegation leads elsewhere: ${line.data.why}`];
    case 'ttl.lingers':
      return [`${line.data.server} gives ${line.data.key} a TTL of ${String(line.data.ttl)} s`];
    case 'write.late':
      return [
        `a lost write of ${line.data.key} has landed (position ${String(line.data.position)})`,
      ];
    case 'claim.left':
      return [`claim left in the zone: ${line.data.why}`];
    case 'authority.seen':
      return [
        `servers: ${line.data.standings
          .map(
            ({ server, is, detail }) =>
              `${server.split('.')[0] ?? ''} ${is}${detail === '' ? '' : ` (${keyWords(detail)})`}`,
          )
          .join(', ')}`,
      ];
    case 'ttl.seen':
      return [`longest TTL is now ${String(line.data.ttl)} s, seen at ${line.data.server}`];
    case 'dnssec.validated':
      return [`DNSSEC ${line.data.is} at ${String(line.data.servers)} addresses: ${line.data.why}`];
    case 'authority.agreed':
      return [`everywhere: ${line.data.keys.map(keyWords).join(', ')}`];
    case 'drain.started':
      return [`drain counts from ${clockText(line.data.run.since.wall)}`];
    case 'drain.reset':
      return [`drain reset: ${line.data.why}`];
    case 'drain.extended': {
      const { servers } = line.data;
      return [
        servers.length === 0
          ? 'every server answers again'
          : `silent in the drain: ${servers.join(', ')}`,
      ];
    }
    case 'drain.proven':
      return ['drain proven:', ...line.data.terms.map(term => `   ${term}`)];
    case 'caches.forecast': {
      const { from, p50, p95, worst, resolvers } = line.data;
      const times = [p50, p95, worst].map(seconds => `${String(seconds)} s`).join(', ');
      return [`forecast (${from}) of ${String(resolvers)} resolvers: ${times}`];
    }
    case 'caches.milestone': {
      const { milestone, share, flipped, cold } = line.data;
      return [
        `milestone ${String(milestone)} %: ${percent(share)}, ${String(flipped)} flipped, ${String(cold)} cold`,
      ];
    }
    case 'caches.judged': {
      const { judged, share, unexplained: left } = line.data;
      return [`resolvers ${judged}: ${percent(share)}, ${left} unexplained${doubt(line.data)}`];
    }
    case 'caches.entry': {
      const { resolver, leftMs, outlives } = line.data;
      const end = outlives ? ', outlives the drain' : '';
      return [`${resolver} holds the old set for ${String(leftMs / 1000)} s${end}`];
    }
    case 'caches.propagated': {
      const { why, share, laggards } = line.data;
      const names = laggards?.map(({ resolver, cause }) => `${resolver} (${cause})`).join(', ');
      return [
        `spread by ${why}${share === null ? '' : `: ${percent(share)}`}${names === undefined || names === '' ? '' : `, left ${names}`}`,
      ];
    }
    case 'canary.intended':
      return intentText(line.data.intent);
    case 'canary.confirmed':
      return [`${line.data.intent} confirmed`];
    case 'canary.failed':
      return [`${line.data.intent} not applied: ${line.data.code} ${line.data.message}`];
    case 'canary.conflict':
      return [`${line.data.intent} conflict: ${value(line.data.found)}`];
    case 'canary.measured': {
      const { told, total, floored } = line.data.measured;
      return [`canary measured ${told} of ${total}, ${floored} floors`];
    }
    case 'canary.rehearsed': {
      const { turned, total, p50, p95, worst } = line.data.rehearsed;
      return [`canary rehearsed: ${turned} of ${total} turned, ${p50} s, ${p95} s, ${worst} s`];
    }
    case 'canary.given-up':
      return [`canary given up: ${line.data.why}`];
    case 'canary.left':
      return [`canary left in the zone: ${line.data.why}`];
    case 'window.opened':
      return ['the window is open'];
    case 'window.extended':
      return [
        `the window ends at ${clockText(line.data.swapUntil)} now${because(line.data.reason)}`,
      ];
    case 'approved':
      return [
        `step ${cutover.plan.steps[line.data.step] ?? '?'} approved${because(line.data.reason)}`,
      ];
    case 'approval.lapsed':
      return [`approval lapsed: ${line.data.because}`];
    case 'accepted':
      return [
        `accepted: ${line.data.acceptances.map(one => [one.id, one.subject].filter(part => part !== null).join(' ')).join(', ')}`,
      ];
    case 'paused':
      return [`paused${because(line.data.reason)}`];
    case 'resumed':
      return ['resumed'];
    case 'held': {
      const { reason } = line.data;
      const out = waysOut[reason.why].map(way => way.act).join(', ');
      return [`HELD ${reason.why}: ${reasonText(reason)}`, `   ways out: ${out}`];
    }
    case 'hold.lifted':
      return [`hold lifted by ${line.data.by}${because(line.data.reason)}`];
    case 'rollback.asked': {
      const { target, reason } = line.data;
      return [`rollback to ${cutover.plan.positions[target] ?? '?'}${because(reason)}`];
    }
    case 'rollback.delivered':
      return ['rollback delivered'];
    case 'rollback.phase':
      return [`rollback: ${line.data.phase}`];
    case 'rollback.left':
      return [`left as found: ${line.data.differences.map(difference).join('; ')}`];
    case 'rollback.withdrawn':
      return ['another attempt'];
    case 'confirmed':
      return [`${line.data.what} confirmed by a person${because(line.data.reason)}`];
    case 'mail.judged':
    case 'mail.observed':
    case 'mail.advice':
    case 'mail.advice-over':
      return [mailLineText(line)];
    case 'settling.ended':
      return [`${line.data.act} ${line.data.how}${because(line.data.why)}`];
    case 'retire.due':
      return ['the old host may be retired:', ...line.data.terms.map(term => `   ${term}`)];
    case 'old-host.asked': {
      const { goal, holds, addresses, unresolved } = line.data.look;
      const found = addresses.map(({ address, why }) => `${address} ${why}`);
      const verdict = holds === null ? 'not proven' : holds ? goal : `not ${goal}`;
      return [`old host ${verdict}: ${[...found, ...unresolved.map(one => one.host)].join(', ')}`];
    }
    case 'trouble.seen':
      return [`trouble with ${line.data.effect}: ${line.data.code} ${line.data.message}`];
    case 'trouble.over':
      return [`${line.data.effect} works again`];
    case 'ending':
      return [`ending: ${line.data.outcome}${because(line.data.reason)}`];
    case 'ended':
      return [`ENDED ${line.data.outcome}`];
  }
}
