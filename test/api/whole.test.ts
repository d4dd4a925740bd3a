import { describe, expect, it } from 'vitest';
import { easy, openDriven } from './driven.ts';
import { never } from '../controller/site.ts';

const one = '/api/v1/cutovers/example.org.1';
const actions = `${one}/actions`;

describe('a cutover that is driven by the API alone', () => {
  it('goes through to done', async () => {
    const api = await openDriven();
    const { plan } = await api.site.app.plan(easy, never);
    const started = await api.post('operator', {
      url: '/api/v1/cutovers',
      body: { domain: 'example.org', planHash: plan.hash, reason: 'the new host' },
    });
    expect([started.statusCode, started.body]).toEqual([202, expect.any(String)]);
    expect(await api.ended(started)).toMatchObject({ state: 'done', cutover: 'example.org.1' });
    await api.until(({ stage, findings }) => stage === 'gate' && findings.length > 0);
    const status = await api.ask('viewer', { url: one });
    const { seq } = status.json<{ seq: number }>();
    expect(status.headers.etag).toBe(`"v${String(seq)}"`);
    const approved = await api.post('approver', {
      url: actions,
      body: { type: 'approve', reason: 'all is well' },
      match: String(status.headers.etag),
    });
    expect([approved.statusCode, approved.json()]).toMatchObject([202, { state: 'done' }]);
    await api.until(({ stage }) => stage === 'sweep');
    const sweep = await api.ask('viewer', { url: one });
    const swept = await api.post('operator', {
      url: actions,
      body: { type: 'confirm', what: 'mail-swept' },
      match: String(sweep.headers.etag),
    });
    expect(swept.statusCode).toBe(202);
    await api.until(({ outcome }) => outcome === 'done');
    const ended = await api.ask('viewer', { url: '/api/v1/cutovers/example.org' });
    expect(ended.json()).toMatchObject({ id: 'example.org.1', outcome: 'done', stage: 'done' });
    const actors = (await api.site.app.journal('example.org.1')).filter(
      ({ actor }) => actor.kind === 'person',
    );
    for (const { actor } of actors)
      expect(actor.name).toMatch(/^a (operator|approver) \(token \w+\)$/);
    expect(actors.length).toBeGreaterThan(2);
    await api.close();
  });
});
