import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeApp } from '../../../src/app.ts';
import { makeMetrics } from '../../../src/api/metrics/metrics.ts';
import { parseName } from '../../../src/dns/name.ts';
import { Fault } from '../../../src/errors.ts';
import { never, openSite, order } from '../../controller/site.ts';
import { openApi } from '../../support/api.ts';

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The text format of Prometheus, strictly: every sample belongs to a family that was declared before it. */
function samplesOf(text: string): readonly Sample[] {
  const families = new Map<string, string>();
  const samples: Sample[] = [];
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const declared = /^# TYPE ([a-z_][a-z0-9_]*) (counter|gauge|histogram|summary)$/.exec(line);
    if (declared !== null) {
      expect(families.has(declared[1]!), line).toBe(false);
      families.set(declared[1]!, declared[2]!);
      continue;
    }
    if (line.startsWith('# HELP ')) continue;
    const [, name, labels = '', value] =
      /^([a-z_][a-z0-9_]*)(?:\{(.*)\})? (-?[0-9.e+-]+|\+Inf|NaN|Nan)$/.exec(line) ?? [];
    expect(name, line).toBeDefined();
    const family = name!.replace(/_(?:bucket|sum|count)$/, '');
    expect(families.has(name!) || families.has(family), line).toBe(true);
    const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"(?:,|$)/g)];
    expect(pairs.map(([whole]) => whole).join(''), line).toBe(labels);
    const read = Object.fromEntries(pairs.map(([, key, content]) => [key!, content!]));
    samples.push({ name: name!, labels: read, value: Number(value) });
  }
  const keys = samples.map(({ name, labels }) => JSON.stringify([name, labels]));
  expect(new Set(keys).size).toBe(keys.length);
  return samples;
}

const valueOf = (samples: readonly Sample[], name: string, labels = {}): number | undefined =>
  samples.find(
    one =>
      one.name === name &&
      Object.entries(labels).every(([key, value]) => one.labels[key] === value),
  )?.value;

const noStreams = () => Promise.reject(new Error('this test has no streams'));

/** A cutover that runs to its end, counted. */
async function counted() {
  const metrics = makeMetrics();
  let failing = 0;
  const site = openSite({
    provider: inner => ({
      ...inner,
      write: async (...given) => {
        if (failing++ === 0) throw new Fault('UNAVAILABLE', 'no answer');
        return inner.write(...given);
      },
    }),
  });
  const app = makeApp(metrics.counting(site.environment));
  const hub = { stats: () => ({ clients: 3, dropped: { slow: 2 } }) };
  const api = await openApi(
    { metrics, app, hub: { ...hub, open: noStreams, stop: async () => undefined } },
    { site },
  );
  return { api, app, site };
}

it('counts what is asked, and says where every cutover is; no more once it ended long ago', async () => {
  const { api, app, site } = await counted();
  const read = async () => {
    const { statusCode, headers, body } = await api.as('viewer', { url: '/metrics' });
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    return samplesOf(body);
  };
  const { plan } = await app.plan(order, never);
  const id = await app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  const before = await read();
  const cutover = { cutover: id };
  expect(valueOf(before, 'dns_cutover_state', { ...cutover, stage: 'snapshot' })).toBe(1);
  expect(valueOf(before, 'dns_cutover_state', { ...cutover, stage: 'swap' })).toBe(0);
  expect(valueOf(before, 'dns_cutover_controlled', cutover)).toBe(0);
  expect(valueOf(before, 'dns_cutover_sse_clients')).toBe(3);
  expect(valueOf(before, 'dns_cutover_sse_dropped_total', { reason: 'slow' })).toBe(2);
  expect(valueOf(before, 'dns_cutover_build_info', { version: '1.2.3' })).toBe(1);
  expect(valueOf(before, 'dns_cutover_event_seq')).toBe(1);
  const stop = new AbortController();
  const running = app.control(id, stop.signal).catch(() => undefined);
  const there = async (): Promise<string | undefined> => (await app.find(id))?.stage;
  let stage: string | undefined;
  await site.until(() => {
    void there().then(now => (stage = now));
    return stage === 'drain';
  });
  const during = await read();
  expect(valueOf(during, 'dns_cutover_state', { ...cutover, stage: 'drain' })).toBe(1);
  expect(valueOf(during, 'dns_cutover_queries_total', { outcome: 'noerror' })).toBeGreaterThan(0);
  expect(valueOf(during, 'dns_cutover_query_duration_seconds_count')).toBeGreaterThan(0);
  expect(valueOf(during, 'dns_cutover_write_ambiguous_total')).toBe(1);
  const requests = { provider: 'main', op: 'write', outcome: 'unavailable' };
  expect(valueOf(during, 'dns_cutover_provider_requests_total', requests)).toBe(1);
  expect(
    valueOf(during, 'dns_cutover_provider_requests_total', { ...requests, outcome: 'ok' }),
  ).toBeGreaterThan(0);
  await app.act(id, { type: 'abandon', reason: null }, { name: 'kim' });
  await site.finish(running);
  const ended = await read();
  expect(valueOf(ended, 'dns_cutover_state', cutover)).toBeDefined();
  // By this an alert tells one that has ended from one that goes on.
  for (const name of ['dns_cutover_controlled', 'dns_cutover_held'])
    expect(valueOf(ended, name, cutover), name).toBeUndefined();
  site.clock.jump(25 * 3_600_000);
  const after = await read();
  expect(after.filter(({ labels }) => labels['cutover'] === id)).toEqual([]);
  await api.server.close();
});

