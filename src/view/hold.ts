import { type Cutover } from '../cutover/cutover.ts';
import { type Finding } from '../cutover/finding.ts';
import { waysOut, type HoldReason, type WayOut } from '../cutover/hold.ts';
import { type Difference } from '../cutover/intent.ts';
import { swapIsOut } from '../cutover/standing.ts';
import { type RRset } from '../dns/rrset.ts';
import { commandText, count, timeText, withoutPlace } from './words.ts';

export interface WayOutView {
  readonly act: WayOut['act'] | 'confirm';
  /** To be pasted; null when nothing has to be typed. */
  readonly command: string | null;
  readonly does: string;
}

/** Why a hold, in a sentence, and what was seen that led to it. */
export interface Reason {
  readonly sentence: string;
  readonly seen: readonly string[];
}

/** `10 mail.example.org. (TTL 300)`, or `nothing`. */
export const valueText = (rrset: RRset | null): string =>
  rrset === null ? 'nothing' : `${rrset.rdata.join(' | ')} (TTL ${rrset.ttl})`;

/** One edit of somebody else. */
export const differenceText = ({ key, expected, found, source }: Difference): string =>
  `${key} at ${source}: expected ${valueText(expected)}, found ${valueText(found)}`;

const findingLine = ({ id, subject, summary }: Finding): string => `${id} ${subject}: ${summary}`;

type ServerReason = Extract<HoldReason, { readonly servers: unknown }>;

const missing =
  'that there is no MX: mail goes to the address of the domain itself. Nothing is written: if the provider has the MX, writing it again heals nothing, and if it has not, somebody else removed it';
const unsigned = 'the set without a usable signature: validating senders cannot deliver';
const bogus =
  'the set with DNSSEC that does not validate: validating resolvers give no answer at all';

/** What one server does, and what several do. */
const serverVerbs: Readonly<Record<ServerReason['why'], readonly [one: string, many: string]>> = {
  'authority-unreachable': ['cannot be asked', 'cannot be asked'],
  'authority-behind': ['still serves an older set', 'still serve an older set'],
  'mx-missing': [`says ${missing}`, `say ${missing}`],
  signature: [`serves ${unsigned}`, `serve ${unsigned}`],
  'dnssec-bogus': [`serves ${bogus}`, `serve ${bogus}`],
};

const serverReason = ({ why: trouble, servers }: ServerReason): Reason => {
  const [one, many] = serverVerbs[trouble];
  const number = servers.length;
  return {
    sentence: `${count(number, 'authoritative server')} ${number === 1 ? one : many}.`,
    seen: servers.map(({ server, problem }) => `${server}: ${withoutPlace(problem)}`),
  };
};

/** A hold's reason for people. `zone` is the time zone of the plan. */
export function reasonOf(reason: HoldReason, zone: string): Reason {
  switch (reason.why) {
    case 'blocked': {
      const number = reason.findings.length;
      return {
        sentence: `${count(number, 'finding')} must be solved or accepted before anything is written.`,
        seen: reason.findings.map(findingLine),
      };
    }
    case 'zone-changed':
      return {
        sentence: 'The zone is no longer what the plan was made for; nothing was written.',
        seen: reason.differences.map(differenceText),
      };
    case 'claimed':
      return {
        sentence: 'Another run has claimed this domain; two at once would undo each other.',
        seen: [reason.claim],
      };
    case 'conflict':
      return {
        sentence: 'Somebody else changed what this cutover manages; nothing was overwritten.',
        seen: reason.differences.map(differenceText),
      };
    case 'write-refused':
      return {
        sentence: `The provider refuses the write (${reason.code}).`,
        seen: [reason.message],
      };
    case 'write-failing':
      return {
        sentence: `The write took no effect in ${count(reason.attempts, 'attempt')}.`,
        seen: [reason.message],
      };
    case 'authority-unreachable':
    case 'authority-behind':
    case 'mx-missing':
    case 'signature':
    case 'dnssec-bogus':
      return serverReason(reason);
    case 'resolvers-cannot-tell':
      return {
        sentence:
          reason.distrust === undefined
            ? 'Less than half of the watched resolvers can tell what they would answer.'
            : `${reason.distrust.why}. To mend it: ${reason.distrust.remedy}.`,
        seen: Object.entries(reason.counts)
          .filter(([, number]) => number > 0)
          .map(([verdict, number]) => `${number} of ${reason.total} ${verdict}`),
      };
    case 'window-missed':
      return {
        sentence: 'The window closed before the swap was possible; it is never made late.',
        seen: [`the swap was allowed until ${timeText(reason.swapUntil, zone)}`],
      };
    case 'rollback-undelivered':
      return {
        sentence: 'The rollback could not be delivered; it is not sent again unasked.',
        seen: [`asked for at ${timeText(reason.since, zone)}`, reason.message],
      };
  }
}

