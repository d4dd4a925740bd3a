import { describe, expect, it } from 'vitest';
import { type Inquire } from '../../src/dns/inquiry.ts';
import { parseName } from '../../src/dns/name.ts';
import { limits } from '../../src/limits.ts';
import { type Approach, type Conversation, type Converse } from '../../src/mail/conversation.ts';
import { type HostRole } from '../../src/mail/probe.ts';
import { type ProbeTarget } from '../../src/mail/probed.ts';
import { takeReply } from '../../src/mail/reply.ts';
import { memoryOf } from '../../src/probe/memory.ts';
import { type ProbeOrder, probeRound } from '../../src/probe/round.ts';
import { readTarget, strangerTo } from '../../src/probe/targets.ts';
import { known } from '../checks/mail-example.ts';
import { stillClock } from '../support/clock.ts';

const reply = (text: string) => {
  const taken = takeReply(`${text}\r\n`);
  if (taken.is !== 'reply') throw new Error(text);
  return taken.reply;
};

/** What an address does: its answer to RCPT, or how the connection ends. */
type Does = string;

/** Mail hosts of a world by address; whoever is not named is silent. */
function world(hosts: Readonly<Record<string, Does>>, inquire: Inquire = known()) {
  const clock = stillClock();
  const asked: Approach[] = [];
  const does = new Map(Object.entries(hosts));
  const converse: Converse = async (approach, signal) => {
    signal.throwIfAborted();
    asked.push(approach);
    const { host, address, port, recipients } = approach;
    const answer = does.get(address) ?? 'timeout';
    const met = /^\d/.test(answer);
    return {
      ...{ host, address, port, at: clock.now().wall, tookMs: 1, message: null },
      ...(met
        ? { end: 'complete', detail: '', banner: reply('220 hi'), ehlo: reply('250 hi') }
        : { end: answer as Conversation['end'], detail: answer, banner: null, ehlo: null }),
      tls: met ? { is: 'not-offered' } : null,
      recipients: met
        ? recipients.map(one => ({ ...one, mailFrom: reply('250 Ok'), rcptTo: reply(answer) }))
        : [],
    };
  };
  const tools = {
    converse,
    clock,
    memory: memoryOf(converse),
    paceMs: limits.probeHostMs,
    inquire,
  };
  return { tools, clock, asked, does };
}

const at = (address: string, role: HostRole = 'new', port = 25): ProbeTarget => ({
  ...{ host: parseName(`${role}.example`), role, port, address },
});
const order = (targets: readonly ProbeTarget[], change: Partial<ProbeOrder> = {}): ProbeOrder => ({
  ...{ targets, allowPrivate: true, vantage: 'here', helo: '', wellKnown: [] },
  recipients: [{ address: 'postmaster@example.org', kind: 'postmaster' }],
  ...change,
});
const never = new AbortController().signal;

describe('one look at all hosts', () => {
  it('asks every address of both families, and witnesses for nobody', async () => {
    const inquire = known(
      'new.example A 300 198.51.100.1 | 198.51.100.2',
      'new.example AAAA 300 2001:db8::1',
    );
    const { tools, asked } = world({ '198.51.100.1': '250 Ok', '192.0.2.5': '250 Ok' }, inquire);
    const hosts: ProbeTarget[] = [
      { host: parseName('new.example'), role: 'new', port: 25 },
      at('192.0.2.5', 'witness', 2525),
    ];
    const { round } = await probeRound(order(hosts), tools, never);
    expect(
      asked.map(({ address, port, recipients }) => [address, port, recipients.length]),
    ).toEqual([
      ['198.51.100.1', 25, 1],
      ['198.51.100.2', 25, 1],
      ['2001:db8::1', 25, 1],
      ['192.0.2.5', 2525, 0],
    ]);
    expect(round.seen.map(({ reception }) => reception)).toEqual([
      ...['accepts', 'silent', 'silent', 'accepts'],
    ]);
    expect(round).toMatchObject({ egress: 'open', vantage: 'here', unresolved: [] });
  });

  it('says which hosts have no address, and asks no private one unless it may', async () => {
    const inquire = known('new.example A 300 10.0.0.1', 'mute.example A !', 'mute.example AAAA !');
    const { tools, asked } = world({}, inquire);
    const names = ['new.example', 'mute.example', 'none.example'].map((name): ProbeTarget => ({
      host: parseName(name),
      role: 'new',
      port: 25,
    }));
    const { round } = await probeRound(order(names, { allowPrivate: false }), tools, never);
    expect(asked).toEqual([]);
    expect(round.unresolved.map(({ why }) => why)).toEqual([
      expect.stringContaining('10.0.0.1 is not asked: it is a private address'),
      'its addresses could not be looked up: 192.0.2.9 is silent',
      'it has no address',
    ]);
    expect(round.egress).toBe('unknown');
  });

  it('gives up when it is aborted', async () => {
    const { tools } = world({});
    const aborted = AbortSignal.abort(new Error('over'));
    await expect(probeRound(order([at('192.0.2.1')]), tools, aborted)).rejects.toThrow('over');
  });
});

