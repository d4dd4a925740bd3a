import { type LineType } from '../../cutover/lines.ts';
import { type EventView } from '../events.ts';
import { type Status } from '../status/status.ts';
import {
  type Brief,
  type CutoverSnapshot,
  type PropagationFrame,
  type StatusFrame,
} from './stream.ts';

/*
 * What whoever holds a share link is shown. Such a link is passed on to a customer or pasted in a call, so
 * it tells how the move goes and not what the house looks like: no names of tokens, providers, machines or
 * controllers, no addresses and names of one's own network, and no commands, which they could not use. Ids
 * and names of resolvers stay as their list gives them: they are what the move is told by.
 */

/** Addresses that mean something only inside: RFC 1918, 1122, 3927, 6598; RFC 4193, 4291 2.4 and 2.5.3. */
const ownAddress = new RegExp(
  [
    String.raw`(?<![\d.])(?:(?:10|127)(?:\.\d{1,3}){3}|(?:192\.168|169\.254)(?:\.\d{1,3}){2}`,
    String.raw`|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}`,
    String.raw`|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])(?:\.\d{1,3}){2})(?!\d)`,
    String.raw`|(?<![\da-f:])(?:(?:f[cd][\da-f]{2}|fe[89ab][\da-f]):[\da-f:]*[\da-f]|::1)(?![\da-f:])`,
  ].join(''),
  'gi',
);

/** Names that no delegation leads to: RFC 6762 appendix G, RFC 8375, and ICANN's .internal. */
const ownName =
  /(?<![\w.-])(?:[\w-]{1,63}\.){1,20}(?:local|localdomain|internal|intranet|lan|corp|private|home\.arpa)(?!\.?[\w-])\.?/gi;

/** The record that keeps a second controller away names a machine and a run. */
const claim = /"dns-cutover run=[^"]{0,500}"/g;

/** The place that looked at mail hosts is the controller's machine, or was named by whoever looks there. */
const place = /\b(seen|tested) from .{1,400}?(?=: )/g;

/** A person, as a rule with a telephone number. */
const contact = / Who can act on it: .*$/s;

/** Whom mail hosts are asked about; records that name a mailbox by its URI are for everybody. */
const mailbox =
  /(?<![^\s<>"'(),;:[\]])(?<!mailto:)[^\s<>"'(),;:[\]@]{1,64}@[\p{L}\p{N}.-]{0,252}[\p{L}\p{N}]/giu;

const scrub = (text: string): string =>
  text
    .replaceAll(place, '$1')
    .replace(contact, '')
    .replaceAll(mailbox, 'somebody')
    .replaceAll(ownAddress, 'an internal address')
    .replaceAll(ownName, 'an internal host')
    .replaceAll(claim, '"dns-cutover"');

/** The same with every text in it scrubbed, however deep. */
function scrubbed<Value>(value: Value): Value;
function scrubbed(value: unknown): unknown {
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) return value.map(one => scrubbed<unknown>(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, scrubbed(one)]));
}

const withoutCommand = (next: Status['next']): Status['next'] => ({ ...next, command: null });

/** Only what is said while something fails names the provider, and a name may be any word. */
const nextWithout = ({ next, provider, trouble }: Status): Status['next'] => {
  const named = trouble.length > 0 && provider !== '';
  const what = named ? next.what.replaceAll(provider, 'the provider') : next.what;
  return withoutCommand({ ...next, what });
};

/** How many checks passed, and that others keep the gate shut: they speak of rights, keys and machines. */
function gateWithout(gate: Status['gate']): Status['gate'] {
  if (gate === null) return null;
  const found = gate.bars.filter(({ by }) => by === 'findings').length;
  const what = 'what the checks found has to be solved or accepted';
  const bar = { by: 'findings', what, until: null } as const;
  const nothing = { id: '', subject: '', summary: '', observed: '', expected: '', refs: [] };
  return {
    bars: [...(found > 0 ? [bar] : []), ...gate.bars.filter(({ by }) => by !== 'findings')],
    findings: gate.findings
      .filter(({ status }) => status === 'pass')
      .map(({ severity, status }) => ({ ...nothing, severity, status })),
  };
}

