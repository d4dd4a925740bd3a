import { type Cutover } from '../../cutover/cutover.ts';
import { hostsAt, leftHosts } from '../../cutover/mail/left-hosts.ts';
import { type Entry } from '../../cutover/line.ts';
import { SNAPSHOT, stepPosition } from '../../cutover/path.ts';
import { displayName, isWithin, type Name } from '../../dns/name.ts';
import { parseMx } from '../../dns/mx.ts';
import { presetOf } from '../../mail/presets/presets.ts';
import { adviceText, mailSentences } from '../mail/text.ts';
import { positionOf } from '../position.ts';
import { strandedAt } from '../rolled-back.ts';
import { oldHostView, type OldHostView } from '../mail/status.ts';
import { afterClosing, localDelivery, otherDomains, retireSentences } from '../mail/retire-text.ts';
import { isoText } from '../words.ts';

/** One side of the move, for whoever has to know later. */
export interface Side {
  readonly hosts: readonly string[];
  /** Who runs them, where their names tell. */
  readonly provider: string | null;
}

/** What became of mail; null where no MX moved. Additive changes only. */
export interface MailReport {
  readonly from: Side;
  readonly to: Side;
  /** False: nobody asked any mail host. */
  readonly asked: boolean;
  /** What was told of the mail hosts, in order. */
  readonly probes: readonly { readonly at: string; readonly what: string }[];
  readonly advice: readonly {
    readonly at: string;
    readonly what: string;
    /** Null: it lasted to the end. */
    readonly until: string | null;
  }[];
  /** What somebody counted. */
  readonly observed: readonly { readonly at: string; readonly what: string }[];
  /** Why it was rolled back by itself; null: it was not. */
  readonly rolledBack: string | null;
  readonly sweep: {
    readonly at: string;
    readonly by: string;
    readonly reason: string | null;
  } | null;
  /** Null once everything is back: it has its mail again. */
  readonly oldHost: {
    readonly goal: 'refuses' | 'forwards' | 'stays';
    readonly state: Cutover['settling']['old-host'];
    /** How it was proven, or why not; null: it has not ended. */
    readonly why: string | null;
    readonly looks: readonly { readonly at: string; readonly what: string }[];
    readonly last: OldHostView['asked'];
  } | null;
  /** What nobody here can see or do, and from when on. */
  readonly byHand: readonly { readonly from: string | null; readonly what: string }[];
}

/** Those who sign, queue and look up again take up to a week (RFC 5321 4.5.4.1: queues give up after 4 to 5 days). */
const oldKeysMs = 604_800_000;
const queuesMs = 432_000_000;

function sideOf({ plan, domain }: Cutover, position: number): Side {
  const track = plan.tracks.find(({ type, name }) => type === 'MX' && name === domain);
  const set = (track?.positions.at(position)?.rdata ?? []).map(parseMx);
  return {
    hosts: hostsAt(plan, position).map(displayName),
    provider: presetOf(set, domain)?.name ?? null,
  };
}

function adviceOf(entries: readonly Entry[]): MailReport['advice'] {
  const list: { kind: string; at: string; what: string; until: string | null }[] = [];
  for (const { line } of entries) {
    if (line.type === 'mail.advice') {
      const { kind, why, because } = line.data;
      list.push({
        kind,
        at: isoText(line.at),
        what: `${kind}: ${adviceText(kind, why, because)}`,
        until: null,
      });
    }
    const over = line.type === 'mail.advice-over' ? line.data.kind : null;
    for (const one of list)
      if (one.kind === over && one.until === null) one.until = isoText(line.at);
  }
  return list.map(({ at, what, until }) => ({ at, what, until }));
}

function sweepOf(entries: readonly Entry[]): MailReport['sweep'] {
  const found = entries.findLast(
    ({ line }) => line.type === 'confirmed' && line.data.what === 'mail-swept',
  );
  if (found?.line.type !== 'confirmed') return null;
  const { line, actor } = found;
  return { at: isoText(line.at), by: actor.name, reason: line.data.reason };
}

function oldHostOf(cutover: Cutover, entries: readonly Entry[]): MailReport['oldHost'] {
  const { plan, settling, retire, outcome } = cutover;
  if (outcome === 'rolled-back') return null;
  const ended = entries.findLast(
    ({ line }) => line.type === 'settling.ended' && line.data.act === 'old-host',
  )?.line;
  const looks = entries.flatMap(({ line }) =>
    line.type === 'old-host.asked'
      ? [{ at: isoText(line.at), what: retireSentences['old-host.asked'](line.data) }]
      : [],
  );
  return {
    goal: plan.policy.retire.old,
    state: settling['old-host'],
    why: ended?.type === 'settling.ended' ? ended.data.why : null,
    looks,
    last: retire === null ? null : (oldHostView(cutover, retire.since)?.asked ?? null),
  };
}