it('says how questions ended that got no answer, and not of which server', async () => {
  const metrics = makeMetrics();
  const { environment } = openSite();
  const silent = async () => {
    throw new Fault('UNAVAILABLE', 'silent');
  };
  const stopped = async () => {
    throw new Fault('ABORTED', 'given up');
  };
  const question = {
    ...{ name: parseName('example.org'), type: 'MX', recursive: true, dnssec: false },
  } as const;
  const at = {
    address: '192.0.2.77',
    port: 853,
    over: { transport: 'tls', host: 'x.example' },
  } as const;
  const renewed: unknown[] = [];
  const renew = (connection?: number) => void renewed.push(connection);
  const sweep = { ask: stopped, renew };
  const counting = metrics.counting({ ...environment, ask: silent, sweep });
  await expect(counting.ask(question, at, never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  // What is counted is no other transport: whoever renews one connection renews that one.
  counting.sweep.renew(7);
  counting.sweep.renew();
  expect(renewed).toEqual([7, undefined]);
  // Nobody listened any more: that is no silence.
  await expect(counting.sweep.ask(question, at, never)).rejects.toMatchObject({ code: 'ABORTED' });
  const text = async () =>
    metrics.text({
      app: makeApp(environment),
      hub: {
        open: noStreams,
        stop: async () => undefined,
        stats: () => ({ clients: 0, dropped: {} }),
      },
      version: '1',
    });
  const [both, other] = await Promise.all([text(), text()]);
  expect(both).toBe(other);
  const labels = { transport: 'tls', outcome: 'silent' };
  expect(valueOf(samplesOf(both), 'dns_cutover_queries_total', labels)).toBe(1);
  expect(both).not.toContain('192.0.2.77');
});

it('is for whoever may see every cutover', async () => {
  const api = await openApi();
  expect((await api.as('nobody', { url: '/metrics' })).statusCode).toBe(401);
  expect((await api.as('agent', { url: '/metrics' })).statusCode).toBe(403);
  const { secret } = await api.kit.access.createToken({
    ...{ name: 'one', role: 'viewer', cutovers: ['example.org.1'], by: 'test' },
    expiresAt: api.site.clock.now().wall + 1000,
  });
  const headers = { authorization: `Bearer ${secret}` };
  expect((await api.as('nobody', { url: '/metrics', headers })).statusCode).toBe(403);
  await api.server.close();
});

it('alerts and the dashboard name metrics and labels that there are', async () => {
  const { api, app } = await counted();
  await app.start(
    (await app.plan(order, never)).plan,
    { accept: [], takeClaim: null, reason: null },
    'kim',
  );
  const { body } = await api.as('viewer', { url: '/metrics' });
  const names = new Set([...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!));
  const root = `${import.meta.dirname}/../../..`;
  const alerts = parse(readFileSync(`${root}/config/alerts.yaml`, 'utf8')) as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  const dashboard = JSON.parse(readFileSync(`${root}/config/grafana-dashboard.json`, 'utf8')) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };
  const rules = alerts.groups.flatMap(group =>
    group.rules.map(({ alert, expr }) => ({ at: alert, expr })),
  );
  const panels = dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({ at: title, expr })),
  );
  const words = { cutover: '', stage: '', view: '', transport: '', outcome: '', provider: '' };
  const known = new Set([...Object.keys(words), 'op', 'reason', 'le', 'instance', 'job']);
  for (const { at, expr } of [...rules, ...panels]) {
    const used = [...expr.matchAll(/\b(?:dns_cutover|process|nodejs)_[a-z0-9_]+/g)].map(
      ([name]) => name,
    );
    expect(used, at).not.toEqual([]);
    for (const name of used)
      expect(names.has(name) || names.has(name.replace(/_bucket$/, '')), `${at}: ${name}`).toBe(
        true,
      );
    const labels = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) =>
      list!.split(/, */),
    );
    labels.push(...[...expr.matchAll(/([a-z_]+)=~?"/g)].map(([, label]) => label!));
    for (const label of labels) expect(known.has(label), `${at}: ${label}`).toBe(true);
    expect(expr.split('(').length, at).toBe(expr.split(')').length);
  }
  await api.server.close();
});
