import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { decodeMessage } from '../../src/dns/wire.ts';
import { limits } from '../../src/limits.ts';
import { Mux } from '../../src/transport/mux.ts';
import { lackIpv6 } from './conformance.ts';
import { faultOf, hostsOf, mxAnswer, never, question } from './replies.ts';
import { opened, start } from './subject.ts';

const answering = () =>
  start({
    udp: (query, { send }) => {
      send(mxAnswer(query));
    },
  });
const silent = () => start({ udp: () => undefined });
const portsSeen = (server: { readonly seen: readonly { readonly port: number }[] }): number =>
  new Set(server.seen.map(({ port }) => port)).size;

it('asks from a few ports, however many questions there are', async () => {
  const server = await answering();
  const mux = opened(new Mux({ timeoutMs: 5000, ports: 3 }));
  await Promise.all(Array.from({ length: 200 }, () => mux.ask(question, server, never())));
  expect(portsSeen(server)).toBe(3);
});

it('sends no more at once than the receive buffer of a socket takes', async () => {
  const held: (() => void)[] = [];
  const server = await start({
    udp: (query, { send }) => {
      held.push(() => {
        send(mxAnswer(query));
      });
    },
  });
  const mux = opened(new Mux({ timeoutMs: 30_000, ports: 2 }));
  const asked = Array.from({ length: 500 }, () => mux.ask(question, server, never()));
  const full = 2 * limits.inFlightPerPort;
  while (held.length < full) await new Promise(setImmediate);
  await new Promise(resolve => setTimeout(resolve, 30));
  expect(held).toHaveLength(full);
  // One is answered, one of those that waited takes its place.
  held.shift()?.();
  while (held.length < full) await new Promise(setImmediate);
  expect(server.seen).toHaveLength(full + 1);
  const rest = setInterval(() => {
    for (const answer of held.splice(0)) answer();
  }, 1);
  for (const reply of await Promise.all(asked)) expect(hostsOf(reply.message)).toHaveLength(1);
  clearInterval(rest);
});

it('refuses what would wait in too long a row, and says that no server is to blame', async () => {
  const server = await silent();
  const mux = opened(new Mux({ timeoutMs: 30_000, ports: 1, waiting: 5 }));
  const controller = new AbortController();
  const ask = () => mux.ask(question, server, controller.signal);
  const asked = [faultOf(ask())];
  while (server.seen.length === 0) await new Promise(setImmediate);
  for (let more = 1; more < limits.inFlightPerPort + 5; more++) asked.push(faultOf(ask()));
  const fault = await faultOf(ask());
  expect(fault.code).toBe('RATE_LIMITED');
  expect(fault.details).toEqual({ queue: 'full' });
  // Those that wait are given up with the others, and leave room behind.
  controller.abort();
  for (const one of await Promise.all(asked)) expect(one.code).toBe('ABORTED');
  const next = new AbortController();
  const later = faultOf(mux.ask(question, server, next.signal));
  next.abort();
  expect((await later).code).toBe('ABORTED');
});

it('answers what waits after everything before it was silent', async () => {
  const [mute, server] = await Promise.all([silent(), answering()]);
  const mux = opened(new Mux({ timeoutMs: 400, ports: 1 }));
  const lost = Array.from({ length: 2 * limits.inFlightPerPort }, () =>
    faultOf(mux.ask(question, mute, never())),
  );
  const reply = await mux.ask(question, server, never());
  expect(hostsOf(reply.message)).toHaveLength(1);
  for (const fault of await Promise.all(lost))
    expect(fault.details).toMatchObject({ timeout: true });
});

it('takes ports that were not used before once it is told to', async () => {
  const server = await answering();
  const mux = opened(new Mux({ timeoutMs: 5000, ports: 2 }));
  for (let round = 1; round <= 3; round++) {
    await Promise.all(Array.from({ length: 40 }, () => mux.ask(question, server, never())));
    expect(portsSeen(server)).toBe(2 * round);
    mux.renew();
  }
});

it('hears the answers that are still to come on a port that was given up', async () => {
  let answer = (): void => undefined;
  const server = await start({
    udp: (query, { send }) => {
      answer = () => {
        send(mxAnswer(query));
      };
    },
  });
  const mux = opened(new Mux({ timeoutMs: 5000, ports: 1 }));
  const asked = mux.ask(question, server, never());
  while (server.seen.length === 0) await new Promise(setImmediate);
  mux.renew();
  answer();
  expect(hostsOf((await asked).message)).toHaveLength(1);
});

