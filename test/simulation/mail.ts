import { catalogue } from '../../src/checks/checks.ts';
import { parseMx } from '../../src/dns/mx.ts';
import { ROOT, type Name } from '../../src/dns/name.ts';
import { rrset, type Key, type RRset } from '../../src/dns/rrset.ts';
import { type Approach, type Conversation, type MailReply } from '../../src/mail/conversation.ts';
import { type Faults } from './faults.ts';
import { type Random } from './random.ts';
import { type Scene } from './scene.ts';
import { type VirtualClock } from '../support/virtual-clock.ts';

/** What a host does with mail for the domain. */
export type HostState = 'accepts' | 'refuses' | 'closed' | 'greets-554' | 'greylists' | 'blocks-us';

type Side = 'new' | 'old' | 'third';

/** A stretch of one side's history: since this moment of truth. */
interface Since {
  readonly from: number;
  readonly state: HostState;
}

/** The mail hosts, as they really are. */
export interface MailWorld {
  /** The address of one of them, `null` for another type, undefined for a name that is none of them. */
  readonly address: (key: Key) => RRset | null | undefined;
  readonly talk: (approach: Approach) => Conversation;
  readonly state: (side: Side) => HostState;
  /** Was a side in one of these states all the time since then? */
  readonly held: (side: Side, states: readonly HostState[], from: number) => boolean;
  /** And in one of them at some time since then? */
  readonly was: (side: Side, states: readonly HostState[], from: number) => boolean;
  /** From when on port 25 does not get out of this machine; null: it does. */
  readonly blocked: { since: number | null; until: number };
  /** Something happens to a host, if its class is switched on. */
  readonly disturb: () => void;
  /** Everything is well again, and stays so. */
  readonly mend: () => void;
}

const third = '203.0.113.200';
const sideOf = (host: string): Side | null =>
  host.includes('.new.') ? 'new' : host.includes('.old.') ? 'old' : null;

/** The same with its mail hosts asked, each minute; their checks keep no gate shut. */
export function withMail(scene: Scene, random: Random): Scene {
  const families = ['hosts', 'smtp', 'policy', 'authentication', 'people'];
  const accept = catalogue
    .filter(({ family }) => families.includes(family))
    .map(({ id }) => ({ id, subject: null, reason: 'simulated' }));
  const { order } = scene;
  const mail = {
    ...{ ask: true, recipients: ['anna@example.org'], port: 25, allowPrivate: true, every: 60 },
    witnesses: [third],
  };
  const automatic = random.pick([null, 900, 7200, 7200, 7200]);
  const rollback = { ...order.policy.rollback, automatic };
  return { ...scene, order: { ...order, policy: { ...order.policy, mail, rollback, accept } } };
}

const reply = (code: number, enhanced: string | null, text: string): MailReply => ({
  ...{ code, enhanced, lines: [text] },
});

const toRecipient: Record<HostState, MailReply> = {
  accepts: reply(250, '2.1.5', 'Ok'),
  refuses: reply(550, '5.7.64', 'TenantAttribution; Relay Access Denied'),
  closed: reply(421, null, 'never said'),
  'greets-554': reply(554, null, 'never said'),
  greylists: reply(450, '4.2.0', 'Greylisted for 60 seconds'),
  'blocks-us': reply(550, '5.7.606', 'Access denied, banned sending IP [192.0.2.9]'),
};

function talk(
  { host, address, port, recipients }: Approach,
  state: HostState,
  { at, out }: { at: number; out: boolean },
): Conversation {
  const where = { host, address, port, at, message: null, tookMs: 20, tls: null };
  const silent = { ...where, banner: null, ehlo: null, recipients: [] };
  if (!out) return { ...silent, end: 'timeout', detail: 'no answer within 10 s' };
  if (state === 'closed') return { ...silent, end: 'refused', detail: 'connection refused' };
  if (state === 'greets-554')
    return { ...silent, banner: reply(554, null, 'no mail here'), end: 'complete', detail: '' };
  const asked = recipients.map(one => ({
    ...{ ...one, mailFrom: reply(250, '2.1.0', 'Ok'), rcptTo: toRecipient[state] },
  }));
  const said = { banner: reply(220, null, 'ESMTP'), ehlo: reply(250, null, 'PIPELINING') };
  return { ...where, ...said, end: 'complete', detail: '', recipients: asked };
}

