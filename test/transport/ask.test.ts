import { afterEach, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { decodeMessage, encodeResponse } from '../../src/dns/wire.ts';
import { rrsetFrom } from '../../src/dns/records.ts';
import { type Fault } from '../../src/errors.ts';
import { networkAsk, tcpAsk } from '../../src/transport/ask.ts';
import { type Question } from '../../src/transport/transport.ts';
import { systemTrouble } from '../../src/transport/trouble.ts';
import { udpTry } from '../../src/transport/udp.ts';
import { frame, nasty, type Nasty, type NastyOptions } from '../support/nasty.ts';
import { bind } from '../support/servers.ts';

const name = parseName('alpha.example');
const question: Question = { name, type: 'MX', recursive: false, dnssec: false };
const mx = rrset({ name, type: 'MX', ttl: 20, rdata: ['10 mx1.oldhost.example.'] });
const never = () => new AbortController().signal;

/** The right answer to a query. */
const answer = (query: Uint8Array, more: { tc?: boolean; rcode?: number } = {}): Uint8Array =>
  encodeResponse({ query: decodeMessage(query), aa: true, answer: [mx], ...more });

/** The right answer with octets changed. */
function changed(query: Uint8Array, change: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = answer(query).slice();
  change(bytes);
  return bytes;
}

const open: Nasty[] = [];
async function start(options: NastyOptions): Promise<Nasty> {
  const server = await nasty(options);
  open.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(server => server.stop()));
});

/** The Fault that asking ends with. */
async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  return promise.then(
    value => {
      throw new Error(`no fault but ${JSON.stringify(value)}`);
    },
    (error: unknown) => error as Fault,
  );
}

const ask = networkAsk({ timeoutMs: 150 });

it('asks a real BIND over UDP and over TCP', async () => {
  const server = await bind('alpha.example');
  try {
    const overUdp = await ask(question, server, never());
    expect(overUdp.transport).toBe('udp');
    expect(rrsetFrom(overUdp.message.answer, { name, type: 'MX' })).toEqual(mx);
    const overTcp = await tcpAsk()(question, server, never());
    expect(overTcp.transport).toBe('tcp');
    expect(rrsetFrom(overTcp.message.answer, { name, type: 'MX' })).toEqual(mx);
  } finally {
    await server.stop();
  }
});

it('uses TCP when a real answer does not fit into a datagram', async () => {
  const records = Array.from({ length: 90 }, (_, i) => `big 60 IN TXT "${'x'.repeat(40)}${i}"`);
  const server = await bind('alpha.example', { zone: { records } });
  try {
    const big = parseName('big.alpha.example');
    const reply = await ask({ ...question, name: big, type: 'TXT' }, server, never());
    expect(reply.transport).toBe('tcp');
    expect(reply.message.answer).toHaveLength(90);
  } finally {
    await server.stop();
  }
});

it('gives a refusal as a reply', async () => {
  const server = await start({
    udp: (query, { send }) => {
      send(encodeResponse({ query: decodeMessage(query), rcode: 5 }));
    },
  });
  const { message } = await ask(question, server, never());
  expect(message.rcodeName).toBe('REFUSED');
});

const ignored: Record<string, (query: Buffer) => Uint8Array> = {
  'another id': query =>
    changed(query, bytes => {
      bytes.set([(bytes[0] ?? 0) ^ 1], 0);
    }),
  'another question': query =>
    changed(query, bytes => {
      bytes.set([bytes[13]! ^ 3], 13);
    }),
  'another type': query =>
    changed(query, bytes => {
      bytes.set([16], 28);
    }),
  'QR = 0': query =>
    changed(query, bytes => {
      bytes.set([bytes[2]! & 0x7f], 2);
    }),
  garbage: () => Buffer.from('this is not DNS at all'),
  'an empty datagram': () => new Uint8Array(),
  'a datagram over the size limit': query => Buffer.concat([answer(query), Buffer.alloc(5000)]),
};

it.each(Object.entries(ignored))(
  'ignores %s and waits on for the real answer',
  async (_, forge) => {
    const server = await start({
      udp: (query, { send }) => {
        send(forge(query));
        setTimeout(send, 20, answer(query));
      },
    });
    const reply = await ask(question, server, never());
    expect(reply.transport).toBe('udp');
    expect(reply.message.answer).toHaveLength(1);
    expect(server.seen).toHaveLength(1);
  },
);

it('does not hear a right answer from a wrong source', async () => {
  const server = await start({
    udp: (query, { sendFromElsewhere }) => {
      sendFromElsewhere(answer(query));
    },
  });
  const fault = await faultOf(udpTry({ timeoutMs: 100 })(question, server, never()));
  expect(fault.code).toBe('UNAVAILABLE');
  expect(fault.details).toMatchObject({ timeout: true });
});

it('asks twice over UDP from two ports and then over TCP when nobody answers', async () => {
  const server = await start({
    udp: () => undefined,
    tcp: (query, socket) => socket.write(frame(answer(query))),
  });
  const reply = await ask(question, server, never());
  expect(reply.transport).toBe('tcp');
  expect(server.seen.map(({ transport }) => transport)).toEqual(['udp', 'udp', 'tcp']);
  expect(server.seen[0]?.port).not.toBe(server.seen[1]?.port);
});

