import { type Seconds } from '../../src/clock.ts';
import { type Observation } from '../../src/cutover/event.ts';
import { mailHosts } from '../../src/cutover/mail/hosts.ts';
import { parseName } from '../../src/dns/name.ts';
import {
  type AddressSeen,
  type HostRole,
  type ProbeRound,
  type Reception,
  type TlsState,
} from '../../src/mail/probe.ts';
import { give, pass, running, type Play } from './play.ts';
import { parseDuration, type Words } from './words.ts';

const witness = parseName('mx.third.example');

/** What a round shows, by role; several new hosts are named in order. */
export interface Shown {
  readonly new?: readonly Reception[];
  readonly old?: readonly Reception[];
  readonly witness?: Reception | null;
  readonly vantage?: string;
  readonly egress?: ProbeRound['egress'];
  readonly sts?: ProbeRound['sts'];
  readonly tls?: TlsState;
  /** The new hosts' TLSA does not fit. */
  readonly dane?: boolean;
  /** What comes of the recipients of new hosts. */
  readonly recipients?: readonly Reception[];
  readonly at?: number;
}

const nth = (list: readonly Reception[], index: number): Reception =>
  list[Math.min(index, list.length - 1)] ?? 'accepts';

/** One look at all hosts that the cutover would have looked at now, each with one address. */
export function roundAt(play: Play, shown: Shown = {}): ProbeRound {
  const { vantage = 'here', egress = 'open', sts = 'fits', tls = 'good' } = shown;
  const asked = mailHosts(running(play))?.asked ?? [];
  const counts: Record<HostRole, number> = { new: 0, old: 0, witness: 0 };
  const seen = asked.map(({ host, role }): AddressSeen => {
    const index = counts[role]++;
    const reception = nth((role === 'new' ? shown.new : shown.old) ?? ['accepts'], index);
    const recipients = (role === 'new' ? (shown.recipients ?? [reception]) : [reception]).map(
      (one, number) => ({ address: `r${String(number)}@example.org`, reception: one }),
    );
    const address = `198.51.100.${String(index + (role === 'new' ? 10 : 20))}`;
    return { host, address, role, reception, said: '', tls, recipients };
  });
  const third = shown.witness === undefined ? 'not-provisioned' : shown.witness;
  const other: AddressSeen = {
    ...{ host: witness, address: '203.0.113.1', role: 'witness', reception: third ?? 'silent' },
    ...{ said: '', tls: 'good', recipients: [] },
  };
  return {
    ...{ vantage, at: shown.at ?? play.wall, egress, sts, unresolved: [] },
    dane: asked.filter(({ role }) => role === 'new' && shown.dane === true).map(({ host }) => host),
    seen: third === null ? seen : [...seen, other],
  };
}

const list = (text: string | undefined): readonly Reception[] | undefined =>
  text?.split(',') as readonly Reception[] | undefined;

const timesOf = (words: readonly string[]): number =>
  Number(words.find(word => /^x\d+$/.test(word))?.slice(1) ?? 1);

/** `probe [new=RECEPTION,…] [old=…] [witness=…|none] [egress=blocked] [sts=breaks] [tls=expired] [recipients=…] [xN]` */
function shownBy({ options }: Words): Shown {
  const { witness: third, vantage, egress, sts, tls, dane, age } = options;
  const [fresh, old, recipients] = [options['new'], options['old'], options['recipients']].map(
    list,
  );
  return {
    ...(fresh && { new: fresh }),
    ...(old && { old }),
    ...(recipients && { recipients }),
    ...(third !== undefined && { witness: third === 'none' ? null : (third as Reception) }),
    ...(vantage !== undefined && { vantage }),
    ...(egress !== undefined && { egress: egress as ProbeRound['egress'] }),
    ...(sts !== undefined && { sts: sts as ProbeRound['sts'] }),
    ...(tls !== undefined && { tls: tls as TlsState }),
    ...(dane !== undefined && { dane: dane === 'breaks' }),
    ...(age !== undefined && { at: parseDuration(age) }),
  };
}

/** A round of our own each minute; another place's is handed in by a person. */
function probe(play: Play, words: Words): void {
  const shown = shownBy(words);
  for (let index = 0; index < timesOf(words.words); index++) {
    if (index > 0) pass(play, 60_000);
    const at = play.wall - (shown.at ?? 0);
    const round = roundAt(play, { ...shown, at });
    if (shown.vantage === undefined) give(play, { type: 'probed', round });
    else give(play, { type: 'observe', what: { is: 'probe', round }, reason: null });
  }
}

const counted =
  (is: 'bounces' | 'accepted') =>
  (play: Play, { first, options }: Words): void => {
    const seconds: Seconds =
      parseDuration(options['in'] ?? (is === 'bounces' ? '10m' : '1h')) / 1000;
    const count = Number(first);
    const { usual } = options;
    const what: Observation =
      is === 'bounces'
        ? { is, count, seconds }
        : { is, count, seconds, usual: usual === undefined ? null : Number(usual) };
    give(play, { type: 'observe', what, reason: null });
  };

/** `sent a to=anna@example.org said=250`, `arrived a`: a mark is its first letter, twelve times. */
const tokenOf = (letter: string): string => `dns-cutover-${letter.repeat(12)}`;

function sent(
  play: Play,
  { first, options: { to = 'anna@example.org', said = '250' } }: Words,
): void {
  const place = { host: parseName('mx.new.example'), address: '192.0.2.25' };
  const answer = said === 'nothing' ? '' : said;
  const what = { ...place, token: tokenOf(first), to, taken: said === '250', said: answer };
  give(play, { type: 'observe', what: { is: 'sent', ...what }, reason: null });
}

function arrived(play: Play, { first }: Words): void {
  const what = { is: 'arrived', token: tokenOf(first) } as const;
  give(play, { type: 'observe', what, reason: null });
}

export const mailCommands = {
  probe,
  sent,
  arrived,
  bounces: counted('bounces'),
  accepted: counted('accepted'),
};

/** How mail hosts are asked, for `policy.mail`. */
export const asking = {
  ...{ ask: true, recipients: ['anna@example.org'], port: 25, allowPrivate: false, every: 60 },
  witnesses: ['mx.third.example'],
} as const;