const why = ['--reason', 'WHY'];

/** The check that stands for a server that is gone on without. */
export const serverChecks: Readonly<Partial<Record<HoldReason['why'], string>>> = {
  'authority-unreachable': 'auth-servers-all-answer',
  'authority-behind': 'auth-mx-consistent',
  signature: 'dnssec-valid',
  'dnssec-bogus': 'dnssec-chain',
};

/** What `approve` has to accept for this hold to end. */
function acceptances(reason: HoldReason): readonly string[] {
  if (reason.why === 'blocked')
    return reason.findings.flatMap(({ id, subject }) => ['--accept', `${id}:${subject}`]);
  const check = serverChecks[reason.why];
  if (check === undefined || !('servers' in reason)) return [];
  // One server may be wrong in several ways.
  const servers = new Set(reason.servers.map(({ server }) => server));
  return [...servers].flatMap(server => ['--accept', `${check}:${server}`]);
}

/** Before the swap nobody can answer for what a server gives instead: the drain is about just that. */
export const mayAccept = (cutover: Cutover, { why: held }: Pick<HoldReason, 'why'>): boolean =>
  (held !== 'authority-behind' && held !== 'signature') || swapIsOut(cutover);

function commandFor(act: WayOut['act'], cutover: Cutover, reason: HoldReason): string | null {
  const { id } = cutover;
  switch (act) {
    case 'wait':
      return null;
    case 'retry':
      return reason.why === 'window-missed'
        ? commandText('retry', id, '--swap-until', 'TIME')
        : commandText('retry', id);
    case 'accept':
      return commandText('approve', id, ...acceptances(reason), ...why);
    case 'take-claim': {
      const run = reason.why === 'claimed' ? /\brun=([^\s"]+)/.exec(reason.claim)?.[1] : undefined;
      return commandText('start', id, `--take-claim=${run ?? 'RUN'}`, ...why);
    }
    case 'rollback':
    case 'abandon':
      return commandText(act, id, ...why);
  }
}

const waivable: readonly HoldReason['why'][] = ['conflict', 'write-refused', 'write-failing'];

/** While a cutover settles, what is left to be written can be waived instead. */
function waivers(cutover: Cutover, { why: reason }: HoldReason): readonly WayOutView[] {
  if (cutover.stage !== 'settle' || !waivable.includes(reason)) return [];
  const acts = (['restore-ttl', 'afterwards'] as const).filter(
    act => cutover.settling[act] === 'waiting',
  );
  return acts.map(act => ({
    act: 'confirm',
    command: commandText('confirm', cutover.id, act, ...why),
    does: `gives up on it: ${act} will not be done`,
  }));
}

/** A rollback that has put the MX back: to ask for it once more changes nothing. */
const isDelivered = ({ stage, rollback }: Cutover): boolean =>
  stage === 'rollback' && rollback !== null && rollback.phase !== 'mx';

/** Every way out of a hold, the best first, with the line to type. */
export const waysOutOf = (cutover: Cutover, reason: HoldReason): readonly WayOutView[] => [
  ...waysOut[reason.why]
    .filter(({ act }) => act !== 'accept' || mayAccept(cutover, reason))
    .filter(({ act }) => act !== 'rollback' || !isDelivered(cutover))
    .map(({ act, does }) => ({ act, command: commandFor(act, cutover, reason), does })),
  ...waivers(cutover, reason),
];
