import { describe, expect, it } from 'vitest';
import { inquirer, type InquiryOf } from '../../src/authority/inquire.ts';
import { parseName } from '../../src/dns/name.ts';
import { Fault } from '../../src/errors.ts';
import { worldAsk, type WorldServer } from '../support/world.ts';

const soa = (apex: string): string => `${apex} SOA 60 ns.example.net. h.example.net. 1 1 1 1 60`;
const resolver = { address: '192.0.2.200', port: 53 };

/** A resolver, the zone of the plan, and the zones of two hosts, part of one delegated further. */
const world: Record<string, WorldServer> = {
  '192.0.2.200': {},
  '192.0.2.1': {
    zones: {
      'example.org': [
        soa('example.org'),
        'example.org MX 300 10 mx.old.example.',
        'www.example.org CNAME 60 host.old.example.',
        'sub.example.org NS 60 ns.sub.example.org.',
        'ns.sub.example.org A 60 192.0.2.2',
      ],
    },
  },
  '192.0.2.2': {
    zones: { 'sub.example.org': [soa('sub.example.org'), 'sub.example.org TXT 60 "deep"'] },
  },
  '192.0.2.3': {
    zones: {
      'old.example': [
        soa('old.example'),
        'old.example NS 60 ns1.old.example. | ns2.old.example.',
        'ns1.old.example A 60 192.0.2.99',
        'ns2.old.example A 60 192.0.2.3',
        'mx.old.example A 120 192.0.2.25',
        'host.old.example CNAME 60 real.new.example.',
        'ring.old.example CNAME 60 gnir.old.example.',
        'gnir.old.example CNAME 60 ring.old.example.',
      ],
      'new.example': [
        soa('new.example'),
        'new.example NS 60 ns2.old.example.',
        'real.new.example A 60 192.0.2.26',
      ],
    },
  },
};

const nothing = { replace: [], lookups: [] };
const of = (changes: Partial<InquiryOf> = {}, servers = world) => {
  const { ask, asked } = worldAsk(servers);
  const inquire = inquirer(
    {
      ...{ ask, zone: parseName('example.org'), servers: [{ address: '192.0.2.1', port: 53 }] },
      ...{ authority: nothing, system: async () => [resolver], port: 53, ...changes },
    },
    new AbortController().signal,
  );
  return { asked, say: (name: string, type: string) => inquire(parseName(name), type) };
};

describe('whom a question about a name goes to', () => {
  it('asks the servers of the plan for names in its zone, and follows what they refer to', async () => {
    const { say, asked } = of();
    expect(await say('example.org', 'MX')).toEqual({
      ...{ is: 'found', rdata: ['10 mx.old.example.'], ttl: 300, at: 'example.org.' },
      ...{ aliases: [], server: '192.0.2.1' },
    });
    expect(await say('sub.example.org', 'TXT')).toMatchObject({
      rdata: ['"deep"'],
      server: '192.0.2.2',
    });
    expect(await say('no.example.org', 'A')).toMatchObject({ is: 'absent', rcode: 'NXDOMAIN' });
    expect(await say('example.org', 'AAAA')).toMatchObject({ is: 'absent', rcode: 'NOERROR' });
    expect(asked.filter(({ question }) => question.recursive)).toEqual([]);
  });

  it('never asks a resolver for a name that may not be there, nor for anything below it', async () => {
    const { say, asked } = of();
    expect(await say('_25._tcp.mx.old.example', 'TLSA')).toMatchObject({
      ...{ is: 'absent', rcode: 'NXDOMAIN', server: '192.0.2.3' },
    });
    const said = asked
      .filter(({ question }) => question.recursive)
      .map(({ question }) => question.name);
    expect(new Set(said)).toEqual(
      new Set(['old.example.', 'ns1.old.example.', 'ns2.old.example.']),
    );
    // The first server was silent: nobody waits for it a second time.
    await say('mx.old.example', 'A');
    expect(asked.filter(({ at }) => at.address === '192.0.2.99')).toHaveLength(1);
  });

  it('follows aliases from zone to zone, to an end', async () => {
    const { say } = of();
    expect(await say('www.example.org', 'A')).toMatchObject({
      ...{ is: 'found', rdata: ['192.0.2.26'], at: 'real.new.example.' },
      aliases: ['host.old.example.', 'real.new.example.'],
    });
    expect(await say('www.example.org', 'CNAME')).toMatchObject({ rdata: ['host.old.example.'] });
    expect(await say('ring.old.example', 'A')).toMatchObject({ is: 'unanswered' });
  });

  it('asks each question once', async () => {
    const { say, asked } = of();
    await Promise.all([say('mx.old.example', 'A'), say('mx.old.example', 'A')]);
    const times = asked.length;
    await say('mx.old.example', 'A');
    expect(asked).toHaveLength(times);
    expect(asked.filter(({ question }) => question.name === 'mx.old.example.')).toHaveLength(2);
  });
});

