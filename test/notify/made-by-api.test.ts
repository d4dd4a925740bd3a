import { expect, test } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { configured, receiver, second, world } from './desk.ts';

const order = { shape: 'event', types: null, cutovers: null } as const;

test('one that the API makes shows its secret once, and signs with it; no way leads into the network', async () => {
  const there = world(Date.now());
  const to = await receiver(there.clock);
  const { notifier, store, stop } = there.start();
  for (const url of ['http://127.0.0.1/', 'https://127.1/', 'https://hooks.example.org:22/', 'x'])
    await expect(notifier.create({ ...order, url })).rejects.toMatchObject({
      code: url === 'x' ? 'MALFORMED' : 'REFUSED',
    });
  const url = 'https://hooks.example.org/cutover?token=1';
  const cutovers = ['Example.ORG.', 'example.net.2'];
  const { webhook, secret } = await notifier.create({ ...order, url, cutovers });
  expect(webhook.cutovers).toEqual(['example.org', 'example.net.2']);
  expect(webhook).toMatchObject({ origin: 'api', url: 'https://hooks.example.org/cutover?…' });
  expect(JSON.stringify(await notifier.list())).not.toContain(secret);
  // What leads to this machine by name is found out when it is called.
  expect(await notifier.test(webhook.id)).toMatchObject({
    state: 'failed',
    attempts: [{ status: null }],
  });
  expect((await notifier.test(webhook.id))!.attempts[0]!.why).toContain('private network');
  const [document] = await store.documents.list('webhook', { prefix: 'wh_', limit: 1 });
  const { own } = document!.data as { own: { secret: string } };
  expect(own.secret).toBe(secret);
  expect(new Webhook(secret).sign('e1-1', new Date(), 'x')).toMatch(/^v1,/);
  expect(to.got).toEqual([]);
  expect(await notifier.remove(webhook.id)).toBe(true);
  expect(await notifier.remove(webhook.id)).toBe(false);
  expect(await store.documents.list('delivery', { limit: 5 })).toEqual([]);
  expect([await notifier.test(webhook.id), await notifier.redeliver(webhook.id, 'x')]).toEqual([
    ...[null, null],
  ]);
  expect(await notifier.deliveries(webhook.id, { before: null, limit: 5 })).toBe(null);
  await stop();
});

test('those of the file stay, whoever asks; others are bounded', async () => {
  const there = world();
  const to = await receiver(there.clock);
  const { notifier, store, stop } = there.start([
    configured(to),
    configured(to, { shape: 'slack' }),
  ]);
  const [first, second_] = await notifier.list();
  expect(first!.id).not.toBe(second_!.id);
  expect(second_!.url).toBe(`${new URL(to.url).origin}/…`);
  await expect(notifier.remove(first!.id)).rejects.toMatchObject({ code: 'REFUSED' });
  const url = 'https://hooks.example.org/';
  for (let count = 0; count < 49; count += 1) await notifier.create({ ...order, url });
  const several = [1, 2, 3].map(() => notifier.create({ ...order, url }));
  await Promise.allSettled(several);
  const kept = await store.documents.list('webhook', { prefix: 'wh_', limit: 99 });
  expect(kept.length).toBeLessThanOrEqual(50);
  for (let count = kept.length; count < 50; count += 1) await notifier.create({ ...order, url });
  await expect(notifier.create({ ...order, url })).rejects.toMatchObject({ code: 'REFUSED' });
  expect(await notifier.list()).toHaveLength(52);
  await stop();
});

test('what is wanted is chosen by type and by cutover, and may be delivered again', async () => {
  const there = world();
  const [some, none] = [await receiver(there.clock), await receiver(there.clock)];
  const { notifier, stop } = there.start([
    configured(some, { types: ['authority.agreed'], cutovers: ['example.org'] }),
    configured(none, { cutovers: ['example.net', 'example.org.2'] }),
  ]);
  await there.pass(second);
  await there.happens('paused', 'authority.agreed');
  await there.pass(second);
  expect([some.ids(), none.ids()]).toEqual([[2], []]);
  const { id } = (await notifier.list())[0]!;
  const [delivery] = (await notifier.deliveries(id, { before: null, limit: 5 }))!;
  expect(await notifier.redeliver(id, delivery!.id)).toMatchObject({ state: 'waiting' });
  await there.pass(second);
  expect(some.ids()).toEqual([2, 2]);
  expect(await notifier.deliveries(id, { before: null, limit: 5 })).toMatchObject([
    { id: delivery!.id, state: 'delivered', attempts: [{ status: 204 }, { status: 204 }] },
  ]);
  expect(await notifier.redeliver(id, 'nothing')).toBe(null);
  const tested = await notifier.test(id);
  await expect(notifier.redeliver(id, tested!.id)).rejects.toMatchObject({ code: 'REFUSED' });
  // Newest first, in pages.
  await there.happens('authority.agreed');
  await there.pass(second);
  const page = async (before: string | null) =>
    (await notifier.deliveries(id, { before, limit: 1 })) ?? [];
  const events: string[] = [];
  for (let [one] = await page(null); one !== undefined; [one] = await page(one.id))
    events.push(one.type);
  expect(events).toEqual(['authority.agreed', 'webhook.test', 'authority.agreed']);
  await stop();
});

test('the log keeps the last of many', async () => {
  const there = world();
  const to = await receiver(there.clock);
  const { notifier, store, stop } = there.start([configured(to)]);
  await there.pass(second);
  await there.happens(...Array.from({ length: 260 }, () => 'paused' as const));
  await there.pass(second);
  expect(to.got).toHaveLength(260);
  const kept = await store.documents.list('delivery', { limit: 1000 });
  expect(kept.length).toBeGreaterThanOrEqual(200);
  expect(kept.length).toBeLessThan(221);
  const { id } = (await notifier.list())[0]!;
  const [newest] = (await notifier.deliveries(id, { before: null, limit: 1 }))!;
  expect(newest!.event).toBe('e1-260');
  await stop();
});
