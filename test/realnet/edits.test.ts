import { describe, expect, it } from 'vitest';
import { type Running, patient } from '../support/cli.ts';
import { dig, foreignEdit, zoneDump } from '../support/dig.ts';
import { bindAlone, bindAndNsd, isSwap, knotAlone, type Scene, zone } from '../support/scene.ts';
import { cutoverKey } from '../support/servers.ts';
import { type Site } from '../support/site.ts';

const edit = ({ primary }: Scene, ...lines: readonly string[]): void => {
  foreignEdit(primary, { zone, key: cutoverKey, lines });
};
const setMx = (scene: Scene, ttl: number, rdata: string): void => {
  edit(scene, `update delete ${zone}. MX`, `update add ${zone}. ${ttl} MX ${rdata}`);
};
const mx = ({ primary }: Scene): string[] => dig(primary, zone, 'MX');
const line = (ttl: number, rdata: string): string[] => [`${zone}. ${ttl} IN MX ${rdata}`];
const theirs = '5 mx.somebody.example.';
const old = '10 mx1.oldhost.example.';

/** The hold, and that the edit stands in the status and was not touched. */
async function showsEdit({ desk, start, scene }: { desk: Site; start: Running; scene: Scene }) {
  const hold = await start.held('conflict');
  expect(hold.differences?.map(({ key, found }) => [key, found])).toContainEqual([
    `${zone}. MX`,
    expect.objectContaining({ ttl: 77, rdata: [theirs] }),
  ]);
  const status = await desk.json('status', zone);
  expect(JSON.stringify(status['hold'])).toContain(`${theirs} (TTL 77)`);
  expect(mx(scene)).toEqual(line(77, theirs));
}

