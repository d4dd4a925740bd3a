import { type Span } from '../../src/cutover/order.ts';
import { mailSetting, retireSetting } from './old-host.ts';
import { asking } from './mail-commands.ts';
import { type Play } from './play.ts';
import { instantOf, parseDuration, type Words } from './words.ts';

const seconds = (text: string): number => parseDuration(text) / 1000;

type Setting = (play: Play, words: Words) => void;

function ttl(play: Play, { options }: Words): void {
  const known = play.policy.ttl;
  const { history, until } = options;
  const given = (name: string, otherwise: number): number => {
    const text = options[name];
    return text === undefined ? otherwise : seconds(text);
  };
  play.mxTtl = options['was'] === undefined ? play.mxTtl : seconds(options['was']);
  const final = options['final'];
  play.policy = {
    ...play.policy,
    ttl: {
      low: given('low', known.low),
      final: final === undefined ? known.final : seconds(final),
      restoreAfter: given('restore', known.restoreAfter),
      margin: given('margin', known.margin),
      lag: given('lag', known.lag),
      history:
        history === undefined || history === 'none'
          ? null
          : { longest: seconds(history), until: until === undefined ? null : instantOf(until) },
    },
  };
}

function schedule(play: Play, { options }: Words): void {
  const at = (name: string) => {
    const text = options[name];
    return text === undefined ? null : instantOf(text);
  };
  const spans = (name: string): readonly Span[] =>
    (options[name]?.split(',') ?? []).map(span => {
      const [from = '', until = ''] = span.split('-');
      return { from: instantOf(from), until: instantOf(until) };
    });
  const swap = { swapFrom: at('from'), swapUntil: at('until') };
  const openings = spans('swap-on');
  const rule = { cron: '0 * * * *', for: 3600 };
  const calendar = { freeze: [], swapOn: [rule], openings, knownUntil: instantOf('23:59') };
  play.policy = {
    ...play.policy,
    schedule: {
      ...{ ...swap, timeZone: 'UTC', freeze: spans('freeze') },
      ...(openings.length === 0 ? {} : { calendar }),
    },
  };
}

/** The first lines of a scenario: what is ordered and what the world is like. */
export const settings: Readonly<Record<string, Setting>> = {
  order: (play, { first }) => {
    play.order = first;
  },
  ttl,
  schedule,
  approval: (play, { first }) => {
    play.policy = { ...play.policy, approval: first === 'none' ? 'none' : 'required' };
  },
  attest: (play, { text }) => {
    play.policy = { ...play.policy, attest: [...play.policy.attest, text] };
  },
  'claim-off': play => {
    play.policy = { ...play.policy, claim: false };
  },
  mail: mailSetting,
  retire: retireSetting,
  /** Both sides serve the domain: r0 lives on the old host, r1 on the new one. */
  coexistence: play => {
    const [recipientOnOld, recipientOnNew] = ['r0@example.org', 'r1@example.org'] as const;
    const coexistence = { authoritative: 'old', recipientOnOld, recipientOnNew } as const;
    play.policy = { ...play.policy, coexistence };
  },
  afterwards: (play, { first }) => {
    play.policy = { ...play.policy, afterwards: seconds(first) };
  },
  watch: (play, { options }) => {
    const { resolvers = 'none', target = '95' } = options;
    const atMost = seconds(options['at-most'] ?? '1d');
    const canary = options['canary'] === 'on';
    const watch = { resolvers, target: Number(target), atMost, canary };
    play.policy = { ...play.policy, watch };
  },
  /** `probes`, `probes off`: are mail hosts asked? `probes automatic=2h|never`: and what that may lead to. */
  probes: (play, { first, options }) => {
    const { automatic } = options;
    const { rollback } = play.policy;
    const until =
      automatic === 'never' ? null : automatic === undefined ? undefined : seconds(automatic);
    play.policy = {
      ...play.policy,
      mail: { ...asking, ask: first !== 'off' },
      rollback: until === undefined ? rollback : { ...rollback, automatic: until },
    };
  },
  'settle-after': (play, { first }) => {
    play.policy = { ...play.policy, rollback: { automatic: 7200, settleAfter: seconds(first) } };
  },
  /** Mail goes to the address of the domain itself until there is an MX. */
  'no-mx': play => {
    play.mxTtl = null;
  },
  provider: (play, { options }) => {
    play.atomicSets = options['sets'] !== 'apart';
    play.syncStatus = options['sync'] === 'reported' ? 'reported' : 'observed';
  },
  servers: (play, { words }) => {
    play.servers = words;
  },
  signed: (play, { words }) => {
    play.signed = true;
    play.validated = words.includes('validated');
  },
};
