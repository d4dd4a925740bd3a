import { describe, expect, it } from 'vitest';
import { type Event } from '../../../src/cutover/event.ts';
import { type Laggard } from '../../../src/cutover/news.ts';
import { type Reception } from '../../../src/mail/probe.ts';
import { commands } from '../commands.ts';
import { reach } from '../drive.ts';
import { asking, roundAt, type Shown } from '../mail-commands.ts';
import { policy } from '../orders.ts';
import { give, newPlay, nowOf, pass, round, running, type Play } from '../play.ts';
import { newsOf, roundOf } from '../reports.ts';
import { wordsOf } from '../words.ts';

/** A cutover whose swap spreads, with mail hosts that are asked. */
function spreading(): Play {
  const play = newPlay();
  play.policy = {
    ...policy,
    mail: asking,
    watch: { ...policy.watch, resolvers: 'default' },
    rollback: { automatic: 86_400, settleAfter: 86_400 },
  };
  commands['start']!(play, wordsOf(''));
  reach(play, 'propagate');
  give(play, { type: 'probed', round: roundAt(play) });
  return play;
}

const laggard = (cause: string, explained = true): Laggard => ({
  ...{ resolver: 'r1', cause, leftMs: 60_000, explained },
});

/** What resolvers say, a round each minute. */
const told = (own: Parameters<typeof newsOf>[0]) => (): Event => ({
  type: 'news',
  news: newsOf({ share: 0.5, ...own }),
});

/** What mail hosts show, a round each minute. */
const shown =
  (own: Shown) =>
  (play: Play): Event => ({ type: 'probed', round: roundAt(play, own) });

/** The same, with an address of the new host over IPv6 besides. */
const beside =
  (four: Reception, six: Reception) =>
  (play: Play): Event => {
    const { seen, ...rest } = roundAt(play, { new: [four] });
    const more = seen
      .filter(({ role }) => role === 'new')
      .map(one => ({ ...one, address: '2001:db8::1', reception: six }));
    return { type: 'probed', round: { ...rest, seen: [...seen, ...more] } };
  };

/** Nobody listens at this address of the new host, and the others of it could not be looked up. */
const closedAlone =
  (address: string) =>
  (play: Play): Event => {
    const { seen, ...rest } = roundAt(play, { new: ['closed'] });
    const known = seen.map(one => (one.role === 'new' ? { ...one, address } : one));
    const hosts = known.filter(({ role }) => role === 'new');
    const unresolved = hosts.map(({ host, role }) => ({ host, role, why: 'no answer' }));
    return { type: 'probed', round: { ...rest, seen: known, unresolved } };
  };

