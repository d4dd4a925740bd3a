import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { patient } from '../support/cli.ts';
import { knotAlone, zone } from '../support/scene.ts';
import { type Site } from '../support/site.ts';

const leave = '\u001b[?25h\u001b[?1049l';
const program = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js');

/** `watch` on a terminal of its own; `act` is called once it has drawn something. */
async function onTerminal(site: Site, act: (terminal: { type: (keys: string) => void }) => void) {
  const line = [process.execPath, program, 'watch', zone, '--state', join(site.dir, 'state')];
  const command = `stty cols 60 rows 15; exec ${line.join(' ')}`;
  // It makes a terminal, and gives the exit code of what ran there.
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: site.dir,
    env: { PATH: process.env['PATH'], HOME: site.dir, TZ: 'UTC', TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let shown = '';
  let drawn = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (drawn || !shown.includes('Ctrl-C leaves')) return;
    drawn = true;
    act({ type: keys => child.stdin.write(keys) });
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { code, shown };
}

describe.concurrent('another process than the owner', patient, () => {
  it('waits and watches, and touches nothing', async ({ onTestFinished }) => {
    const scene = await knotAlone(onTestFinished);
    const site = scene.site('site', { more: { approval: 'required' } });
    const wait = (what: string, ...more: readonly string[]) =>
      site.run('wait', zone, '--for', what, ...more);
    expect((await wait('stage=gate')).code).toBe(64);
    const owner = site.start(await site.hash());
    await owner.entered('lower');

    const share = await wait('share=95');
    expect([share.code, share.err]).toEqual([64, expect.stringContaining('asks no resolvers')]);
    const nonsense = await wait('stage=gtae');
    expect([nonsense.code, nonsense.err]).toEqual([64, expect.stringContaining('mean gate')]);
    const watching = site.run('watch', zone);
    const statuses = site.run('watch', zone, '--json');
    expect((await wait('stage=gate')).code).toBe(0);
    expect((await wait('stage=lower')).err).toContain('stage lower lies behind it');
    const late = await wait('stage=rolled-back', '--timeout', '0s', '--json');
    expect(late.code).toBeOneOf([7, 8]);
    expect(JSON.parse(late.out)).toMatchObject({ domain: zone });
    const gate = await wait('stage=swap');
    expect([gate.code, gate.err]).toEqual([7, expect.stringContaining('dns-cutover approve')]);

    const left = await onTerminal(site, ({ type }) => {
      type('\u0003');
    });
    expect(left.code).toBe(130);
    expect(left.shown).toContain('\u001b[?1049h\u001b[?25l');
    const [, after = ''] = left.shown.split(leave);
    expect(after).toContain('watching changed nothing');
    expect(after).not.toContain('\u001b');

    expect((await site.run('approve', zone)).code).toBe(0);
    expect((await wait('stage=sweep')).code).toBe(0);
    const swept = await wait('stage=done');
    expect([swept.code, swept.err]).toEqual([7, expect.stringContaining('mail-swept')]);
    expect((await site.run('confirm', zone, 'mail-swept')).code).toBe(0);
    expect((await wait('stage=done')).code).toBe(0);
    expect((await owner.ended).code, owner.err()).toBe(0);

    const watched = await watching;
    expect([watched.code, watched.err]).toEqual([0, expect.stringContaining('ended: done')]);
    expect(watched.out).toContain('stage sweep');
    expect(watched.out).not.toContain('\u001b');
    const told = (await statuses).out
      .trimEnd()
      .split('\n')
      .map(text => JSON.parse(text) as unknown);
    expect(told.at(-1)).toMatchObject({ stage: 'done', outcome: 'done' });
    const seqs = told.map(one => (one as { seq: number }).seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    // The journal tells of nobody who looked.
    const actors = (await site.journal()).map(({ actor }) => actor.kind);
    expect(new Set(actors)).toEqual(new Set(['person', 'controller']));
  });

  it('hears of a rollback, and gives the terminal back at the end', async ({ onTestFinished }) => {
    const scene = await knotAlone(onTestFinished);
    const site = scene.site('site', { more: { approval: 'none' } });
    const owner = site.start(await site.hash());
    await owner.entered('sweep');
    const waiting = site.run('wait', zone, '--for', 'stage=rollback');
    expect((await waiting).code).toBeOneOf([7, 0]);
    const ended = await onTerminal(site, () => {
      void site.run('rollback', zone, '--to', 'snapshot', '--confirm', zone, '--reason', 'bounces');
    });
    expect(ended.code).toBe(6);
    expect(ended.shown.split(leave)[1]).toContain('ended: rolled-back');
    expect((await site.run('wait', zone, '--for', 'stage=done')).code).toBe(6);
    expect((await site.run('wait', zone, '--for', 'stage=rolled-back')).code).toBe(0);
    expect((await owner.ended).code).toBe(6);
  });
});
