import { writeFileSync } from 'node:fs';
import { patient } from '../support/cli.ts';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dig, zoneDump } from '../support/dig.ts';
import { bindAlone, isSwap, knotAlone, type OnEnd, revive, zone } from '../support/scene.ts';
import { freePort } from '../support/server.ts';
import { cutoverKey, strangerKey } from '../support/servers.ts';
import { type SiteOptions } from '../support/site.ts';

const wrongSecret = { ...cutoverKey, secret: Buffer.alloc(32, 1).toString('base64') };

/** Options of a site whose process believes that it is an hour later. */
const hourAhead = (dir: string): Partial<SiteOptions> => {
  const file = join(dir, 'ahead.mjs');
  writeFileSync(file, 'const now = Date.now; Date.now = () => now() + 3_600_000;\n');
  return { env: { NODE_OPTIONS: `--import=${file}` } };
};

type Bad = readonly [name: string, options: (dir: string) => Partial<SiteOptions>, words: RegExp];

/** What is wrong with the key; words of the server and of the remedy. */
const bad: readonly Bad[] = [
  ['a wrong secret', () => ({ key: wrongSecret }), /BADSIG[\s\S]*secret file/],
  ['an unknown key', () => ({ key: { ...cutoverKey, name: 'nobody' } }), /BADKEY[\s\S]*nobody/],
  ['no rights', () => ({ key: strangerKey }), /(REFUSED|BADKEY)[\s\S]*stranger[\s\S]*(Grant|acl)/],
  ['a clock that is off', hourAhead, /BADTIME[\s\S]*3(599|600|601) s[\s\S]*NTP/],
];

describe.concurrent.each([
  ['BIND', (onEnd: OnEnd) => bindAlone(onEnd, { other: strangerKey })],
  ['Knot', (onEnd: OnEnd) => knotAlone(onEnd, { other: strangerKey })],
] as const)('%s', patient, (server, open) => {
  it('refuses every bad key, and what is wrong is said before anything starts', async ({
    onTestFinished,
  }) => {
    const scene = await open(onTestFinished);
    const before = zoneDump(scene.primary, zone);
    const good = await scene.site('good').hash();
    for (const [name, options, words] of bad) {
      const desk = scene.site(name.replaceAll(' ', '-'), options(scene.primary.dir));
      const started = await desk.run('start', zone, '--plan-hash', good);
      // BIND asks for rights only where something would be written: the checks find that.
      const exit = server === 'BIND' && name === 'no rights' ? 3 : 4;
      expect(started.code, `${name}: ${started.err}`).toBe(exit);
      expect(started.err).toMatch(words);
      expect(started.err).not.toContain(cutoverKey.secret.slice(0, 12));
      expect((await desk.run('status', zone)).code).toBe(64);
    }
    expect(scene.front.writes().filter(({ changed }) => changed)).toEqual([]);
    expect(zoneDump(scene.primary, zone)).toEqual(before);
  });

  it('killed right after the swap took effect: the answer is never sent, the write is not repeated', async ({
    onTestFinished,
  }) => {
    const scene = await open(onTestFinished);
    const { primary, front } = scene;
    const desk = scene.site('desk');
    const hash = await desk.hash();
    front.hooks = {
      afterUpdate: async update => {
        if (!isSwap(update)) return undefined;
        front.hooks = {};
        primary.signal('SIGKILL');
        return 'reset';
      },
    };
    const start = desk.start(hash);
    const trouble = await start.seen('the trouble', ({ type }) => type === 'trouble.seen');
    expect(trouble.data).toMatchObject({ code: 'UNAVAILABLE' });
    const status = await desk.json('status', zone);
    expect(status).toMatchObject({ stage: 'swap', intent: { purpose: 'swap' }, outcome: null });
    expect(JSON.stringify(status['trouble'])).toContain(String(front.port));
    await revive(primary, onTestFinished);
    await start.entered('sweep');
    expect((await desk.run('confirm', zone, 'mail-swept')).code).toBe(0);
    expect((await start.ended).code, start.err()).toBe(0);
    expect(front.writes().filter(isSwap)).toMatchObject([{ rcode: 0, changed: true }]);
    expect(dig(primary, zone, 'MX')).toEqual([`${zone}. 3 IN MX 0 mx.newhost.example.`]);
  });
});

describe.concurrent('a primary', patient, () => {
  it('that is down is named, and nothing starts', async ({ onTestFinished }) => {
    const scene = await knotAlone(onTestFinished);
    const down = { address: '127.0.0.1', port: await freePort() };
    const desk = scene.site('desk', { primary: down });
    for (const command of [['plan'], ['check'], ['start', '--plan-hash', '0000-0000-0000-0000']]) {
      const [name = '', ...flags] = command;
      const ended = await desk.run(name, zone, ...flags);
      expect(ended.code, `${name}: ${ended.err}`).toBe(69);
      expect(ended.err).toContain(`127.0.0.1:${down.port}`);
      expect(ended.err).toMatch(/^ {2}fix {4}\S/m);
    }
    expect((await desk.run('status', zone)).code).toBe(64);
    expect(scene.front.updates).toEqual([]);
  });

  it('that hangs before a write is waited for', async ({ onTestFinished }) => {
    const scene = await bindAlone(onTestFinished);
    const { primary, front } = scene;
    const desk = scene.site('desk', { ttl: { lag: '60s' } });
    const hash = await desk.hash();
    front.hooks = {
      beforeUpdate: async update => {
        if (!isSwap(update)) return undefined;
        front.hooks = {};
        primary.signal('SIGSTOP');
        return 'refuse';
      },
    };
    const start = desk.start(hash);
    const trouble = await start.seen('the trouble', ({ type }) => type === 'trouble.seen');
    primary.signal('SIGCONT');
    await start.seen('its end', ({ type, seq }) => type === 'trouble.over' && seq > trouble.seq);
    expect(dig(primary, zone, 'MX')).toEqual([`${zone}. 2 IN MX 10 mx1.oldhost.example.`]);
    start.kill('SIGTERM');
    expect((await start.ended).code).toBe(143);
    expect(front.writes().filter(isSwap)).toMatchObject([{ rcode: null }]);
  });
});
