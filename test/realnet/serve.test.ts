import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { authority } from '../support/certificates.ts';
import { type Ended, patient, program } from '../support/cli.ts';
import { knotAlone, zone } from '../support/scene.ts';
import { type Serving, serving } from '../support/serving.ts';
import { type Site } from '../support/site.ts';

const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');

/** The commands of the walk in the README, in their order. */
function walk(): readonly string[] {
  const [, text = ''] = readme.split('### A whole move with curl\n');
  const [section = ''] = text.split('\n##');
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
}

/** Runs lines of a shell in the directory of a site, and gives what they said. */
const shell = ({ dir }: Pick<Site, 'dir'>, script: string): Promise<Ended> =>
  new Promise(resolve => {
    const env = { PATH: process.env['PATH'], HOME: dir, TZ: 'UTC', NO_COLOR: '1' };
    execFile('bash', ['-euc', script], { cwd: dir, env, timeout: 100_000 }, (error, out, err) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, signal: error?.signal ?? null, out, err });
    });
  });

/** The walk as it stands in the README, for this server and its domain. */
const scriptFor = ({ url, tokenFile }: Serving): string =>
  walk()
    .join('\n')
    .replace(/^SERVER=.*$/m, `SERVER=${url}`)
    .replace(/^TOKEN=.*$/m, `TOKEN=$(cat ${tokenFile})`)
    .replaceAll('--token-file token', `--token-file ${tokenFile}`)
    .replaceAll('npx dns-cutover', program.join(' '))
    .replaceAll('example.org', zone);

