import { expect, test } from 'vitest';
import { configured, hour, minute, receiver, second, world } from './desk.ts';

test('a receiver that is away for a while hears everything in its order; another is not held up', async () => {
  const there = world();
  const [away, well] = [await receiver(there.clock), await receiver(there.clock)];
  away.answer = () => 503;
  const process = there.start([configured(away), configured(well)]);
  await there.pass(second);
  await there.happens('paused', 'resumed', 'paused');
  await there.pass(second);
  expect([away.ids(), well.ids()]).toEqual([[1], [1, 2, 3]]);
  const cursors = async () => (await process.notifier.list()).map(({ cursor }) => cursor);
  expect(await cursors()).toEqual(['e1-0', 'e1-3']);
  await there.pass(4 * second);
  away.answer = () => 200;
  await there.pass(5 * minute);
  expect(away.ids()).toEqual([1, 1, 1, 2, 3]);
  expect(await cursors()).toEqual(['e1-3', 'e1-3']);
  await process.stop();
});

test('one event that is never taken holds up the later ones for minutes, not for days', async () => {
  const there = world();
  const to = await receiver(there.clock);
  to.answer = body => (body.includes('"seq":1,') ? 400 : 200);
  const process = there.start([configured(to)]);
  await there.pass(second);
  await there.happens('paused', 'resumed');
  await there.pass(4 * minute);
  expect(to.ids()).toEqual([1, 1]);
  await there.pass(2 * minute);
  // It failed for the third time, the next one passed, and was a reason to try it once out of its turn.
  expect(to.ids()).toEqual([1, 1, 1, 2, 1]);
  await there.happens('paused');
  await there.pass(minute);
  expect(to.ids().slice(5)).toEqual([3]);
  await there.pass(80 * hour);
  expect(to.ids().slice(6)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  await there.happens('ended');
  await there.pass(minute);
  expect(to.ids().at(-1)).toBe(4);
  await process.stop();
});

test('after a long time away those that wait come one after the other, at once', async () => {
  const there = world();
  const to = await receiver(there.clock);
  to.answer = () => 502;
  const process = there.start([configured(to)]);
  await there.pass(second);
  for (let count = 0; count < 30; count += 1) await there.happens('paused');
  await there.pass(10 * hour);
  // Twenty are tried beside each other, and the rest waits in the journal.
  expect(new Set(to.ids()).size).toBe(20);
  const before = to.got.length;
  to.answer = () => 200;
  await there.pass(10 * hour);
  const [first, ...after] = to.ids().slice(before);
  expect(new Set([first, ...after])).toEqual(new Set(Array.from({ length: 30 }, (_, n) => n + 1)));
  expect(after).toHaveLength(29);
  expect(after).toEqual(after.toSorted((one, other) => one - other));
  const at = to.got.slice(before).map(one => one.at);
  expect(at.at(-1)! - at[0]!).toBeLessThan(second);
  await process.stop();
});

test('what the receiver asks for by Retry-After is granted, as seconds and as a date', async () => {
  const there = world();
  const to = await receiver(there.clock);
  to.answer = () => 429;
  to.headers['retry-after'] = '120';
  const process = there.start([configured(to)]);
  await there.pass(second);
  await there.happens('paused');
  await there.pass(minute);
  expect(to.got).toHaveLength(1);
  to.headers['retry-after'] = new Date(there.clock.now().wall + hour).toUTCString();
  await there.pass(minute + second);
  expect(to.got).toHaveLength(2);
  await there.pass(50 * minute);
  expect(to.got).toHaveLength(2);
  to.answer = () => 200;
  await there.pass(10 * minute);
  expect(to.got).toHaveLength(3);
  await process.stop();
});

test('410 disables, also after a restart, and a test that is taken enables again', async () => {
  const there = world();
  const to = await receiver(there.clock);
  let process = there.start([configured(to)]);
  await there.pass(second);
  to.answer = () => 410;
  await there.happens('paused', 'resumed');
  await there.pass(second);
  await process.stop();
  process = there.start([configured(to)]);
  // What is kept of it does not fade as long as somebody serves.
  await there.pass(9 * 24 * hour);
  await process.store.documents.sweep(there.clock.now().wall);
  expect(to.ids()).toEqual([1]);
  const [webhook] = await process.notifier.list();
  expect(webhook!.disabled).toMatchObject({ why: 'the receiver answered 410 (gone)' });
  const { id } = webhook!;
  const log = await process.notifier.deliveries(id, { before: null, limit: 5 });
  expect(log).toMatchObject([{ event: 'e1-1', state: 'failed', nextAt: null }]);
  await expect(process.notifier.redeliver(id, log![0]!.id)).rejects.toMatchObject({
    code: 'REFUSED',
  });
  expect(await process.notifier.test(id)).toMatchObject({ state: 'failed' });
  expect((await process.notifier.list())[0]!.disabled).not.toBe(null);
  to.answer = () => 200;
  const tested = await process.notifier.test(id);
  expect(tested).toMatchObject({ type: 'webhook.test', state: 'delivered' });
  await there.happens('ended');
  await there.pass(second);
  expect(to.got.slice(1).map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual([
    ...['webhook.test', 'webhook.test', 'ended'],
  ]);
  await process.stop();
});
