import { expect, test } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { configured, hour, minute, receiver, second, secret, world } from './desk.ts';

test('what happens is told once, in order, and signed as Standard Webhooks says', async () => {
  // The library judges the time of a message by the machine's clock.
  const there = world(Date.now());
  const to = await receiver(there.clock);
  await there.happens('stage.entered');
  const process = there.start([configured(to)]);
  await there.pass(second);
  expect(to.got).toEqual([]);
  await there.happens('drain.proven', 'authority.agreed', 'paused');
  await there.happens('resumed');
  await there.pass(second);
  expect(to.ids()).toEqual([2, 4, 5]);
  const [first] = to.got;
  const verified: unknown = new Webhook(secret).verify(first!.body, {
    'webhook-id': String(first!.headers['webhook-id']),
    'webhook-timestamp': String(first!.headers['webhook-timestamp']),
    'webhook-signature': String(first!.headers['webhook-signature']),
  });
  expect(verified).toMatchObject({
    ...{ type: 'drain.proven', id: 'e1-2', cutover: 'example.org.1', seq: 2 },
    ...{ data: { terms: ['an hour has passed'] }, actor: { kind: 'person', name: 'anna' } },
    text: 'no honest cache can hold the old TTL any more: an hour has passed',
  });
  expect(verified).toHaveProperty('timestamp', (verified as { time: string }).time);
  const [webhook] = await process.notifier.list();
  expect(webhook).toMatchObject({ origin: 'config', disabled: null, cursor: 'e1-5', url: to.url });
  expect(await process.notifier.deliveries(webhook!.id, { before: null, limit: 10 })).toMatchObject(
    [
      {
        event: 'e1-5',
        type: 'resumed',
        state: 'delivered',
        attempts: [{ status: 204, why: null }],
      },
      { event: 'e1-4', type: 'paused', state: 'delivered', nextAt: null },
      { event: 'e1-2', type: 'drain.proven', state: 'delivered' },
    ],
  );
  await process.stop();
  expect(there.troubles).toEqual([]);
});

test('one that fails is tried for three days, however often the process is killed between', async () => {
  const there = world();
  const to = await receiver(there.clock);
  to.answer = () => 500;
  let process = there.start([configured(to)]);
  await there.pass(second);
  const begin = there.clock.truth();
  await there.happens('paused');
  for (const pause of [second, 10 * second, 6 * minute, 3 * hour, 20 * hour, 60 * hour]) {
    await there.pass(pause);
    process.kill();
    await there.pass(2 * minute);
    process = there.start([configured(to)]);
  }
  await there.pass(48 * hour);
  const at = to.got.map(one => one.at - begin);
  const pauses = at.slice(1).map((one, index) => one - at[index]!);
  const wanted = [
    ...[5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour],
    ...[10 * hour, 14 * hour, 20 * hour, 24 * hour],
  ];
  expect(pauses).toHaveLength(wanted.length);
  // Never sooner; later by no more than a process was away, and the lease of a dead one lasts.
  for (const [index, pause] of pauses.entries()) {
    expect(pause).toBeGreaterThanOrEqual(wanted[index]!);
    expect(pause).toBeLessThanOrEqual(wanted[index]! + 4 * minute);
  }
  const [webhook] = await process.notifier.list();
  const [delivery] = (await process.notifier.deliveries(webhook!.id, { before: null, limit: 5 }))!;
  expect(delivery).toMatchObject({ state: 'failed', nextAt: null });
  expect(delivery!.attempts).toHaveLength(10);
  expect(delivery!.attempts[0]).toMatchObject({ status: 500, why: 'it answered 500' });
  expect(webhook!.cursor).toBe('e1-1');
  await process.stop();
});