describe.concurrent('a server that others ask', patient, () => {
  it('moves a zone by the lines of the README, and lets go when it is ended', async ({
    onTestFinished,
  }) => {
    const scene = await knotAlone(onTestFinished);
    const site = scene.site('site', { more: { approval: 'required' } });
    const server = await serving(site, onTestFinished);
    expect(statSync(server.tokenFile).mode & 0o777).toBe(0o600);

    expect(walk().length).toBeGreaterThan(3);
    const { code, out, err } = await shell(site, scriptFor(server));
    expect([code, err]).toEqual([0, expect.stringContaining('it ended done')]);
    expect(out).toContain('"next": ');
    expect(out).toContain(`# `);

    // The same line everywhere: at the command line here and there, and in the API.
    const there = ['--server', server.url, '--token-file', server.tokenFile];
    const here = await site.json<{ seq: number; outcome: string }>('status', zone);
    expect(here.outcome).toBe('done');
    const asked = await site.json('status', zone, ...there);
    expect(asked).toEqual(here);
    const token = readFileSync(server.tokenFile, 'utf8').trim();
    const answer = await fetch(`${server.url}/api/v1/cutovers/${zone}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([answer.headers.get('etag'), await answer.json()]).toEqual([
      `"v${String(here.seq)}"`,
      here,
    ]);
    const journals = ['events', zone, '--json'];
    expect((await site.run(...journals, ...there)).out).toBe((await site.run(...journals)).out);
    const reports = ['report', zone, '--format', 'json'];
    expect((await site.run(...reports, ...there)).out).toBe((await site.run(...reports)).out);

    server.kill('SIGTERM');
    expect((await server.ended).code).toBe(143);
  });

  it('is driven by the command line, from another machine as it were, over a restart', async ({
    onTestFinished,
  }) => {
    const scene = await knotAlone(onTestFinished);
    const site = scene.site('site', { more: { approval: 'required' } });
    const first = await serving(site, onTestFinished);
    const tokenFile = join(site.dir, 'token');
    copyFileSync(first.tokenFile, tokenFile);
    const at = ({ url }: Serving) => ['--server', url, '--token-file', tokenFile];
    const plan = await site.json<{ hash: string }>('plan', zone, ...at(first));
    expect(plan.hash).toBe(await site.hash());
    expect((await site.run('check', zone, ...at(first))).code).toBe(0);
    const wrong = await site.run('start', zone, '--plan-hash', '0000-0000', ...at(first));
    expect([wrong.code, wrong.err]).toEqual([5, expect.stringContaining('not 0000-0000')]);

    const starting = site.go('start', zone, '--plan-hash', plan.hash, ...at(first));
    await starting.entered('gate');
    const stale = await site.run('approve', zone, '--expect', '1', ...at(first));
    expect([stale.code, stale.err]).toEqual([5, expect.stringContaining('not at 1')]);
    // An agent elsewhere hands its probe in, for which it reads nothing and may not.
    const agent = join(site.dir, 'agent');
    const made = await site.run('token', 'create', '--role', 'agent', '--out', agent);
    expect(made.code, made.err).toBe(0);
    const round = {
      vantage: 'berlin',
      at: 0,
      seen: [],
      unresolved: [],
      egress: 'open',
      sts: 'none',
    };
    writeFileSync(join(site.dir, 'round.json'), JSON.stringify(round));
    const there = ['--server', first.url, '--token-file', agent];
    const told = await site.run('observe', zone, '--probe', 'round.json', ...there);
    expect([told.code, told.err]).toEqual([1, expect.stringContaining('mail hosts are not asked')]);
    expect((await site.run('status', zone, ...there)).code).toBe(4);
    const paused = await site.run('pause', zone, '--reason', 'coffee', ...at(first));
    expect([paused.code, paused.err]).toEqual([0, expect.stringContaining('takes it up')]);

    // Who only follows is no controller: it goes on without them, and they with its successor.
    first.kill('SIGTERM');
    expect((await first.ended).code).toBe(143);
    starting.kill('SIGTERM');
    await starting.ended;
    const { port } = new URL(first.url);
    const second = await serving(site, onTestFinished, '--listen', `127.0.0.1:${port}`);
    expect(second.tokenFile).toBe('');
    for (const [command, ...words] of [['resume'], ['approve', '--reason', 'agreed']] as const) {
      const done = await site.run(command, zone, ...words, ...at(first));
      expect(done.code, done.err).toBe(0);
    }
    expect((await site.run('wait', zone, '--for', 'stage=sweep', ...at(first))).code).toBe(0);
    const undo = await site.run('rollback', zone, '--confirm', zone, ...at(first));
    expect(undo.code, undo.err).toBe(0);
    expect((await site.run('wait', zone, '--for', 'stage=rolled-back', ...at(first))).code).toBe(0);
    const actors = (await site.journal()).filter(({ actor }) => actor.kind === 'person');
    expect(new Set(actors.map(({ actor }) => actor.name.replace(/ .*/, '')))).toEqual(
      new Set(['first']),
    );
    second.kill('SIGINT');
    expect((await second.ended).code).toBe(130);
  });

  it('with a certificate of its own speaks TLS and nothing else', async ({ onTestFinished }) => {
    const dir = await mkdtemp(join(tmpdir(), 'dns-cutover-tls-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const ours = authority();
    const { cert, key } = ours.issue(['IP:127.0.0.1']);
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(join(dir, name), text, { mode: 0o600 });
      return join(dir, name);
    };
    const ca = await file('ca.pem', ours.pem);
    const own = ['--tls-cert', await file('chain.pem', cert), '--tls-key', await file('key', key)];
    const { url, tokenFile } = await serving({ dir }, onTestFinished, ...own);
    expect(url).toMatch(/^https:/);
    const told = await shell(
      { dir },
      `curl -sS --cacert ${ca} ${url}/livez
       printf '{"secret":"%s"}' "$(cat ${tokenFile})" | curl -sSi --cacert ${ca} ${url}/api/v1/session \\
         -H 'content-type: application/json' -H 'sec-fetch-site: same-origin' -d @-
       export NODE_EXTRA_CA_CERTS=${ca}
       ${program.join(' ')} status --server ${url} --token-file ${tokenFile} --json`,
    );
    expect(told, told.err).toMatchObject({ code: 0 });
    expect(told.out).toMatch(/set-cookie: __Host-[^\n]*; HttpOnly; Secure; SameSite=Strict/i);
    expect(told.out).toMatch(/\}\[\]\n$/);
    const bare = await shell({ dir }, `curl -sS ${url.replace('https', 'http')}/livez`);
    expect(bare.code).not.toBe(0);
    const stranger = await shell({ dir }, `curl -sS ${url}/livez`);
    expect(stranger.err).toContain('certificate');
  });
});