/** What must never lead to a rollback by itself, however often it is seen. */
const never: Readonly<Record<string, (play: Play, minute: number) => Event>> = {
  'a resolver that is still old within its TTL': told({ left: [laggard('waiting')] }),
  'one that is old after it, within the usual clamp': told({ left: [laggard('clamped')] }),
  'one that shows a longer TTL than ours': told({ left: [laggard('stretched')] }),
  'a resolver that answers SERVFAIL, REFUSED or nothing': told({
    left: [laggard('servfail', false), laggard('refused', false), laggard('silent', false)],
  }),
  'a filter that says that the domain does not exist': told({ left: [laggard('nxdomain', false)] }),
  'several caches behind one address, old and new in turn': (_play, minute) =>
    told({ share: minute % 2 === 0 ? 1 : 0.2 })(),
  'all resolvers old': told({ share: 0 }),
  greylisting: shown({ new: ['greylists'] }),
  'our address being blocked': shown({ new: ['blocks-us'] }),
  'our address being blocked over IPv4, where nobody listens over IPv6': beside(
    'blocks-us',
    'closed',
  ),
  'addresses of IPv4 that could not be looked up, where nobody listens over IPv6':
    closedAlone('2001:db8::1'),
  'a host that takes mail from its gateway only': shown({ new: ['locked-to-gateway'] }),
  'a host that wants TLS first': shown({ new: ['needs-tls'] }),
  'port 25 that does not get out': shown({
    ...{ new: ['silent'], old: ['silent'], witness: 'silent', egress: 'blocked' },
  }),
  'a machine without a network': shown({ new: ['silent'], old: ['silent'], witness: 'silent' }),
  'one mailbox that is missing': shown({ recipients: ['accepts', 'unknown-recipient'] }),
  '4xx': shown({ new: ['defers'] }),
  'an expired certificate': shown({ tls: 'expired' }),
  'a TLSA that does not fit': shown({ dane: true }),
  'a policy that does not fit': shown({ sts: 'breaks' }),
  'mail that still comes to the old host': () => ({
    ...{ type: 'observe', reason: 'spam at the old host' },
    what: { is: 'accepted', count: 1, seconds: 600, usual: 100 },
  }),
  'bounces, of whatever cause': () => ({
    ...{ type: 'observe', reason: 'DMARC report' },
    what: { is: 'bounces', count: 50, seconds: 600 },
  }),
  'a provider whose API fails while the servers are right': () => ({
    ...{ type: 'troubled', effect: 'sync', code: 'UNAVAILABLE', message: '503' },
  }),
  'serials that differ where the set is the same': (play, minute) => {
    const { servers, nameServers } = play;
    const world = { servers, nameServers, signed: false, oddities: [] };
    const seen = roundOf(running(play), world, nowOf(play));
    const readings = seen.readings.map((one, index) => ({ ...one, serial: 1 + index + minute }));
    return { type: 'observed', round: { ...seen, readings }, identical: 1 };
  },
};

describe('never rolls back by itself', () => {
  it.each(Object.entries(never))('for %s', (_what, event) => {
    const play = spreading();
    const { length } = play.journal;
    for (let minute = 0; minute < 30; minute++) {
      pass(play, 60_000);
      give(play, event(play, minute));
    }
    expect(play.journal.slice(length).map(({ type }) => type)).not.toContain('rollback.asked');
    expect(running(play).stage).not.toBe('rollback');
  });

  it.each([
    ['acceptance is lost', shown({ new: ['not-provisioned'] })],
    [
      'nobody listens over IPv4, and this place is shut out over IPv6',
      beside('closed', 'blocks-us'),
    ],
    ['nobody listens over IPv4, and IPv6 could not be looked up', closedAlone('198.51.100.10')],
  ])('while the same cutover does, once %s', (_what, event) => {
    const play = spreading();
    for (let minute = 0; minute < 4; minute++) {
      pass(play, 60_000);
      round(play);
      give(play, event(play));
    }
    expect(running(play)).toMatchObject({ stage: 'rollback', rollback: { automatic: true } });
  });
});

describe('the journal', () => {
  it('stays small while all is well, and while it is not', () => {
    const play = spreading();
    const lines = (): number => play.journal.filter(({ type }) => type.startsWith('mail.')).length;
    for (let minute = 0; minute < 120; minute++) {
      pass(play, 60_000);
      give(play, { type: 'probed', round: roundAt(play) });
    }
    expect(lines()).toBe(1);
    for (let minute = 0; minute < 120; minute++) {
      pass(play, 60_000);
      const bad = { new: ['closed'], witness: null } as const;
      give(play, { type: 'probed', round: roundAt(play, bad) });
    }
    expect(lines()).toBeLessThan(40);
  });
});

it('takes no place for what every object has', () => {
  const play = spreading();
  play.careful = false;
  for (const vantage of ['constructor', 'toString']) {
    const what = { is: 'probe', round: roundAt(play, { vantage }) } as const;
    give(play, { type: 'observe', what, reason: null });
  }
  expect(Object.keys(running(play).mail.vantages)).toEqual(['here', 'constructor', 'toString']);
});
