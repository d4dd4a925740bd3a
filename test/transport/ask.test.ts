// What is not in the conformance suite: real servers, and the order in which things are tried.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { rrsetFrom } from '../../src/dns/records.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { networkAsk, tcpAsk } from '../../src/transport/ask.ts';
import { sweepAsk } from '../../src/transport/sweep.ts';
import { type Ask } from '../../src/transport/transport.ts';
import { systemTrouble } from '../../src/transport/trouble.ts';
import { frame } from '../support/nasty.ts';
import { type RunningServer } from '../support/server.ts';
import { bind } from '../support/servers.ts';
import { mxAnswer, never, question } from './replies.ts';
import { opened, start } from './subject.ts';

const name = parseName('alpha.example');
const mx = rrset({ name, type: 'MX', ttl: 20, rdata: ['10 mx1.oldhost.example.'] });
const authoritative = { ...question, recursive: false };
const whole: readonly (readonly [string, () => Ask])[] = [
  ['connected sockets', () => networkAsk()],
  ['shared sockets', () => opened(sweepAsk()).ask],
];

let server: RunningServer;
beforeAll(async () => {
  const records = Array.from({ length: 90 }, (_, i) => `big 60 IN TXT "${'x'.repeat(40)}${i}"`);
  server = await bind('alpha.example', { zone: { records } });
});
afterAll(() => server.stop());

it.each(whole)('asks a real BIND over %s', async (_, make) => {
  const reply = await make()(authoritative, server, never());
  expect(reply.transport).toBe('udp');
  expect(rrsetFrom(reply.message.answer, { name, type: 'MX' })).toEqual(mx);
});

it('asks a real BIND over TCP', async () => {
  const reply = await tcpAsk()(authoritative, server, never());
  expect(reply.transport).toBe('tcp');
  expect(rrsetFrom(reply.message.answer, { name, type: 'MX' })).toEqual(mx);
});

it.each(whole)('uses TCP after %s when a real answer does not fit', async (_, make) => {
  const big = parseName('big.alpha.example');
  const ask = make();
  // Several at once: the shared connections carry more than one.
  const replies = await Promise.all(
    Array.from({ length: 20 }, () =>
      ask({ ...authoritative, name: big, type: 'TXT' }, server, never()),
    ),
  );
  for (const { transport, message } of replies) {
    expect(transport).toBe('tcp');
    expect(message.answer).toHaveLength(90);
  }
});

it('asks twice over UDP from two ports and then over TCP when nobody answers', async () => {
  const silent = await start({
    udp: () => undefined,
    tcp: (query, socket) => socket.write(frame(mxAnswer(query))),
  });
  const reply = await networkAsk({ timeoutMs: 150 })(question, silent, never());
  expect(reply.transport).toBe('tcp');
  expect(silent.seen.map(({ transport }) => transport)).toEqual(['udp', 'udp', 'tcp']);
  expect(silent.seen[0]?.port).not.toBe(silent.seen[1]?.port);
});

it('tells what lies with this machine from what lies with the server', () => {
  const trouble = (code: string, address: string) =>
    systemTrouble(
      Object.assign(new Error(code), { code }),
      { address, port: 53 },
      { transport: 'udp', sent: false },
    );
  for (const code of ['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'])
    expect(trouble(code, '2001:db8::53').details).toMatchObject({ family: 'lacking' });
  // Over IPv4, connect() says EADDRNOTAVAIL when it finds no source port.
  for (const code of ['EADDRNOTAVAIL', 'EADDRINUSE', 'EAGAIN', 'EMFILE'])
    expect(trouble(code, '192.0.2.53').details).toMatchObject({ ports: 'exhausted' });
  for (const code of ['ECONNREFUSED', 'EHOSTUNREACH', 'ECONNRESET']) {
    const { details } = trouble(code, '192.0.2.53');
    expect(details).not.toHaveProperty('ports');
    expect(details).not.toHaveProperty('family');
  }
});
