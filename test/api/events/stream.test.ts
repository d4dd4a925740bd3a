import { once } from 'node:events';
import { setTimeout as later } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { makeHub } from '../../../src/hub/make-hub.ts';
import { type Hub } from '../../../src/hub/hub.ts';
import { type Kit } from '../../../src/api/kit.ts';
import { systemClock } from '../../../src/machine/clock.ts';
import { checkers, missing } from '../../hub/checkers.ts';
import { type Heard } from '../../hub/reader.ts';
import { chanceOf, openWorld, viewer, type World } from '../../hub/world.ts';
import { openSite } from '../../controller/site.ts';
import { kitOf, openApi, type Api } from '../../support/api.ts';
import { type Reading, subscribe } from '../../support/event-stream.ts';

const one = 'example.org.1';
let api: Api;
let hub: Hub;

afterEach(async () => {
  await hub.stop();
  await api.server.close();
});

/** The API over real sockets and real time, with a hub over a store in memory. */
async function serve(world: World): Promise<number> {
  const site = openSite();
  const environment = { ...site.environment, store: world.store };
  const find = async (name: string) => (await world.store.load(name))?.state ?? null;
  const stands = async () => true;
  hub = makeHub({
    store: world.store,
    clock: systemClock(),
    chance: chanceOf(3),
    access: { stands },
  });
  const parts: Partial<Kit> = { app: { ...site.app, environment, find }, hub };
  api = await openApi({ ...kitOf(site), ...parts }, { site });
  await api.server.listen({ host: '127.0.0.1', port: 0 });
  const address = api.server.server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  return address.port;
}

const read = async (port: number, connection: number, last: string | null): Promise<Reading> =>
  subscribe({
    ...{ port, path: `/api/v1/cutovers/${one}/events`, token: await api.tokenOf('viewer') },
    ...{ connection, last },
  });

it('loses and doubles no line over connections that are cut again and again', async () => {
  const world = openWorld();
  await world.write(one, 2, 'begin');
  const port = await serve(world);
  const heard: Heard[] = [];
  const connections: { from: string; cursor: string | null }[] = [];
  let last: string | null = null;
  for (let round = 0; round < 12; round++) {
    const reading: Reading = await read(port, round, last);
    expect(reading.answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    connections.push({
      from: String(reading.answer.headers['dns-cutover-replay-from']),
      cursor: last,
    });
    for (let save = 0; save < 4; save++) {
      await world.write(one, 3, `${round} ${save} ${'x'.repeat(round * 2000)}`);
      await later(save);
    }
    if (round === 11) await later(700);
    reading.cut();
    // Not `once` of node:events: that takes the cut itself for a failure.
    await new Promise(resolve => reading.answer.once('close', resolve));
    heard.push(...reading.heard);
    last = heard.findLast(({ hasId }) => hasId)?.id ?? null;
  }
  const wish = { cutover: one, principal: viewer, address: '::1' };
  const evidence = {
    reader: { wish, heard, connections },
    journal: world.backing.journal,
    epoch: 'epoch',
  };
  const { ordered, unique, reliable, resumable } = checkers;
  expect([ordered, unique, reliable, resumable].flatMap(check => check(evidence))).toEqual([]);
  expect(missing(evidence)).toEqual([]);
  expect(world.backing.journal).toHaveLength(146);
});

it('begins anew, and says so, for whoever was last at a place that is none', async () => {
  const world = openWorld();
  await world.write(one, 2, 'begin');
  const port = await serve(world);
  const places = ['-1', '9'.repeat(23), 'epoch--1', 'epoch-99999', 'other-1', 'x'.repeat(9000)];
  for (const cursor of places) {
    const reading = await read(port, 0, cursor);
    while (reading.heard.length < 2) await later(1);
    expect(reading.heard.map(({ event }) => event)).toEqual(['reset', 'snapshot']);
    expect(reading.answer.headers['dns-cutover-replay-from']).not.toBe(cursor);
    reading.cut();
  }
  while (hub.stats().clients > 0) await later(1);
  const reading = await read(port, 0, null);
  while (hub.stats().clients === 0) await later(1);
  // The other half alone: nothing was sent that says that nobody reads any more.
  reading.answer.socket.end();
  while (hub.stats().clients > 0) await later(1);
});

it('ends with a goodbye, and then is refused with a time to come back', async () => {
  const world = openWorld();
  await world.write(one, 2, 'begin');
  const port = await serve(world);
  const reading = await read(port, 0, 'nonsense');
  while (reading.heard.length < 2) await later(1);
  expect(reading.heard.map(({ event }) => event)).toEqual(['reset', 'snapshot']);
  await Promise.all([once(reading.answer, 'end'), hub.stop()]);
  expect(reading.text()).toMatch(
    /retry: \d{3,4}\n\nevent: goodbye\ndata: \{"at":"[^"]+","why":"[^"]+"\}\n\n$/,
  );
  const headers = { accept: 'text/event-stream' };
  const late = await api.as('viewer', { url: `/api/v1/cutovers/${one}/events`, headers });
  expect([late.statusCode, late.json()]).toMatchObject([503, { type: '/problems/overloaded' }]);
  expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
});

it('counts the streams of an address, and of IPv6 those of its net, which one machine has whole', async () => {
  const world = openWorld();
  await world.write(one, 2, 'begin');
  await serve(world);
  const seen: string[] = [];
  hub.open = async ({ address }) => {
    seen.push(address);
    return { refused: 'enough', retryAfterMs: 1000 };
  };
  const headers = { accept: 'text/event-stream' };
  for (const remoteAddress of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::7', '2001:db8::8:1'])
    await api.as('viewer', { url: '/api/v1/events', headers, remoteAddress });
  expect(seen).toEqual(['192.0.2.7', '192.0.2.7', '2001:db8::', '2001:db8::']);
});
