import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readCredential } from '../../../src/access/credential.ts';
import { makeAccess } from '../../../src/access/make-access.ts';
import { type Principal } from '../../../src/access/principal.ts';
import { makeApp } from '../../../src/app.ts';
import { systemChance } from '../../../src/machine/chance.ts';
import { systemClock } from '../../../src/machine/clock.ts';
import { never, openSite, order } from '../../controller/site.ts';
import { freshDirectory, openHere } from '../../store/support.ts';
import { said } from '../said.ts';

let root = '';
beforeEach(() => {
  root = freshDirectory();
});
const state = () => ['--state', join(root, 'state'), '--utc'];

let opened = 0;

/** Asks as the server on the same state directory would. */
async function whoIs(secret: string): Promise<Principal | null> {
  const store = await openHere(join(root, 'state'), `p${(opened += 1)}`);
  const ground = { documents: store.documents, clock: systemClock(), chance: systemChance };
  const access = makeAccess(ground);
  if (readCredential(secret)?.kind === 'token')
    return access.identify({ bearer: secret, session: null });
  return (await access.login(secret))?.principal ?? null;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

async function list(): Promise<readonly Row[]> {
  const { out } = await said('token', 'list', '--json', ...state());
  return (JSON.parse(out) as { tokens: Row[] }).tokens;
}

describe('token', () => {
  it('is created, used, listed without its secret, and revoked', async () => {
    expect((await said('token', 'list', ...state())).out).toBe('there is no token\n');
    const scope = ['--cutover', 'example.org', '--cutover', 'example.net.2'];
    const options = ['--role', 'operator', '--name', 'anna', '--expires', '2h', ...scope];
    const made = await said('token', 'create', ...options, ...state());
    expect([made.code, made.out]).toEqual([0, expect.stringMatching(/^dnsc_\w{81}\n$/)]);
    expect(made.err).toContain('anna: operator, only example.org, example.net.2\ngood until ');
    const secret = made.out.trim();
    expect(await whoIs(secret)).toMatchObject({
      ...{ name: 'anna', role: 'operator', cutovers: ['example.org', 'example.net.2'] },
    });
    const { id } = readCredential(secret)!;
    const [row] = await list();
    expect(row).toMatchObject({ id, name: 'anna', revokedAt: null });
    expect(row?.lastUsedAt).not.toBeNull();
    const text = await said('token', 'list', ...state());
    expect(text.out).toMatch(new RegExp(`^${id} +anna +operator +ends in [12] h.* +used `));
    const all = [text.out, text.err, JSON.stringify(row), made.err].join('\n');
    expect(all).not.toContain(readCredential(secret)?.secret);
    const revoked = await said('token', 'revoke', id, ...state());
    expect([revoked.code, revoked.err]).toEqual([0, expect.stringContaining(`revoked ${id}`)]);
    expect(await whoIs(secret)).toBeNull();
    expect((await said('token', 'list', ...state())).out).toContain('revoked');
  });

  it('goes into a file that nobody else reads, and is printed nowhere then', async () => {
    const file = join(root, 'token');
    const create = ['token', 'create', '--role', 'viewer', '--out', file, ...state()];
    const made = await said(...create);
    expect([made.code, made.out]).toEqual([0, '']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const secret = readFileSync(file, 'utf8').trim();
    expect(made.err).not.toContain(readCredential(secret)?.secret);
    expect(await whoIs(secret)).toMatchObject({ role: 'viewer', cutovers: null });
    const again = await said(...create, '--json');
    expect([again.code, readFileSync(file, 'utf8').trim()]).toEqual([64, secret]);
    expect(await list()).toHaveLength(1);
    const odd = join(root, 'odd');
    const refused = await said(
      'token',
      'create',
      '--role',
      'viewer',
      '--name',
      ' ',
      '--out',
      odd,
      ...state(),
    );
    expect(refused.code).toBe(65);
    expect(() => statSync(odd)).toThrow('ENOENT');
    expect(await list()).toHaveLength(1);
  });

  it('is not made of what makes no sense, nor revoked where there is none', async () => {
    const secret = `dnsc_${'1'.repeat(16)}_${'2'.repeat(64)}`;
    const cases: readonly (readonly [number, ...string[]])[] = [
      [64, 'create'],
      [64, 'create', '--role', 'root'],
      [64, 'create', '--role', 'viewer', '--expires', 'soon'],
      [64, 'create', '--role', 'viewer', '--expires', '0'],
      [65, 'create', '--role', 'viewer', '--expires', '400d'],
      [65, 'create', '--role', 'viewer', '--name', 'a\u001b[31mb'],
      [65, 'create', '--role', 'viewer', '--cutover', 'a b'],
      [64, 'revoke'],
      [64, 'revoke', '0000000000000000'],
      [64, 'revoke', secret],
    ];
    for (const [code, ...words] of cases) {
      const answer = await said('token', ...words, ...state());
      expect([words, answer.code, answer.out]).toEqual([words, code, '']);
      expect(answer.err).not.toContain('2'.repeat(64));
    }
    expect(await list()).toEqual([]);
  });
});

describe('share', () => {
  it('prints a link that shows one cutover to whoever opens it', async () => {
    const store = await openHere(join(root, 'state'), 'starter');
    const app = makeApp({ ...openSite().environment, store });
    const { plan } = await app.plan(order, never);
    const id = await app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
    await store.close();
    const url = ['--url', 'https://cutover.example.org/'];
    const made = await said('share', 'example.org', '--expires', '2h', ...url, ...state());
    expect(made.code).toBe(0);
    const [, secret = ''] = /^https:\/\/cutover\.example\.org\/share#(\S+)\n$/.exec(made.out) ?? [];
    expect(await whoIs(secret)).toMatchObject({ kind: 'share', role: 'viewer', cutovers: [id] });
    const path = JSON.parse((await said('share', id, '--json', ...state())).out) as object;
    expect(path).toMatchObject({
      cutover: id,
      link: expect.stringMatching(/^\/share#dnsh_/) as string,
    });
    const wrong = ['https://a.example/x', 'ftp://a.example', 'https://me@a.example', 'nothing'];
    for (const text of wrong) {
      const { code } = await said('share', 'example.org', '--url', text, ...state());
      expect([text, code]).toEqual([text, 64]);
    }
    expect((await said('share', 'example.net', ...state())).code).toBe(64);
    expect((await said('share', 'example.org', '--expires', '31d', ...state())).code).toBe(65);
  });

  it('overwrites nothing and makes no store where there is none', async () => {
    writeFileSync(join(root, 'file'), '');
    const answer = await said('share', 'example.org', '--state', join(root, 'file'));
    expect(answer.code).toBe(64);
    expect(readFileSync(join(root, 'file'), 'utf8')).toBe('');
  });
});
