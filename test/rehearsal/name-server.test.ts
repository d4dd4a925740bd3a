import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { RCODE } from '../../src/dns/rcode.ts';
import { keyText, rrset, type RRset } from '../../src/dns/rrset.ts';
import { type Message } from '../../src/dns/wire.ts';
import { systemClock } from '../../src/machine/clock.ts';
import { nameServer } from '../../src/rehearsal/name-server.ts';
import { authorityOf, type Responder, type Served } from '../../src/rehearsal/network.ts';
import { networkAsk, tcpAsk } from '../../src/transport/ask.ts';

const apex = parseName('example.org');
const set = (name: string, type: string, ...rdata: string[]): RRset =>
  rrset({ name: parseName(name), type, ttl: 300, rdata });

const long = `"${'a'.repeat(255)}" "${'b'.repeat(200)}"`;
const many = Array.from({ length: 40 }, (_, index) => `"${String(index).padEnd(60, '.')}"`);
const zone: readonly RRset[] = [
  rrset({
    ...{ name: apex, type: 'SOA', ttl: 3600 },
    rdata: ['ns1.example.org. hostmaster.example.org. 7 40 20 86400 15'],
  }),
  set('example.org', 'MX', '10 mx1.example.net.', '20 mx2.example.net.'),
  set('long.example.org', 'TXT', long),
  set('many.example.org', 'TXT', ...many),
  set('www.example.org', 'CNAME', 'example.org.'),
  set('*.wild.example.org', 'TXT', '"wild"'),
  set('tame.wild.example.org', 'MX', '0 .'),
];

const open = (responder: Responder, datagrams = false): Promise<Served> =>
  nameServer(responder, { clock: systemClock(), datagrams });

/** The RRsets of a section, each as one. */
function sets(message: Message, section: 'answer' | 'authority' = 'answer'): readonly RRset[] {
  const byKey = Map.groupBy(message[section], keyText);
  return [...byKey.values()].map(([first, ...rest]) => {
    const { name, type, ttl, rdata } = first!;
    return rrset({ name, type, ttl, rdata: [rdata, ...rest.map(one => one.rdata)] });
  });
}

const signal = new AbortController().signal;
const question = (name: string, type: string) => ({
  ...{ name: parseName(name), type, recursive: false, dnssec: false },
});

describe('a rehearsed name server', () => {
  let server: Served;
  beforeAll(async () => {
    server = await open(
      authorityOf({
        apex,
        get: key => zone.find(one => keyText(one) === keyText(key)) ?? null,
        exists: name => zone.some(one => one.name === name),
      }),
    );
  });
  afterAll(() => server.close());

  const ways = { udp: networkAsk({ timeoutMs: 2000 }), tcp: tcpAsk({ timeoutMs: 2000 }) };
  for (const [way, ask] of Object.entries(ways)) {
    it(`answers over ${way}: data, an alias as it is, no such type, no such name, not mine`, async () => {
      const asked = async (name: string, type: string) => {
        const { message, transport } = await ask(question(name, type), server, signal);
        expect(transport).toBe(way);
        return message;
      };
      const mx = await asked('example.org', 'MX');
      expect(mx).toMatchObject({ rcode: RCODE.NOERROR, aa: true });
      expect(sets(mx)).toEqual([zone[1]]);
      expect(sets(await asked('www.example.org', 'MX'))).toEqual([zone[4]]);
      expect(sets(await asked('long.example.org', 'TXT'))).toEqual([zone[2]]);
      const nothing = await asked('www.example.org', 'A');
      expect(sets(nothing)).toEqual([zone[4]]);
      const noData = await asked('long.example.org', 'A');
      expect(noData).toMatchObject({ rcode: RCODE.NOERROR, aa: true, answer: [] });
      expect(sets(noData, 'authority')).toEqual([zone[0]]);
      const noName = await asked('nosuch.example.org', 'A');
      expect(noName).toMatchObject({ rcode: RCODE.NXDOMAIN, aa: true, answer: [] });
      expect(sets(noName, 'authority')).toEqual([zone[0]]);
      expect((await asked('example.net', 'MX')).rcode).toBe(RCODE.REFUSED);
    });
  }

  it('answers from a wildcard where nothing else is, under the name that was asked for', async () => {
    const wild = async (name: string) => {
      const { message } = await ways.udp(
        question(`${name}.wild.example.org`, 'TXT'),
        server,
        signal,
      );
      return message.answer.map(one => `${one.name} ${one.rdata}`);
    };
    expect(await wild('any')).toEqual(['any.wild.example.org. "wild"']);
    expect(await wild('any.deeper')).toEqual(['any.deeper.wild.example.org. "wild"']);
    expect(await wild('*')).toEqual(['*.wild.example.org. "wild"']);
    expect(await wild('tame')).toEqual([]);
    expect(await wild('below.tame')).toEqual([]);
  });

  it('has what is too long for UDP asked again over TCP', async () => {
    const reply = await ways.udp(question('many.example.org', 'TXT'), server, signal);
    expect(reply.transport).toBe('tcp');
    expect(sets(reply.message)).toEqual([zone[3]]);
  });

  it('outlives garbage', async () => {
    const socket = createSocket('udp4');
    const tcp = connect(server.port, server.address);
    await once(tcp, 'connect');
    tcp.on('error', () => undefined);
    for (const bytes of [new Uint8Array(0), new Uint8Array(5), new Uint8Array(600).fill(255)])
      await new Promise(sent => {
        socket.send(bytes, server.port, server.address, sent);
      });
    tcp.end(Buffer.from([0, 4, 255, 255, 255, 255]));
    await once(tcp, 'close');
    socket.close();
    const { message } = await ways.udp(question('example.org', 'MX'), server, signal);
    expect(sets(message)).toEqual([zone[1]]);
  });

  it('listens on loopback and nowhere else, with UDP and TCP', async () => {
    expect(server.address).toBe('127.0.0.1');
    // Who can have the same port of every other address can bind it: nothing listens there.
    const elsewhere = ['127.0.0.2', ...outside()];
    for (const address of elsewhere) {
      const tcp = createServer().listen(server.port, address);
      await once(tcp, 'listening');
      tcp.close();
      const udp = createSocket('udp4').bind(server.port, address);
      await once(udp, 'listening');
      udp.close();
    }
    const taken = createServer().listen(server.port, server.address);
    const [error] = (await once(taken, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('EADDRINUSE');
  });
});

/** IPv4 addresses of this machine that are not loopback. */
const outside = (): readonly string[] =>
  Object.values(networkInterfaces())
    .flatMap(list => list ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);

it('gives its port back when it is closed', async () => {
  const server = await open(authorityOf({ apex, get: () => null, exists: () => false }));
  await server.close();
  const tcp = createServer().listen(server.port, server.address);
  await once(tcp, 'listening');
  tcp.close();
  const udp = createSocket('udp4').bind(server.port, server.address);
  await once(udp, 'listening');
  udp.close();
});
