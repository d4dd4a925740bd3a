import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadResolvers } from '../../src/config/resolvers.ts';
import { parseName } from '../../src/dns/name.ts';
import { rrsetFrom } from '../../src/dns/records.ts';
import { systemChance } from '../../src/machine/chance.ts';
import { systemClock } from '../../src/machine/clock.ts';
import { makePoller } from '../../src/poller/poller.ts';
import { sweepAsk, type SweepOptions } from '../../src/transport/sweep.ts';
import { type Question, type Server } from '../../src/transport/transport.ts';
import { authority } from '../support/certificates.ts';
import { directory, freePort, type RunningServer, start } from '../support/server.ts';

const ca = authority();
const address = '127.0.0.1';
const host = 'dns.example';
const name = parseName('example.org');
const question: Question = { name, type: 'MX', recursive: true, dnssec: false };
const mail = Array.from({ length: 60 }, (_, index) => `${index} mx${index}.mail.example.`);

let unbound: RunningServer;
let places: Readonly<Record<'udp' | 'tcp' | 'tls' | 'https', Server>>;

beforeAll(async () => {
  const dir = directory('unbound-secure');
  const port = await freePort(address);
  const tls = await freePort(address);
  const https = await freePort(address);
  const { cert, key } = ca.issue([`DNS:${host}`]);
  writeFileSync(join(dir, 'cert.pem'), cert);
  writeFileSync(join(dir, 'key.pem'), key, { mode: 0o600 });
  writeFileSync(
    join(dir, 'unbound.conf'),
    `server:
  directory: "${dir}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  interface: ${address}@${port}
  interface: ${address}@${tls}
  interface: ${address}@${https}
  tls-port: ${tls}
  https-port: ${https}
  tls-service-key: "${dir}/key.pem"
  tls-service-pem: "${dir}/cert.pem"
  module-config: "iterator"
  local-zone: "example.org." static
  local-data: "example.org. 300 SOA ns.example.org. host.example.org. 1 3600 600 86400 300"
${mail.map(one => `  local-data: "example.org. 300 MX ${one}"`).join('\n')}
`,
  );
  const argv = ['unbound', '-d', '-c', join(dir, 'unbound.conf')] as const;
  const at = { address, port, dir, zone: 'example.org' };
  unbound = await start({ name: 'unbound', argv: [...argv], ...at });
  const template = `https://${host}:${https}/dns-query{?dns}`;
  places = {
    udp: { address, port },
    tcp: { address, port, over: { transport: 'tcp' } },
    tls: { address, port: tls, over: { transport: 'tls', host } },
    https: { address, port: https, over: { transport: 'https', template } },
  };
});
afterAll(() => unbound.stop());

const ways: readonly (readonly [keyof typeof places, SweepOptions])[] = [
  // 60 records do not fit into a datagram.
  ['udp', {}],
  ['tcp', {}],
  ['tls', {}],
  ['https', { method: 'GET' }],
  ['https', { method: 'POST' }],
];

it.each(ways)(
  'Unbound answers over %s %j, also many at once and after a renewal',
  async (...way) => {
    const [over, options] = way;
    const sweep = sweepAsk({ timeoutMs: 10_000, trust: [ca.pem], ...options });
    const signal = new AbortController().signal;
    try {
      for (let round = 0; round < 2; round++) {
        const asked = Array.from({ length: 50 }, () => sweep.ask(question, places[over], signal));
        const replies = await Promise.all(asked);
        for (const { message, transport } of replies) {
          expect(transport).toBe(over === 'udp' ? 'tcp' : over);
          expect(rrsetFrom(message.answer, question)?.rdata).toHaveLength(mail.length);
        }
        for (const { connection } of replies) sweep.renew(connection);
      }
    } finally {
      await sweep.close();
    }
  },
);

it('Unbound is not asked where its authority is not trusted', async () => {
  const sweep = sweepAsk({ timeoutMs: 10_000 });
  const signal = new AbortController().signal;
  try {
    for (const over of ['tls', 'https'] as const)
      await expect(sweep.ask(question, places[over], signal)).rejects.toMatchObject({
        ...{ code: 'UNAVAILABLE', details: { certificate: 'unknown authority', sent: false } },
      });
  } finally {
    await sweep.close();
  }
});

it('Unbound is watched over what a list says, and over the next where that does not answer', async () => {
  const { tls, https, udp } = places;
  const dohTemplate = https.over?.transport === 'https' ? https.over.template : '';
  const secure = { addresses: [address], dotHost: host, dotPort: tls.port, dohTemplate };
  const rows = [
    { id: 'plain', addresses: [address], port: udp.port },
    { id: 'tls', ...secure, transports: ['tls', 'udp'] },
    { id: 'https', ...secure, transports: ['https'] },
    // As where port 53 is blocked.
    { id: 'blocked', ...secure, port: await freePort(address), transports: ['udp', 'tls'] },
  ];
  const file = join(directory('unbound-secure-list'), 'list.json');
  writeFileSync(file, JSON.stringify(rows));
  const sweep = sweepAsk({ timeoutMs: 3000, trust: [ca.pem] });
  const clock = systemClock();
  const politeness = async () => ({ total: 100, operator: 100 });
  const poller = makePoller({ clock, chance: systemChance, sweep, politeness });
  const key = { name, type: 'MX' };
  const expectation = {
    ...{ key, old: [mail], new: null, ttl: { old: 300, low: null } },
    ...{ lowSince: null, swappedAt: null, authorityNewSince: null },
  };
  const heard = new Map<string, string>();
  try {
    await poller.watch(
      { key, resolvers: await loadResolvers(file), mode: 'look', expectation, offset: 0 },
      ({ id }, { last: { outcome, transport } }) =>
        heard.set(id, `${outcome.kind} over ${transport}`),
      new AbortController().signal,
    );
  } finally {
    await sweep.close();
  }
  expect(Object.fromEntries(heard)).toEqual({
    ...{ plain: 'answered over tcp', tls: 'answered over tls' },
    ...{ https: 'answered over https', blocked: 'answered over tls' },
  });
});