interface Parts {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: Faults;
  readonly scene: Scene;
  readonly note: (text: string) => void;
}

export function makeMail({ clock, random, faults, scene, note }: Parts): MailWorld {
  const past: Record<Side, Since[]> = { new: [], old: [], third: [] };
  const blocked: MailWorld['blocked'] = { since: null, until: 0 };
  const out = (): boolean => clock.truth() >= blocked.until;
  const state = (side: Side): HostState => past[side].at(-1)?.state ?? 'accepts';
  const turn = (side: Side, next: HostState): void => {
    if (state(side) === next) return;
    note(`${side} host ${next}`);
    past[side].push({ from: clock.truth(), state: next });
  };
  /** For a while, or for good. */
  const become = (side: Side, next: HostState, ms: number | null): void => {
    turn(side, next);
    if (ms === null) return;
    clock.after(ms, () => {
      if (state(side) === next) turn(side, 'accepts');
    });
  };
  const since = (side: Side, from: number): readonly HostState[] => {
    const first = past[side].findLast(one => one.from <= from)?.state ?? 'accepts';
    return [first, ...past[side].filter(one => one.from > from).map(one => one.state)];
  };
  const mxs = scene.sets.concat(
    scene.order.steps.flatMap(step =>
      step.edits.flatMap(({ want, name, type }) =>
        type === 'MX' && want.is === 'set'
          ? [{ key: { name, type }, after: rrset({ name, type, ttl: 60, rdata: want.rdata }) }]
          : [],
      ),
    ),
  );
  const hosts: readonly Name[] = [
    ...new Set(
      mxs
        .flatMap(({ after }) => (after?.type === 'MX' ? after.rdata : []))
        .map(rdata => parseMx(rdata).exchange)
        .filter(host => host !== ROOT && sideOf(host) !== null),
    ),
  ];
  const disturb = (): void => {
    if (faults.strikes('mail-lost', 0.04)) become('new', 'refuses', random.pick([null, 900_000]));
    if (faults.strikes('mail-down', 0.03))
      become('new', random.pick(['closed', 'greets-554']), random.pick([null, 900_000]));
    if (faults.strikes('mail-blip', 0.15))
      become('new', random.pick(['closed', 'refuses']), random.between(1000, 55_000));
    if (faults.strikes('mail-greylists', 0.05)) become('new', 'greylists', 600_000);
    if (faults.strikes('mail-blocks-us', 0.03)) become('new', 'blocks-us', 600_000);
    if (faults.strikes('mail-old-closes', 0.03))
      become('old', random.pick(['closed', 'refuses']), random.pick([null, 1_200_000]));
    if (faults.strikes('mail-third-down', 0.08)) become('third', 'closed', 1_200_000);
    if (faults.strikes('mail-egress', 0.04)) {
      const ms = random.pick([30_000, 300_000, 1_200_000]);
      if (out()) blocked.since = clock.truth();
      blocked.until = Math.max(blocked.until, clock.truth() + ms);
      note(`port 25 is blocked for ${ms}`);
    }
  };
  return {
    address: ({ name, type }) => {
      const index = hosts.indexOf(name);
      if (index === -1) return undefined;
      if (type !== 'A') return null;
      return rrset({ name, type, ttl: 300, rdata: [`203.0.113.${String(index + 1)}`] });
    },
    talk: approach => {
      const side = sideOf(approach.host) ?? 'third';
      return talk(approach, state(side), { at: clock.now().wall, out: out() });
    },
    state,
    held: (side, states, from) => since(side, from).every(one => states.includes(one)),
    was: (side, states, from) => since(side, from).some(one => states.includes(one)),
    blocked,
    disturb,
    mend: () => {
      for (const side of ['new', 'old', 'third'] as const) turn(side, 'accepts');
      blocked.until = 0;
    },
  };
}
