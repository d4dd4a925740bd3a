import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Posted } from '../../../src/web/outbound.ts';
import { makeNotifier } from '../../../src/notify/make-notifier.ts';
import { never, openSite, order } from '../../controller/site.ts';
import { type Api, openApi } from '../../support/api.ts';
import { configured } from '../../notify/desk.ts';

let api: Api;
let answer: Posted = { status: 204, retryAfter: null };
const sent: { url: string; body: string }[] = [];
const stop = new AbortController();
let running: Promise<void>;
const webhooks = '/api/v1/webhooks';

beforeAll(async () => {
  const site = openSite();
  const { store, clock, chance } = site.app.environment;
  const desk = { store, clock, chance, holder: 'p1', tell: () => undefined };
  const send = async ({ url, body }: { url: string; body: string }) => {
    sent.push({ url, body });
    return answer;
  };
  const file = configured(
    { url: 'https://hooks.slack.com/services/T/B/secret' },
    { shape: 'slack' },
  );
  const notifier = makeNotifier({ ...desk, send }, [file]);
  api = await openApi({ notifier }, { site });
  running = notifier.run(stop.signal);
});
afterAll(async () => {
  stop.abort();
  await running;
  await api.server.close();
});

interface Answer {
  readonly secret: string;
  readonly webhook: { readonly id: string };
  readonly webhooks: readonly { readonly id: string; readonly origin: string }[];
  readonly deliveries: readonly { readonly id: string; readonly type: string }[];
  readonly next: string | null;
  readonly type: string;
  readonly remedy?: string;
  readonly errors?: readonly { path: string; message: string }[];
}

const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) => {
  const came = await api.as('admin', { method, url, ...(payload && { payload }) });
  return { status: came.statusCode, body: came.body === '' ? null : came.json<Answer>() };
};

it('a receiver is added, tested, told, told again, and removed', async () => {
  const made = await ask('POST', webhooks, {
    url: 'https://hooks.example.org/c?k=1',
    types: ['cutover.created'],
  });
  expect(made).toMatchObject({
    status: 201,
    body: {
      secret: expect.stringMatching(/^whsec_/) as string,
      webhook: {
        url: 'https://hooks.example.org/c?…',
        origin: 'api',
        shape: 'event',
        disabled: null,
      },
    },
  });
  const { id } = made.body!.webhook;
  const list = await api.as('admin', { url: webhooks });
  expect(list.json<Answer>().webhooks.map(({ origin }) => origin)).toEqual(['config', 'api']);
  expect(list.body).not.toContain(made.body!.secret);
  expect(list.body).not.toContain('/services/');
  expect(await ask('POST', `${webhooks}/${id}/test`)).toMatchObject({
    status: 200,
    body: { type: 'webhook.test', state: 'delivered', nextAt: null, attempts: [{ status: 204 }] },
  });
  answer = { status: 500, retryAfter: null };
  expect(await ask('POST', `${webhooks}/${id}/test`)).toMatchObject({
    status: 200,
    body: { state: 'failed', attempts: [{ status: 500, why: 'it answered 500' }] },
  });
  answer = { status: 200, retryAfter: null };
  const { app, clock } = api.site;
  const { plan } = await app.plan(order, never);
  await app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  const told = () => sent.filter(({ body }) => body.includes('"type":"cutover.created"')).length;
  await clock.run(() => told() === 1, Infinity);
  expect(told()).toBe(1);
  const first = await ask('GET', `${webhooks}/${id}/deliveries?limit=1`);
  expect(first.body!.deliveries).toMatchObject([{ type: 'cutover.created', state: 'delivered' }]);
  const rest = await ask('GET', `${webhooks}/${id}/deliveries?limit=2&after=${first.body!.next!}`);
  expect(rest.body).toMatchObject({
    deliveries: [{ type: 'webhook.test' }, { type: 'webhook.test' }],
    next: null,
  });
  const delivery = first.body!.deliveries[0]!.id;
  const again = `${webhooks}/${id}/deliveries/${delivery}/redeliver`;
  expect(await ask('POST', again)).toMatchObject({ status: 202, body: { state: 'waiting' } });
  await clock.run(() => told() === 2, Infinity);
  expect(told()).toBe(2);
  expect(await ask('DELETE', `${webhooks}/${id}`)).toEqual({ status: 204, body: null });
  for (const [method, url] of [
    ['DELETE', `${webhooks}/${id}`],
    ['POST', `${webhooks}/${id}/test`],
    ['GET', `${webhooks}/${id}/deliveries`],
    ['POST', again],
  ] as const)
    expect(await ask(method, url), url).toMatchObject({ status: 404 });
});

it.each([
  {},
  { url: 5 },
  { url: 'https://a.example/', types: ['hold'] },
  { url: 'https://a.example/', types: [] },
  { url: 'https://a.example/', shape: 'discord' },
  { url: 'https://a.example/', allowPrivate: true },
  { url: 'https://a.example/', secret: 'whsec_mine' },
  { url: 'hooks.example.org' },
  { url: 'http://a.example/' },
  { url: 'https://127.1/' },
  { url: 'https://[::ffff:169.254.169.254]/' },
  { url: 'https://localhost/' },
  { url: 'https://a.example:6379/' },
  { url: 'https://u:p@a.example/' },
])('POST /webhooks with %j is malformed', async payload => {
  const came = await ask('POST', webhooks, payload);
  expect(came).toMatchObject({ status: 400, body: { type: '/problems/malformed' } });
});

it('says at /body/url why nobody may name a receiver, and what to name', async () => {
  const came = await ask('POST', webhooks, { url: 'https://a.example:6379/' });
  const message = 'the receiver a.example:6379 listens at port 6379';
  expect(came.body!.errors).toEqual([{ path: '/body/url', message }]);
  expect(came.body!.remedy).toContain('8443');
});

it('is for admins who may see everything; those of the file stay', async () => {
  for (const role of ['viewer', 'operator', 'approver', 'agent'] as const)
    expect((await api.as(role, { url: webhooks })).statusCode, role).toBe(403);
  const { secret } = await api.kit.access.createToken({
    ...{ name: 'one', role: 'admin', cutovers: ['example.org.1'], by: 'test' },
    expiresAt: api.site.clock.now().wall + 1000,
  });
  const headers = { authorization: `Bearer ${secret}` };
  expect((await api.as('nobody', { url: webhooks, headers })).statusCode).toBe(403);
  const { id } = (await ask('GET', webhooks)).body!.webhooks[0]!;
  expect(await ask('DELETE', `${webhooks}/${id}`)).toMatchObject({
    status: 409,
    body: { type: '/problems/refused' },
  });
});