describe('can this machine judge at all?', () => {
  const silent = [at('192.0.2.1'), at('192.0.2.2', 'old')];
  const google = known('third.example A 300 198.18.0.9', 'third.example AAAA 300 2606:4700::9');
  const third = { wellKnown: [parseName('third.example')] };

  it('it can when anybody greets', async () => {
    const { tools } = world({ '192.0.2.2': '550 no' });
    const { round, selfTest } = await probeRound(order(silent), tools, never);
    expect(round.egress).toBe('open');
    expect(selfTest).toEqual([]);
  });

  it('it cannot when two others are silent as well', async () => {
    const hosts = [...silent, at('192.0.2.3', 'witness')];
    const { round } = await probeRound(order(hosts), world({}).tools, never);
    expect(round.egress).toBe('blocked');
  });

  it('a well-known host is tried, which may show that it can', async () => {
    const public4 = known('third.example A 300 8.8.4.4');
    const met = world({ '8.8.4.4': '250 Ok' }, public4);
    const shown = await probeRound(order(silent, third), met.tools, never);
    expect(shown.round.egress).toBe('open');
    expect(shown.selfTest).toMatchObject([{ address: '8.8.4.4', recipients: [] }]);
    const missed = await probeRound(order(silent, third), world({}, public4).tools, never);
    expect(missed.round.egress).toBe('blocked');
  });

  it('one other that is silent proves nothing, nor does another port', async () => {
    expect((await probeRound(order(silent), world({}).tools, never)).round.egress).toBe('unknown');
    const elsewhere = [at('192.0.2.1', 'new', 2525)];
    const { tools, asked } = world({}, google);
    const { round } = await probeRound(order(elsewhere, third), tools, never);
    expect(round.egress).toBe('unknown');
    expect(asked).toHaveLength(1);
  });
});

describe('nobody is asked more often than they have to bear', () => {
  it('what was heard a moment ago is told again', async () => {
    const { tools, clock, asked } = world({ '192.0.2.1': '250 Ok' });
    await probeRound(order([at('192.0.2.1')]), tools, never);
    await clock.sleep(limits.probeHostMs - 1, never);
    const { addresses } = await probeRound(order([at('192.0.2.1')]), tools, never);
    expect([asked.length, addresses[0]!.kept]).toEqual([1, true]);
    await clock.sleep(1, never);
    await probeRound(order([at('192.0.2.1')]), tools, never);
    expect(asked).toHaveLength(2);
  });

  it('somebody else is asked for after the pause', async () => {
    const { tools, clock, asked } = world({ '192.0.2.1': '250 Ok' });
    await probeRound(order([at('192.0.2.1')]), tools, never);
    const more = order([at('192.0.2.1')]);
    const recipients = [...more.recipients, { address: 'x1@example.org', kind: 'random' } as const];
    const { addresses } = await probeRound({ ...more, recipients }, tools, never);
    expect(clock.slept).toEqual([limits.probeHostMs]);
    expect([asked.length, addresses[0]!.kept]).toEqual([2, false]);
    // Another name that nobody has is the same question.
    const again = [...more.recipients, { address: 'x2@example.org', kind: 'random' } as const];
    await probeRound({ ...more, recipients: again }, tools, never);
    expect(asked).toHaveLength(2);
  });

  it('greylisting is waited out by nobody, and longer where the host says so', async () => {
    const { tools, clock, asked, does } = world({
      '192.0.2.1': '451 4.7.1 Greylisted, try again in 10 minutes',
    });
    const first = await probeRound(order([at('192.0.2.1')]), tools, never);
    expect(first.addresses[0]!.again).toBe(clock.now().wall + 600_000);
    does.set('192.0.2.1', '250 Ok');
    await clock.sleep(limits.probeGreylistMs, never);
    const then = await probeRound(order([at('192.0.2.1')]), tools, never);
    expect(then.round.seen[0]!.reception).toBe('greylists');
    expect(asked).toHaveLength(1);
    await clock.sleep(300_000, never);
    const last = await probeRound(order([at('192.0.2.1')]), tools, never);
    expect(last.round.seen[0]!.reception).toBe('accepts');
    expect(last.addresses[0]!.again).toBeNull();
  });

  it('a host that wants a day of peace is asked again after a quarter of an hour', async () => {
    const { tools, clock, asked } = world({
      '192.0.2.1': '451 4.7.1 Greylisted, try again in 24 hours',
    });
    await probeRound(order([at('192.0.2.1')]), tools, never);
    await clock.sleep(limits.probeGreylistMostMs - 1, never);
    await probeRound(order([at('192.0.2.1')]), tools, never);
    expect(asked).toHaveLength(1);
    await clock.sleep(1, never);
    await probeRound(order([at('192.0.2.1')]), tools, never);
    expect(asked).toHaveLength(2);
  });

  it('a temporary trouble is asked about with every look, and stands for itself in the end', async () => {
    const { tools, clock, asked } = world({ '192.0.2.1': '451 4.3.0 busy' });
    const helps: boolean[] = [];
    for (let look = 0; look < 4; look++) {
      const { addresses } = await probeRound(order([at('192.0.2.1')]), tools, never);
      helps.push(addresses[0]!.again !== null);
      await clock.sleep(limits.probeHostMs, never);
    }
    expect(asked).toHaveLength(4);
    expect(helps).toEqual([true, true, false, false]);
  });
});

describe('a host on the command line or in the configuration', () => {
  it.each([
    ['mx.example', { host: 'mx.example.', port: 25 }],
    ['mx.example:2525', { host: 'mx.example.', port: 2525 }],
    ['192.0.2.1', { host: '192.0.2.1.', port: 25, address: '192.0.2.1' }],
    ['192.0.2.1:26', { host: '192.0.2.1.', port: 26, address: '192.0.2.1' }],
    ['2001:db8::1', { host: '2001:db8::1.', port: 25, address: '2001:db8::1' }],
    ['[2001:db8::1]:26', { host: '2001:db8::1.', port: 26, address: '2001:db8::1' }],
  ])('%s', (text, target) => {
    expect(readTarget(text, 25)).toEqual(target);
  });
});

it('takes a large host for a third one only where it has no part in the move', () => {
  const google = parseName('aspmx.l.google.com');
  expect(strangerTo([parseName('mx.new.example')])).toEqual([google]);
  expect(strangerTo([google])).toEqual([parseName('in1-smtp.messagingengine.com')]);
});
