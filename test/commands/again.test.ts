import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeApp } from '../../src/app.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { never, openSite, order } from '../controller/site.ts';
import { said } from './said.ts';

let state = '';
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'dns-cutover-again-'));
});
afterEach(() => rm(state, { recursive: true, force: true }));

/** A plan that was started and abandoned before anything was written. */
async function abandoned(): Promise<string> {
  const me = { pid: process.pid, host: hostname(), ownerId: 'test-again' };
  const store = await openSqlite(state, { ...me, epochBytes: 'abcdef' });
  const { environment } = openSite();
  const app = makeApp({ ...environment, store });
  const { plan } = await app.plan(order, never);
  const id = await app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  const ended = await app.act(id, { type: 'abandon', reason: 'another day' }, { name: 'kim' });
  expect(ended.outcome).toBe('abandoned');
  await store.close();
  return plan.hash;
}

it('a start that is repeated by itself does not repeat what a person took back', async () => {
  const hash = await abandoned();
  const again = ['--state', state, '-c', join(state, 'nowhere.yaml')];
  const first = await said('start', 'example.org', '--plan-hash', hash, ...again);
  expect(first.code).toBe(1);
  expect(first.err).toContain('example.org.1 ended abandoned');
  expect(first.err).toContain('--again');
  // Asked for, it goes on to the configuration, which is not there.
  const second = await said('start', 'example.org', '--plan-hash', hash, '--again', ...again);
  expect(second.code).toBe(65);
  expect(second.err).toContain('nowhere.yaml');
});
