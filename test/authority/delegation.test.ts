import { afterEach, expect, it } from 'vitest';
import { discover } from '../../src/authority/delegation.ts';
import { inquirer } from '../../src/authority/inquire.ts';
import { parseName } from '../../src/dns/name.ts';
import { isFault } from '../../src/errors.ts';
import { networkAsk } from '../../src/transport/ask.ts';
import { freePort, type RunningServer } from '../support/server.ts';
import { knot } from '../support/servers.ts';
import { worldAsk, type WorldServer } from '../support/world.ts';

const domain = parseName('example.org');
const lookups = [{ address: '192.0.2.200', port: 53 }];
const never = () => new AbortController().signal;
const nothing = { replace: [], add: [] };
const soa = (apex: string): string => `${apex} SOA 60 ns.example.net. h.example.net. 1 1 1 1 60`;

/** A resolver, the servers of org and of example.org, whose NS sets differ by one name. */
const world: Record<string, WorldServer> = {
  '192.0.2.200': {},
  '192.0.2.10': {
    zones: {
      '.': [soa('.'), '. NS 60 a.root.example.net.', 'a.root.example.net A 60 192.0.2.10'],
      org: [
        soa('org'),
        'org NS 60 a.org. | b.org.',
        'a.org A 60 192.0.2.99',
        'b.org A 60 192.0.2.10',
        'example.org NS 60 ns1.example.org. | ns2.example.org.',
        'ns1.example.org A 60 192.0.2.9',
      ],
    },
  },
  '192.0.2.1': {
    zones: {
      'example.org': [
        soa('example.org'),
        'example.org NS 60 ns1.example.org. | ns3.example.org.',
        'ns1.example.org A 60 192.0.2.1',
        'ns1.example.org AAAA 60 2001:db8::1',
        'ns2.example.org A 60 192.0.2.2',
        'ns3.example.org A 60 192.0.2.3',
      ],
    },
  },
};

const discovered = (of: Partial<Parameters<typeof discover>[0]>, servers = world) =>
  discover(
    { domain, authority: nothing, ask: worldAsk(servers).ask, lookups, port: 53, ...of },
    never(),
  );

it('takes the delegation and the NS set of the zone together, with old glue', async () => {
  const delegation = await discovered({ domain: parseName('deep.www.example.org') });
  expect(delegation).toMatchObject({
    source: 'discovered',
    zone: 'example.org.',
    parentNameServers: ['ns1.example.org.', 'ns2.example.org.'],
    childNameServers: ['ns1.example.org.', 'ns3.example.org.'],
  });
  expect(delegation.servers.map(({ name, address }) => `${name} ${address}`)).toEqual([
    'ns1.example.org. 192.0.2.1',
    'ns1.example.org. 2001:db8::1',
    'ns1.example.org. 192.0.2.9',
    'ns2.example.org. 192.0.2.2',
    'ns3.example.org. 192.0.2.3',
  ]);
});

it('asks the next resolver and the next parent server when one is silent', async () => {
  const { zone } = await discovered({
    lookups: [{ address: '192.0.2.201', port: 53 }, ...lookups],
  });
  expect(zone).toBe('example.org.');
});

it('adds servers, or takes only those that are configured', async () => {
  const hidden = { address: '192.0.2.1', port: 5353 };
  const added = await discovered({ authority: { replace: [], add: [hidden] } });
  expect(added.servers.at(-1)).toEqual({ name: '192.0.2.1', ...hidden });
  const { ask, asked } = worldAsk(world);
  const replaced = await discovered({ ask, authority: { replace: [hidden], add: [] } });
  expect(replaced).toEqual({
    source: 'configured',
    zone: 'example.org.',
    parentNameServers: [],
    childNameServers: ['ns1.example.org.', 'ns3.example.org.'],
    servers: [{ name: '192.0.2.1', ...hidden }],
  });
  expect(asked.every(({ at, question }) => at.port === 5353 && !question.recursive)).toBe(true);
});