describe('in a closed network', () => {
  const odd = { address: '192.0.2.3', port: 5353 };

  it('servers to look up with that have authority themselves are asked where they are', async () => {
    const { say, asked } = of({ authority: { replace: [], lookups: [odd] } });
    expect(await say('mx.old.example', 'A')).toMatchObject({ is: 'found', ttl: 120 });
    expect(await say('not.yet.new.example', 'A')).toMatchObject({ is: 'absent' });
    expect(asked.every(({ at }) => at.port === 5353)).toBe(true);
  });

  it('nothing else leaves the network where the servers of the plan serve the name, too', async () => {
    const system = async () => Promise.reject(new Fault('CONFIG', 'no resolver here'));
    const { say } = of({ system, authority: { replace: [odd], lookups: [] } });
    expect(await say('mx.old.example', 'A')).toMatchObject({ is: 'found' });
    expect(await say('example.org', 'MX')).toMatchObject({ is: 'found' });
    expect(await say('mx.elsewhere.example', 'A')).toEqual({
      ...{ is: 'unanswered', why: 'no resolver here' },
    });
  });

  it('a server that refuses the zone above is asked for the name itself', async () => {
    const zones = { 'mx.deep.example': [soa('mx.deep.example'), 'mx.deep.example A 9 192.0.2.77'] };
    const servers = { ...world, '192.0.2.4': { zones } };
    const lookups = [{ address: '192.0.2.4', port: 5353 }];
    const { say } = of({ authority: { replace: [], lookups } }, servers);
    expect(await say('mx.deep.example', 'A')).toMatchObject({ is: 'found', ttl: 9 });
    expect(await say('other.example', 'A')).toMatchObject({ is: 'unanswered' });
  });
});

it.each([
  [
    'the resolvers are silent',
    { ...world, '192.0.2.200': { silent: true } },
    '192.0.2.200 is silent',
  ],
  [
    'no server answers',
    { ...world, '192.0.2.3': { ...world['192.0.2.3'], silent: true } },
    '192.0.2.3 is silent',
  ],
  [
    'a server is lame',
    { ...world, '192.0.2.3': { ...world['192.0.2.3'], lame: true } },
    'without authority',
  ],
  ['a server refuses', { ...world, '192.0.2.3': { rcode: 5 } }, 'REFUSED'],
])('says why when %s', async (_, servers, why) => {
  const { say } = of({}, servers);
  const said = await say('mx.old.example', 'A');
  expect(said).toMatchObject({ is: 'unanswered', why: expect.stringContaining(why) as string });
});

it('is given up with the run', async () => {
  const giving = new AbortController();
  const { ask } = worldAsk(world);
  const inquire = inquirer(
    {
      ...{ ask, zone: parseName('example.org'), servers: [{ address: '192.0.2.1', port: 53 }] },
      ...{ authority: nothing, system: async () => [resolver], port: 53 },
    },
    giving.signal,
  );
  giving.abort();
  await expect(inquire(parseName('example.org'), 'MX')).rejects.toMatchObject({ code: 'ABORTED' });
});