describe.concurrent('an edit by somebody else', patient, () => {
  it('before the start is another plan', async ({ onTestFinished }) => {
    const scene = await knotAlone(onTestFinished);
    const desk = scene.site('desk');
    const hash = await desk.hash();
    setMx(scene, 77, theirs);
    const before = zoneDump(scene.primary, zone);
    const start = await desk.run('start', zone, '--plan-hash', hash);
    expect(start.code, start.err).toBe(5);
    expect(start.err).toContain(hash);
    expect(start.err).toMatch(/the zone changed.*plan alpha\.example/);
    expect(scene.front.writes()).toEqual([]);
    expect(zoneDump(scene.primary, zone)).toEqual(before);
    expect((await desk.run('status', zone)).code).toBe(64);
  });

  it('before the TTL is lowered holds; put back and retried, it goes on', async ({
    onTestFinished,
  }) => {
    const scene = await bindAndNsd(onTestFinished);
    const desk = scene.site('desk');
    const hash = await desk.hash();
    scene.front.hooks = {
      beforeUpdate: async () => {
        scene.front.hooks = {};
        setMx(scene, 77, theirs);
        return undefined;
      },
    };
    const start = desk.start(hash);
    await showsEdit({ desk, start, scene });
    setMx(scene, 3, old);
    expect((await desk.run('retry', zone)).code).toBe(0);
    await start.entered('drain');
    expect(mx(scene)).toEqual(line(2, old));
    start.kill('SIGINT');
    expect((await start.ended).code).toBe(130);
  });

  it('in the drain holds and starts the proof anew', async ({ onTestFinished }) => {
    const scene = await bindAndNsd(onTestFinished);
    const desk = scene.site('desk', { ttl: { margin: '3s' } });
    const start = desk.start(await desk.hash());
    const drain = await start.entered('drain');
    setMx(scene, 77, theirs);
    await showsEdit({ desk, start, scene });
    await start.seen('a reset proof', ({ type }) => type === 'drain.reset');
    setMx(scene, 2, old);
    expect((await desk.run('retry', zone)).code).toBe(0);
    // What their copies may live for counts from now on.
    await start.entered('drain', drain);
    const status = await desk.json('status', zone);
    expect(status).toMatchObject({ stage: 'drain', drain: { proven: false } });
    expect(JSON.stringify(status['drain'])).toContain('77 s');
    start.kill('SIGINT');
    expect((await start.ended).code).toBe(130);
    expect(mx(scene)).toEqual(line(2, old));
  });

  it.each([
    ['of the hosts, on BIND', bindAlone, 4, theirs],
    ['of nothing but the TTL, on BIND', bindAlone, 4, old],
    ['of the hosts, on Knot', knotAlone, 4, theirs],
    ['of nothing but the TTL, on Knot', knotAlone, 4, old],
  ] as const)(
    '%s between the look and the write of the swap is not overwritten',
    async (...[, open, ttl, rdata]) => {
      const ends: (() => Promise<void>)[] = [];
      const scene = await open(end => ends.push(end));
      try {
        const desk = scene.site('desk');
        const hash = await desk.hash();
        scene.front.hooks = {
          beforeUpdate: async update => {
            if (!isSwap(update)) return undefined;
            scene.front.hooks = {};
            setMx(scene, ttl, rdata);
            return undefined;
          },
        };
        const start = desk.start(hash);
        const hold = await start.held('conflict');
        expect(hold.differences).toMatchObject([{ found: { ttl, rdata: [rdata] } }]);
        expect(mx(scene)).toEqual(line(ttl, rdata));
        expect(scene.front.writes().filter(isSwap)).toMatchObject([{ rcode: 8, changed: false }]);
        // By hand to the set of the plan again, it goes on.
        setMx(scene, 2, old);
        expect((await desk.run('retry', zone)).code).toBe(0);
        await start.entered('propagate');
        expect(mx(scene)).toEqual(line(2, '0 mx.newhost.example.'));
        start.kill('SIGINT');
        await start.ended;
      } finally {
        for (const end of ends) await end();
      }
    },
  );

  it('of the MX before a rollback holds it, with exit 7', async ({ onTestFinished }) => {
    const scene = await knotAlone(onTestFinished);
    const desk = scene.site('desk', { more: { rollback: { settleAfter: '1h' } } });
    const start = desk.start(await desk.hash());
    await start.entered('sweep');
    setMx(scene, 77, theirs);
    const back = await desk.run('rollback', zone, '--confirm', zone);
    expect(back.code, back.err).toBe(7);
    expect(back.out).toContain(theirs);
    await showsEdit({ desk, start, scene });
    setMx(scene, 2, '0 mx.newhost.example.');
    expect((await desk.run('retry', zone)).code).toBe(0);
    await start.seen('the delivery', ({ type }) => type === 'rollback.delivered');
    expect(mx(scene)).toEqual(line(2, old));
    start.kill('SIGINT');
    await start.ended;
  });

  it('of another set never blocks a rollback: it is named and left', async ({ onTestFinished }) => {
    const scene = await knotAlone(onTestFinished);
    const before = zoneDump(scene.primary, zone);
    const records = [
      { name: '@', type: 'MX', set: ['0 mx.newhost.example'] },
      { name: '@', type: 'TXT', add: ['new=1'] },
    ];
    const desk = scene.site('desk', { more: { records } });
    const start = desk.start(await desk.hash());
    await start.entered('sweep');
    edit(scene, `update add ${zone}. 2 TXT "theirs"`);
    const txt = dig(scene.primary, zone, 'TXT');
    const back = await desk.run('rollback', zone, '--confirm', zone);
    expect(back.code, back.err).toBe(0);
    expect((await start.ended).code).toBe(6);
    const status = await desk.json('status', zone);
    expect(JSON.stringify(status['rollback'])).toContain('theirs');
    expect(dig(scene.primary, zone, 'TXT')).toEqual(txt);
    const others = (lines: readonly string[]) =>
      lines.filter(one => !one.startsWith(`${zone}. `) || !one.includes(' TXT '));
    expect(others(zoneDump(scene.primary, zone))).toEqual(others(before));
    expect((await desk.run('report', zone)).out).toContain('theirs');
  });
});