it('passes by a configured server that sends elsewhere', async () => {
  const lame = { address: '192.0.2.10', port: 53 };
  const good = { address: '192.0.2.1', port: 53 };
  const { zone } = await discovered({ authority: { replace: [lame, good], add: [] } });
  expect(zone).toBe('example.org.');
});

it('says of configured servers that hold nothing of the name that it is they', async () => {
  const replace = [{ address: '192.0.2.1', port: 53 }];
  const elsewhere = { '192.0.2.1': { zones: { '.': ['org NS 60 a.org.', 'net NS 60 a.net.'] } } };
  await expect(discovered({ authority: { replace, add: [] } }, elsewhere)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'no server that was named holds a zone for example.org',
  });
});

it.each([
  ['the resolvers are silent', { ...world, '192.0.2.200': { silent: true } }],
  ['no parent server answers', { ...world, '192.0.2.10': { ...world['192.0.2.10'], rcode: 5 } }],
] as const)('says so when %s', async (_, servers) => {
  const fault = await discovered({}, servers).catch((error: unknown) => error);
  expect(isFault(fault, 'UNAVAILABLE')).toBe(true);
  expect(fault).toMatchObject({ fix: expect.stringContaining('authority.replace') as string });
});

const running: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(server => server.stop()));
});

it('reads the referral of a real parent and finds the real servers of the zone', async () => {
  const [above, one, two] = ['127.0.53.1', '127.0.53.2', '127.0.53.3'] as const;
  const port = await freePort(above, one, two);
  const org = `$TTL 60
@ SOA ns.org. h.org. 1 1 1 1 60
@ NS ns.org.
ns A ${above}
example NS ns1.example
example NS ns2.example
ns1.example A ${one}
ns2.example A ${two}
`;
  const zone = { nameServers: [one, two] };
  running.push(
    await knot('org', { address: above, port, zoneText: org }),
    await knot('example.org', { address: one, port, zone }),
    await knot('example.org', { address: two, port, zone }),
  );
  // The resolver is ours; the servers it leads to are real.
  const real = networkAsk();
  const table: Record<string, WorldServer> = {
    '192.0.2.200': {},
    none: {
      zones: {
        org: [soa('org'), 'org NS 60 ns.org.', `ns.org A 60 ${above}`],
        'example.org': [
          soa('example.org'),
          `ns1.example.org A 60 ${one}`,
          `ns2.example.org A 60 ${two}`,
        ],
      },
    },
  };
  const resolver = worldAsk(table).ask;
  const delegation = await discovered({
    port,
    ask: (question, at, signal) =>
      (at.address === '192.0.2.200' ? resolver : real)(question, at, signal),
  });
  expect(delegation).toEqual({
    source: 'discovered',
    zone: 'example.org.',
    parentNameServers: ['ns1.example.org.', 'ns2.example.org.'],
    childNameServers: ['ns1.example.org.', 'ns2.example.org.'],
    glue: [
      { name: 'ns1.example.org.', address: one, ttl: 60 },
      { name: 'ns2.example.org.', address: two, ttl: 60 },
    ],
    servers: [
      { name: 'ns1.example.org.', address: one, port },
      { name: 'ns2.example.org.', address: two, port },
    ],
  });
  // The same servers answer about names of a zone that is not that of a plan.
  const inquire = inquirer(
    {
      ...{ ask: real, zone: parseName('elsewhere.example'), servers: [], port },
      authority: { replace: [], lookups: [{ address: above, port }] },
      system: async () => [],
    },
    never(),
  );
  const said = async (name: string, type: string) => inquire(parseName(name), type);
  expect(await said('mail.example.org', 'A')).toMatchObject({ rdata: ['192.0.2.29'], ttl: 1019 });
  expect(await said('www.example.org', 'A')).toMatchObject({
    ...{ is: 'found', rdata: ['192.0.2.80'], at: 'example.org.', aliases: ['example.org.'] },
  });
  expect(await said('_25._tcp.mail.example.org', 'TLSA')).toMatchObject({ is: 'absent' });
  expect(await said('mail.example.com', 'A')).toMatchObject({ is: 'unanswered' });
});
