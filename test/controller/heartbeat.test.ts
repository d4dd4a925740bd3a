import { expect, test } from 'vitest';
import { makeApp } from '../../src/app.ts';
import { Fault } from '../../src/errors.ts';
import { never, openSite, order } from './site.ts';

/** A cutover whose controller tells somebody, who takes it while `works` holds. */
async function watched() {
  const site = openSite();
  const beats: number[] = [];
  const world = { works: true };
  const heartbeat = async () => {
    beats.push(site.clock.truth());
    if (!world.works) throw new Fault('UNAVAILABLE', 'the heartbeat was not taken: HTTP 500');
  };
  const app = makeApp({ ...site.environment, heartbeat });
  const { plan } = await app.plan(order, never);
  const id = await app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  const stop = new AbortController();
  const doing = app.control(id, stop.signal);
  const end = () => {
    stop.abort();
    return site.finish(doing);
  };
  const told = async () =>
    (await app.journal(id))
      .map(({ line }) => line)
      .filter(({ type }) => type === 'trouble.seen' || type === 'trouble.over')
      .map(({ type, data }) => `${type} ${JSON.stringify(data)}`);
  return { ...site, beats, world, end, told };
}

test('each minute while a controller watches, and never after it has stopped', async () => {
  const { beats, until, end, clock } = await watched();
  await until(() => beats.length === 4);
  expect(beats.slice(1).map((at, index) => at - beats[index]!)).toEqual([60_000, 60_000, 60_000]);
  await end();
  const sent = beats.length;
  await clock.run(() => false, clock.truth() + 600_000);
  expect(beats).toHaveLength(sent);
});

test('that it is not taken is told once, and that it is again', async () => {
  const { beats, world, until, end, told } = await watched();
  world.works = false;
  await until(() => beats.length === 4);
  world.works = true;
  await until(() => beats.length === 6);
  await end();
  expect(await told()).toEqual([
    'trouble.seen {"effect":"heartbeat","code":"UNAVAILABLE","message":"the heartbeat was not taken: HTTP 500"}',
    'trouble.over {"effect":"heartbeat"}',
  ]);
});