it('changes its ports by itself after so many questions', async () => {
  const server = await answering();
  const mux = opened(new Mux({ timeoutMs: 30_000, ports: 1, questionsPerPort: 50 }));
  for (let round = 0; round < 3; round++) {
    await Promise.all(Array.from({ length: 60 }, () => mux.ask(question, server, never())));
    // The next port is open by then.
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  expect(portsSeen(server)).toBeGreaterThanOrEqual(3);
});

it('says so when every source port is taken, and goes on once one is free', async () => {
  const taken = createSocket('udp4');
  taken.bind(0, '0.0.0.0');
  await once(taken, 'listening');
  const server = await answering();
  let tries = 0;
  const pickPort = (): number => {
    tries++;
    return taken.address().port;
  };
  const mux = opened(new Mux({ timeoutMs: 5000, ports: 2, pickPort }));
  const asked = [1, 2, 3].map(() => faultOf(mux.ask(question, server, never())));
  for (const fault of await Promise.all(asked)) {
    expect(fault.code).toBe('UNAVAILABLE');
    expect(fault.details).toMatchObject({ ports: 'exhausted' });
    expect(fault.message).toContain('no free source port');
  }
  expect(tries).toBe(2 * limits.portTries);
  expect(server.seen).toHaveLength(0);
  const free = opened(new Mux({ timeoutMs: 5000, ports: 2 }));
  expect(hostsOf((await free.ask(question, server, never())).message)).toHaveLength(1);
  taken.close();
});

it('does with the ports that it has where it gets no more', async () => {
  const server = await answering();
  const taken = createSocket('udp4');
  taken.bind(0, '0.0.0.0');
  await once(taken, 'listening');
  let given = 0;
  const pickPort = (): number => (given++ === 0 ? 0 : taken.address().port);
  const mux = opened(new Mux({ timeoutMs: 5000, ports: 4, pickPort }));
  await Promise.all(Array.from({ length: 100 }, () => mux.ask(question, server, never())));
  expect(portsSeen(server)).toBe(1);
  taken.close();
});

it('says once that IPv6 is lacking; the next servers only repeat it', async () => {
  const mux = opened(new Mux({ timeoutMs: 60_000 }));
  lackIpv6();
  const at = (host: number) => ({ address: `2001:db8::${host}`, port: 53 });
  const first = await faultOf(mux.ask(question, at(1), never()));
  expect(first.details).toMatchObject({ family: 'lacking', repeated: false });
  const second = await faultOf(mux.ask(question, at(2), never()));
  expect(second.details).toMatchObject({ family: 'lacking', repeated: true });
});

it('hears an IPv6 server however its address is written', async () => {
  const socket = createSocket('udp6');
  const bound = once(socket, 'listening');
  socket.bind(0, '::1');
  await bound;
  socket.on('message', (query, from) => {
    socket.send(mxAnswer(query), from.port, from.address);
  });
  const mux = opened(new Mux({ timeoutMs: 5000 }));
  const at = { address: '0:0::0:1', port: socket.address().port };
  expect(hostsOf((await mux.ask(question, at, never())).message)).toHaveLength(1);
  socket.close();
});

it('gives up what is under way when it is closed, and takes nothing after', async () => {
  const server = await silent();
  const mux = new Mux({ timeoutMs: 60_000 });
  const asked = faultOf(mux.ask(question, server, never()));
  while (server.seen.length === 0) await new Promise(setImmediate);
  mux.close();
  expect((await asked).code).toBe('ABORTED');
  expect((await faultOf(mux.ask(question, server, never()))).code).toBe('ABORTED');
});

it('mixes the case anew, takes another id each time, and asks for the NSID', async () => {
  const seen: ReturnType<typeof decodeMessage>[] = [];
  const server = await start({
    udp: (query, { send }) => {
      seen.push(decodeMessage(query));
      send(mxAnswer(query));
    },
  });
  const mux = opened(new Mux({ timeoutMs: 5000 }));
  const long = {
    ...question,
    name: parseName(`${'abcdefghijklmnopqrstuvwxyz'.repeat(2)}.example`),
  };
  for (let asked = 0; asked < 5; asked++) await mux.ask(long, server, never());
  expect(new Set(seen.map(({ question: asked }) => asked?.raw)).size).toBe(5);
  // Two of five ids are the same once in 6,500 runs; all five never.
  expect(new Set(seen.map(({ id }) => id)).size).toBeGreaterThan(1);
  for (const { edns, rd } of seen) {
    expect(edns?.nsid).toHaveLength(0);
    expect(edns?.payload).toBe(limits.ednsPayloadOctets);
    expect(rd).toBe(true);
  }
});
