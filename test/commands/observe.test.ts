import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeApp } from '../../src/app.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { never, openSite, order } from '../controller/site.ts';
import { smtpHost } from '../support/smtp-host.ts';
import { said } from './said.ts';

let folder = '';
let where: readonly string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dns-cutover-observe-'));
  const me = { pid: process.pid, host: hostname(), ownerId: 'test' };
  const store = await openSqlite(join(folder, 'state'), { ...me, epochBytes: 'abcdef' });
  const app = makeApp({ ...openSite().environment, store });
  const { plan } = await app.plan(order, never);
  await app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  await store.close();
  where = ['--state', join(folder, 'state'), '-c', join(folder, 'none.yaml')];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const observe = (...words: readonly string[]) => said('observe', 'example.org', ...words, ...where);

describe('observe', () => {
  it('keeps what is usual before the swap, with who said so', async () => {
    const { code, err } = await observe('--accepted', '400', '--reason', 'mail log', '--json');
    expect([code, err]).toEqual([0, expect.stringContaining('recorded')]);
    const { out } = await said('events', 'example.org', '--json', ...where);
    const last = out.trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({
      type: 'mail.observed',
      actor: { kind: 'person' },
      data: {
        what: { is: 'accepted', count: 400, seconds: 3600, usual: null },
        reason: 'mail log',
      },
    });
  });

  it('keeps that a test message arrived, and who found it', async () => {
    const mark = 'dns-cutover-0123456789ab';
    const { code, err } = await observe('--arrived', mark, '--reason', 'in my mailbox');
    expect([code, err]).toEqual([0, expect.stringContaining('recorded')]);
    const { out } = await said('events', 'example.org', ...where);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      `the test message ${mark} arrived: in my mailbox`,
    );
    const report = await said('report', 'example.org', ...where);
    expect(report.out).toContain(mark);
  });

  it('keeps that a test message was sent, and then takes no mark but of those', async () => {
    const host = await smtpHost({});
    const at = `${host.address}:${String(host.port)}`;
    const about = ['--domain', 'example.org', '--allow-private', '--recipient', 'anna@example.org'];
    const sent = await said('probe', at, ...about, '--send-test-message', ...where);
    await host.stop();
    expect(sent.code, sent.err).toBe(0);
    const mark = /the test message (\S+) was taken/.exec(sent.err)?.[1] ?? '';
    expect(sent.err).toContain('recorded in the journal of example.org.1');
    const slip = await observe('--arrived', 'dns-cutover-aaaaaaaaaaaa');
    expect(slip.code).toBe(1);
    expect(slip.err.replaceAll(/\s+/g, ' ')).toContain(
      `these were sent: ${mark} (to anna@example.org)`,
    );
    const found = await observe('--arrived', mark);
    expect(found.code, found.err).toBe(0);
    const events = (await said('events', 'example.org', ...where)).out.replaceAll(/\s+/g, ' ');
    expect(events).toContain(
      `the test message ${mark} was taken for anna@example.org by 127.0.0.1 (127.0.0.1): 250 2.0.0 Queued`,
    );
    expect(events).toContain(`the test message ${mark} arrived`);
    expect((await said('report', 'example.org', ...where)).out).toContain(`${mark} was taken for`);
  });

  it('refuses what nothing follows from, and says what to do', async () => {
    const bounces = await observe('--bounces', '7', '--since', '10m');
    expect(bounces).toMatchObject({ code: expect.any(Number) as number, out: '' });
    expect(bounces.code).not.toBe(0);
    expect(bounces.err).toContain('no swap is out');
  });

  it.each([
    { words: [], says: 'none of them' },
    { words: ['--bounces', '1', '--accepted', '2'], says: 'several of them' },
    { words: ['--bounces', 'x'], says: 'not a whole number' },
    { words: ['--arrived', 'yes'], says: 'marks no test message' },
    { words: ['--bounces', '1', '--since', 'soon'], says: 'not a duration' },
  ])('is told how to be used: $words', async ({ words, says }) => {
    const { code, err } = await observe(...words);
    expect(code).toBe(64);
    expect(err).toContain(says);
  });

  it('reads a probe of another place from a file, and refuses what is none', async () => {
    const file = join(folder, 'round.json');
    await writeFile(file, '{"vantage": "berlin"}');
    const odd = await observe('--probe', file);
    expect(odd.code).not.toBe(0);
    expect(odd.err).toContain('probe --json');
    const { err } = await observe('--probe', join(folder, 'missing.json'));
    expect(err).toContain('missing.json');
  });
});
