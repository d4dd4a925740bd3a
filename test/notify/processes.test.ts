import { expect, test } from 'vitest';
import { configured, hour, minute, receiver, second, world } from './desk.ts';

test('several processes on one store send everything once; when one dies another goes on', async () => {
  const there = world();
  const to = await receiver(there.clock);
  const processes = [1, 2, 3].map(() => there.start([configured(to)]));
  await there.pass(second);
  for (let count = 0; count < 10; count += 1) {
    await there.happens('paused', 'resumed');
    await there.pass(count % 2 === 0 ? second : 2 * minute);
  }
  const wanted = Array.from({ length: 20 }, (_, n) => n + 1);
  expect(to.ids()).toEqual(wanted);
  // Whoever has the lease dies with it.
  for (const process of processes.slice(0, 2)) process.kill();
  await there.happens('ended');
  await there.pass(2 * minute);
  expect(to.ids()).toEqual([...wanted, 21]);
  await processes[2]!.stop();
});

test('who dies between a delivery and its note delivers it again: at least once', async () => {
  const there = world();
  const to = await receiver(there.clock);
  let process = there.start([configured(to)]);
  await there.pass(second);
  to.answer = () => {
    process.kill();
    return 200;
  };
  await there.happens('paused', 'resumed');
  await there.pass(second);
  expect(to.ids()).toEqual([1]);
  to.answer = () => 200;
  process = there.start([configured(to)]);
  await there.pass(2 * minute);
  expect(to.ids()).toEqual([1, 1, 2]);
  await process.stop();
});

test('who is asked to end lets another send at once', async () => {
  const there = world();
  const to = await receiver(there.clock);
  const first = there.start([configured(to)]);
  await there.pass(second);
  await there.happens('paused');
  await there.pass(second);
  await first.stop();
  const next = there.start([configured(to)]);
  await there.happens('resumed');
  await there.pass(second);
  expect(to.ids()).toEqual([1, 2]);
  await next.stop();
});

test('who is asked to end in the middle of a delivery has not failed: another sends it at once', async () => {
  const there = world();
  const to = await receiver(there.clock);
  const first = there.start([configured(to)]);
  await there.pass(second);
  let ending = Promise.resolve();
  to.answer = () => {
    ending = first.stop();
    return 503;
  };
  await there.happens('paused');
  await there.pass(second);
  await ending;
  to.answer = () => 204;
  const next = there.start([configured(to)]);
  await there.pass(second);
  expect(to.ids()).toEqual([1, 1]);
  await next.stop();
});

test('a receiver that is new, or back after a week, begins with what happens from then on', async () => {
  const there = world();
  const to = await receiver(there.clock);
  await there.happens('paused', 'resumed');
  let process = there.start([configured(to)]);
  await there.pass(second);
  await process.stop();
  await there.happens('paused');
  // A night without a server loses nothing.
  await there.pass(10 * hour);
  process = there.start([configured(to)]);
  await there.pass(second);
  expect(to.ids()).toEqual([3]);
  await process.stop();
  await there.happens('resumed');
  await there.pass(8 * 24 * hour);
  await process.store.documents.sweep(there.clock.now().wall);
  process = there.start([configured(to)]);
  await there.pass(second);
  await there.happens('ended');
  await there.pass(second);
  expect(to.ids()).toEqual([3, 5]);
  await process.stop();
});

test('a store that was restored goes on from what the backup knew, under its new name', async () => {
  const before = world();
  const to = await receiver(before.clock);
  const process = before.start([configured(to)]);
  await before.pass(second);
  await before.happens('paused', 'resumed');
  await before.pass(second);
  await process.stop();
  // The backup had one line, and a note of having sent two.
  const after = world();
  const restored = after.start([], false).store;
  for (const document of await process.store.documents.list('webhook', { limit: 5 }))
    await restored.documents.put({ ...document, version: 0 });
  Object.assign(after.backing, { epoch: 'e2' });
  await after.happens('paused');
  const next = after.start([configured(to)]);
  await after.pass(second);
  await after.happens('resumed');
  await after.pass(second);
  expect(to.got.map(({ headers }) => headers['webhook-id'])).toEqual(['e1-1', 'e1-2', 'e2-2']);
  expect((await next.notifier.list())[0]!.cursor).toBe('e2-2');
  await next.stop();
});

test('a wall clock that is set back by a month holds nothing up', async () => {
  const there = world();
  const to = await receiver(there.clock);
  to.answer = () => 500;
  const first = there.start([configured(to)]);
  await there.pass(second);
  await there.happens('paused');
  await there.pass(minute);
  expect(to.ids()).toEqual([1, 1]);
  first.kill();
  there.clock.jump(-30 * 24 * hour);
  const next = there.start([configured(to)]);
  await there.pass(second);
  expect(to.ids()).toEqual([1, 1, 1]);
  to.answer = () => 200;
  await there.pass(40 * minute);
  expect(to.ids()).toEqual([1, 1, 1, 1]);
  await next.stop();
});

test('who asks for a year by Retry-After gets a day, also out of turn', async () => {
  const there = world();
  const to = await receiver(there.clock);
  to.headers['retry-after'] = '31536000';
  to.answer = body => (body.includes('"seq":1,') ? 503 : 200);
  const process = there.start([configured(to)]);
  await there.pass(second);
  await there.happens('paused');
  await there.pass(3 * 25 * hour);
  await there.happens('resumed');
  await there.pass(second);
  expect(to.ids().slice(-2)).toEqual([2, 1]);
  const before = to.got.length;
  to.answer = () => 200;
  await there.pass(28 * hour);
  expect(to.ids().slice(before)).toEqual([1]);
  await process.stop();
});