/** Where somebody else's edit was read may be the provider. */
const rollbackWithout = ({ rollback, provider }: Status): Status['rollback'] =>
  rollback && {
    ...rollback,
    left: rollback.left.map(text => text.replace(` at ${provider}:`, ':')),
  };

const runningOnly = (controller: Status['controller']): Status['controller'] =>
  controller && { running: controller.running, pid: null, host: null, since: null, command: null };

const mailWithout = (mail: Status['mail']): Status['mail'] =>
  mail && {
    ...mail,
    vantages: mail.vantages.map((one, index) => ({ ...one, name: `place ${String(index + 1)}` })),
    advice: mail.advice.map(one => ({ ...one, vantage: null })),
    back: mail.back && { ...mail.back, command: '' },
  };

/** A status as a share link shows it. */
export const sharedStatus = (status: Status): Status =>
  scrubbed({
    ...status,
    ...{ provider: '', host: '', owner: null, controller: runningOnly(status.controller) },
    next: nextWithout(status),
    hold: status.hold && {
      ...status.hold,
      // What was seen may quote a provider's own words, with ids of its zones and changes.
      seen: [],
      waysOut: status.hold.waysOut.map(one => ({ ...one, command: null })),
    },
    gate: gateWithout(status.gate),
    mail: mailWithout(status.mail),
    rollback: rollbackWithout(status),
    // It may be what the provider said.
    canary: status.canary && {
      ...status.canary,
      why: status.canary.why === null ? null : 'nothing more is measured with it',
    },
    // Whoever may only look is offered nothing.
    offers: [],
    trouble: status.trouble.map(one => ({ ...one, message: 'something that is needed fails' })),
  });

/** Where the words of a line name machines, runs or providers, or quote what one of them said. */
const toldOtherwise: Partial<Record<LineType, string>> = {
  'cutover.created': 'the cutover was started',
  'owner.changed': 'a controller runs it now',
  'findings.changed': 'the checks were looked at again',
  'write.not-applied': 'a write did not take effect',
  'write.conflict': 'the zone was not as expected, and nothing was written',
  accepted: 'what a check found was accepted',
  'rollback.left': 'what somebody else had edited was left as it is',
  'claim.allowed': 'the claim of another run may be replaced',
  'claim.left': 'the claim stays in the zone',
  'canary.failed': 'a write of the canary did not take effect',
  'canary.conflict': 'the canary was not as expected',
  'canary.given-up': 'nothing more is measured with the canary',
  'canary.left': 'the canary stays in the zone',
  'trouble.seen': 'something that is needed fails',
  'trouble.over': 'what failed works again',
  held: 'a person has to decide how it goes on',
};

/** A line of the journal as a share link shows it: what it says, and nothing of what it is made of. */
export const sharedEvent = (event: EventView): EventView => ({
  ...event,
  actor: { kind: event.actor.kind, name: event.actor.kind === 'person' ? 'somebody' : '' },
  data: { hidden: true },
  // Behind the kind of event stands which operation it came of.
  cause: event.cause.split(' ', 1)[0] ?? '',
  text: toldOtherwise[event.type] ?? scrub(event.text),
});

export const sharedSnapshot = (snapshot: CutoverSnapshot): CutoverSnapshot => ({
  ...snapshot,
  status: sharedStatus(snapshot.status),
  events: snapshot.events.map(sharedEvent),
});

export const sharedStatusFrame = (frame: StatusFrame): StatusFrame => ({
  ...frame,
  status: sharedStatus(frame.status),
});

export const sharedPropagationFrame = (frame: PropagationFrame): PropagationFrame =>
  scrubbed(frame);

export const sharedBrief = (brief: Brief): Brief =>
  scrubbed({
    ...brief,
    controller: runningOnly(brief.controller),
    next: withoutCommand(brief.next),
  });
