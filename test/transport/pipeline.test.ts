import { type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { decodeMessage } from '../../src/dns/wire.ts';
import { limits } from '../../src/limits.ts';
import { Pipeline } from '../../src/transport/pipeline.ts';
import { frame } from '../support/nasty.ts';
import { faultOf, hostsOf, mxAnswer, never, question } from './replies.ts';
import { opened, start } from './subject.ts';

const connections = (server: { readonly seen: readonly { readonly port: number }[] }): number =>
  new Set(server.seen.map(({ port }) => port)).size;

it('asks several questions over one connection and takes the replies in any order', async () => {
  const held: { readonly query: Buffer; readonly socket: Socket }[] = [];
  const server = await start({
    tcp: (query, socket) => {
      held.push({ query: Buffer.from(query), socket });
      if (held.length < 5) return;
      const frames = held.reverse().map(({ query: one }) => {
        const { question: asked } = decodeMessage(one);
        return frame(mxAnswer(one, `for-${asked?.name ?? ''}`));
      });
      // All in one piece, and the cut between two chunks where it hurts.
      const octets = Buffer.concat(frames);
      socket.write(octets.subarray(0, 61));
      setTimeout(() => socket.write(octets.subarray(61)), 10);
    },
  });
  const pipeline = opened(new Pipeline({ timeoutMs: 5000 }));
  const names = Array.from({ length: 5 }, (_, index) => parseName(`q${index}.example`));
  const replies = await Promise.all(
    names.map(name => pipeline.ask({ ...question, name }, server, never())),
  );
  expect(replies.map(({ message }, index) => hostsOf(message, names[index]))).toEqual(
    names.map(name => [`10 for-${name}`]),
  );
  expect(connections(server)).toBe(1);
});

it('opens another connection before it loads one with too much, and no third one', async () => {
  const held: (() => void)[] = [];
  const server = await start({
    tcp: (query, socket) => {
      const answer = frame(mxAnswer(query));
      held.push(() => socket.write(answer));
    },
  });
  const pipeline = opened(new Pipeline({ timeoutMs: 60_000 }));
  const places = limits.connectionsPerServer * limits.inFlightPerConnection;
  const late = new AbortController();
  const asked = Array.from({ length: places + 5 }, (_, index) =>
    pipeline.ask(question, server, index < places + 3 ? never() : late.signal),
  );
  const givenUp = asked.splice(-2).map(faultOf);
  while (held.length < places) await new Promise(setImmediate);
  expect(connections(server)).toBe(limits.connectionsPerServer);
  late.abort();
  for (const fault of await Promise.all(givenUp)) expect(fault.code).toBe('ABORTED');
  expect(held).toHaveLength(places);
  for (const answer of held.splice(0)) answer();
  // Those that waited go over the connections that are there, and in the order they came.
  while (held.length < 3) await new Promise(setImmediate);
  for (const answer of held.splice(0)) answer();
  const flows = (await Promise.all(asked)).map(({ connection }) => connection);
  expect(new Set(flows).size).toBe(limits.connectionsPerServer);
  expect(connections(server)).toBe(limits.connectionsPerServer);
});

it('lets those wait that a server has no room for, until it is closed', async () => {
  const server = await start({ tcp: () => undefined });
  const pipeline = new Pipeline({ timeoutMs: 60_000 });
  const places = limits.connectionsPerServer * limits.inFlightPerConnection;
  const asked = Array.from({ length: places + 5 }, () =>
    faultOf(pipeline.ask(question, server, never())),
  );
  while (server.seen.length < places) await new Promise(setImmediate);
  pipeline.close();
  for (const fault of await Promise.all(asked)) expect(fault.code).toBe('ABORTED');
  expect(server.seen).toHaveLength(places);
});

it('names the connection of a reply, and leaves it when it is told to, though not too often', async () => {
  const server = await start({ tcp: (query, socket) => socket.write(frame(mxAnswer(query))) });
  const pipeline = opened(new Pipeline({ timeoutMs: 5000 }));
  const ask = async () => (await pipeline.ask(question, server, never())).connection ?? 0;
  const first = await ask();
  expect(await ask()).toBe(first);
  // One that is not there any more, or never was, is no reason for another.
  pipeline.leave(first + 1);
  expect(await ask()).toBe(first);
  const seen = new Set([first]);
  for (let round = 0; round < limits.freshConnections + 3; round++) {
    pipeline.leave([...seen].at(-1) ?? 0);
    seen.add(await ask());
  }
  expect(seen.size).toBe(1 + limits.freshConnections);
  expect(connections(server)).toBe(seen.size);
});

it('asks again over a new connection when the server closed the old one meanwhile', async () => {
  let asked = 0;
  const server = await start({
    tcp: (query, socket) => {
      // The second question meets a server that has just had enough.
      if (++asked === 2) socket.destroy();
      else socket.write(frame(mxAnswer(query)));
    },
  });
  const pipeline = opened(new Pipeline({ timeoutMs: 5000 }));
  await pipeline.ask(question, server, never());
  const reply = await pipeline.ask(question, server, never());
  expect(hostsOf(reply.message)).toHaveLength(1);
  expect(asked).toBe(3);
  expect(connections(server)).toBe(2);
});

it('leaves a connection that did not answer in time, and the others on it their chance', async () => {
  let asked = 0;
  const server = await start({
    tcp: (query, socket) => {
      if (++asked === 1) return;
      const answer = frame(mxAnswer(query));
      setTimeout(() => socket.write(answer), asked === 2 ? 400 : 0);
    },
  });
  const pipeline = opened(new Pipeline({ timeoutMs: 600 }));
  const lost = faultOf(pipeline.ask(question, server, never()));
  await new Promise(resolve => setTimeout(resolve, 400));
  const slow = pipeline.ask(question, server, never());
  expect((await lost).details).toMatchObject({ timeout: true });
  expect(hostsOf((await slow).message)).toHaveLength(1);
  expect(hostsOf((await pipeline.ask(question, server, never())).message)).toHaveLength(1);
  expect(connections(server)).toBe(2);
});

it('gives up what is under way when it is closed', async () => {
  const server = await start({ tcp: () => undefined });
  const pipeline = new Pipeline({ timeoutMs: 60_000 });
  const asked = faultOf(pipeline.ask(question, server, never()));
  while (server.seen.length === 0) await new Promise(setImmediate);
  pipeline.close();
  expect((await asked).code).toBe('ABORTED');
  expect((await faultOf(pipeline.ask(question, server, never()))).code).toBe('ABORTED');
});