it('trusts a server that loses the case of the question over TCP only', async () => {
  const lower = (query: Buffer): Uint8Array =>
    changed(query, bytes => {
      bytes.set(Buffer.from('\x05alpha\x07example\x00', 'latin1'), 12);
    });
  const server = await start({
    // Mixed at random: a name that happens to be in lower case would be answered rightly.
    udp: (query, { send }) => {
      send(lower(query));
    },
    tcp: (query, socket) => socket.write(frame(lower(query))),
  });
  const reply = await ask(question, server, never());
  expect(reply.message.answer).toHaveLength(1);
  expect(server.seen.at(-1)?.transport).toBe('tcp');
});

it('asks again without EDNS when a server answers FORMERR to it', async () => {
  const server = await start({
    udp: (query, { send }) => {
      const edns = decodeMessage(query).edns !== null;
      // RFC 6891 7: such a server sends a bare header or the question alone, never an OPT.
      if (edns)
        send(Buffer.concat([query.subarray(0, 2), Buffer.from('80010000000000000000', 'hex')]));
      else send(answer(query));
    },
  });
  const reply = await ask({ ...question, dnssec: true }, server, never());
  expect(reply.message.answer).toHaveLength(1);
  expect(reply.message.edns).toBeNull();
  expect(server.seen).toHaveLength(2);
});

it('says that the port is unreachable, at once', async () => {
  const server = await start({});
  const fault = await faultOf(networkAsk({ timeoutMs: 60_000 })(question, server, never()));
  expect(fault.code).toBe('UNAVAILABLE');
  expect(fault.message).toContain('port unreachable');
  expect(fault.where).toBe(`127.0.0.1:${server.port}`);
  expect(fault.fix).not.toBe('');
});

it('tells a missing address family from a silent server', () => {
  const error = Object.assign(new Error('connect ENETUNREACH'), { code: 'ENETUNREACH' });
  const at = { address: '2001:db8::53', port: 53 };
  const fault = systemTrouble(error, at, { transport: 'udp', sent: true });
  expect(fault.details).toMatchObject({ family: 'lacking' });
  expect(fault.message).toContain('no IPv6 route');
});

const broken: Record<string, NonNullable<NastyOptions['tcp']>> = {
  'closes the connection': (_, socket) => socket.end(),
  'resets the connection': (_, socket) => socket.resetAndDestroy(),
  'closes in the middle of the answer': (query, socket) => {
    socket.end(frame(answer(query)).subarray(0, 20));
  },
  'stays silent': () => undefined,
  'drips one octet at a time': (query, socket) => {
    const octets = frame(answer(query));
    let next = 0;
    const timer = setInterval(() => {
      if (socket.destroyed) clearInterval(timer);
      else socket.write(octets.subarray(next, ++next));
    }, 60);
    socket.on('close', () => {
      clearInterval(timer);
    });
  },
  'sends garbage': (_, socket) => socket.write(frame(Buffer.from('no DNS here, only words'))),
  'answers another question': (query, socket) => {
    socket.write(
      frame(
        changed(query, bytes => {
          bytes.set([bytes[13]! ^ 3], 13);
        }),
      ),
    );
  },
  'truncates over TCP as well': (query, socket) => socket.write(frame(answer(query, { tc: true }))),
};

it.each(Object.entries(broken))('fails when the answer is truncated and TCP %s', async (_, tcp) => {
  const server = await start({
    udp: (query, { send }) => {
      send(answer(query, { tc: true }));
    },
    tcp,
  });
  const fault = await faultOf(ask(question, server, never()));
  expect(fault.code).toBe('UNAVAILABLE');
  expect(fault.message).toContain('tcp');
});

it('reads an answer that comes in small pieces', async () => {
  const server = await start({
    tcp: (query, socket) => {
      const octets = frame(answer(query));
      socket.write(octets.subarray(0, 1));
      setTimeout(() => socket.write(octets.subarray(1, 5)), 10);
      setTimeout(() => socket.write(Buffer.concat([octets.subarray(5), Buffer.from('more')])), 20);
    },
  });
  const reply = await tcpAsk({ timeoutMs: 5000 })(question, server, never());
  expect(reply.message.answer).toHaveLength(1);
});

it('gives up at once when the caller does', async () => {
  const server = await start({ udp: () => undefined, tcp: () => undefined });
  const before = await faultOf(ask(question, server, AbortSignal.abort()));
  expect(before.code).toBe('ABORTED');
  expect(server.seen).toHaveLength(0);
  for (const patient of [networkAsk({ timeoutMs: 60_000 }), tcpAsk({ timeoutMs: 60_000 })]) {
    const controller = new AbortController();
    const asked = faultOf(patient(question, server, controller.signal));
    setTimeout(() => {
      controller.abort();
    }, 20);
    expect((await asked).code).toBe('ABORTED');
    // Before the socket is even open.
    const soon = new AbortController();
    const early = faultOf(patient(question, server, soon.signal));
    soon.abort();
    expect((await early).code).toBe('ABORTED');
  }
});