/** What new hosts took before everything went back. Caches may send more there until the set that was out has died. */
function strandedOf(cutover: Cutover): MailReport['byHand'] {
  const hosts = strandedAt(cutover);
  const { rollback, plan } = cutover;
  if (hosts.length === 0) return [];
  const { low, margin } = plan.policy.ttl;
  const back = rollback?.delivered ?? null;
  return [
    {
      from: back === null ? null : isoText(back.wall + (low + margin) * 1000),
      what: `Fetch the mail that ${hosts.join(', ')} accepted while the MX named it: that is not at the old host.`,
    },
  ];
}

/** What remains once the tool is done: each with the first moment at which it does no harm. */
function byHandOf(cutover: Cutover, left: readonly Name[]): MailReport['byHand'] {
  const { plan, swaps, settling, mail, endedAt, stage, confirmed } = cutover;
  const stranded = strandedOf(cutover);
  if (stranded.length > 0) return stranded;
  const last = swaps.length < plan.steps.length ? undefined : swaps.at(-1);
  // A swap that was taken back, also on the way to another attempt: the old host has its mail again.
  const back = stage === 'rollback' || positionOf(cutover) < stepPosition(plan.steps.length - 1);
  if (last === undefined || back || left.length === 0) return [];
  const { old } = plan.policy.retire;
  const domain = displayName(cutover.domain);
  const closed = endedAt === null || settling['old-host'] !== 'done' ? null : isoText(endedAt);
  // The address of the domain itself took the mail where there was no MX, and has other work to do.
  const own = left
    .filter(host => isWithin(host, plan.zone) && host !== cutover.domain)
    .map(displayName);
  const noPolicy =
    Object.values(mail.vantages).length > 0 &&
    Object.values(mail.vantages).every(({ round }) => round.sts === 'none');
  const after = (ms: number): string => isoText(last.wall + ms);
  const stays = old === 'stays';
  const list: MailReport['byHand'] = [
    ...(confirmed.includes('mail-swept') || stays
      ? []
      : [
          {
            from: null,
            what: `Before the old host is closed: see that every authoritative server shows the new set (dns-cutover propagation ${domain} MX), and sweep it. Servers and caches may lead there until then.`,
          },
        ]),
    ...(settling['old-host'] === 'done' || stays
      ? []
      : [
          {
            from: null,
            what: 'Make sure that the old host refuses mail: this was not proven (dns-cutover verify-closed).',
          },
        ]),
    ...(old === 'refuses'
      ? [localDelivery(domain), otherDomains].map(what => ({ from: null, what }))
      : []),
    {
      from: after(oldKeysMs),
      what: 'Remove the DKIM records of the old side: messages that it signed are checked again for a week.',
    },
    {
      from: after(queuesMs),
      what: 'Take the sending hosts of the old side out of SPF, once nothing is sent from there: queues live for five days.',
    },
    ...(noPolicy || stays
      ? []
      : [
          {
            from: closed,
            what: 'Where there is an MTA-STS policy: take the old hosts out of its body, then change its id (RFC 8461 3.1), not before they are closed.',
          },
        ]),
    ...(stays
      ? []
      : [
          {
            from: closed,
            what:
              own.length === 0
                ? `The names of the old hosts are those of their owner. ${afterClosing}`
                : `Remove the A and AAAA records of ${own.join(', ')} once nothing else uses them. ${afterClosing}`,
          },
        ]),
  ];
  return list.toSorted((a, b) => (a.from ?? '').localeCompare(b.from ?? ''));
}

/** What became of mail, from the state and its journal. */
export function mailReport(cutover: Cutover, entries: readonly Entry[]): MailReport | null {
  const { plan, mail } = cutover;
  const left = leftHosts(plan);
  const from = sideOf(cutover, SNAPSHOT);
  const to = sideOf(cutover, -1);
  if (left.length === 0 && from.hosts.join() === to.hosts.join()) return null;
  return {
    from,
    to,
    asked: plan.policy.mail?.ask === true,
    probes: entries.flatMap(({ line }) =>
      line.type === 'mail.judged'
        ? [{ at: isoText(line.at), what: mailSentences['mail.judged'](line.data) }]
        : [],
    ),
    advice: adviceOf(entries),
    observed: entries.flatMap(({ line }) =>
      line.type === 'mail.observed'
        ? [{ at: isoText(line.at), what: mailSentences['mail.observed'](line.data) }]
        : [],
    ),
    rolledBack: mail.rolledBack,
    sweep: sweepOf(entries),
    oldHost: oldHostOf(cutover, entries),
    byHand: byHandOf(cutover, left),
  };
}
