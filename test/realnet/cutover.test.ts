import { describe, expect, it } from 'vitest';
import { installed, patient } from '../support/cli.ts';
import { dig, zoneDump } from '../support/dig.ts';
import { bindAndNsd, isSwap, knotAlone, type OnEnd, type Scene, zone } from '../support/scene.ts';
import { type SeenUpdate } from '../support/proxy.ts';
import { addrPort } from '../support/site.ts';
import { watchTtl } from '../support/watch-ttl.ts';

const spf = { old: 'v=spf1 mx -all', both: 'v=spf1 mx include:new.example -all' };
const after = 'v=spf1 include:new.example -all';

/** Every kind of write: claim, prepare, low TTL, swap, restored TTL, afterwards, no claim. */
const more = {
  approval: 'required',
  attest: ['the mailboxes are synced'],
  prepare: [{ name: 's1._domainkey', type: 'TXT', set: ['v=DKIM1; p=AAAA'] }],
  records: [
    { name: '@', type: 'MX', set: ['0 mx.newhost.example'] },
    { name: '@', type: 'TXT', remove: [spf.old], add: [spf.both] },
  ],
  afterwards: {
    after: '3s',
    records: [{ name: '@', type: 'TXT', remove: [spf.both], add: [after] }],
  },
};

/** Notes when each write had its effect. */
function timed(scene: Scene): { readonly at: number; readonly update: SeenUpdate }[] {
  const list: { at: number; update: SeenUpdate }[] = [];
  scene.front.hooks = {
    beforeUpdate: async update => {
      list.push({ at: Date.now(), update });
      return undefined;
    },
  };
  return list;
}

const moved = (line: string): boolean =>
  /^alpha\.example\. \d+ IN (MX|TXT) /.test(line) || line.startsWith('s1._domainkey.');

const kinds: Record<string, (onEnd: OnEnd) => Promise<Scene>> = {
  'BIND and NSD': bindAndNsd,
  Knot: knotAlone,
};

describe.concurrent.each(Object.entries(kinds))('a cutover on %s', patient, (_, open) => {
  it('runs from plan to done by the command line', async ({ onTestFinished }) => {
    const scene = await open(onTestFinished);
    const { servers, primary, front } = scene;
    const before = servers.map(server => zoneDump(server, zone));
    const sent = timed(scene);
    const desk = scene.site('desk', { more, cli: installed });
    const watching = watchTtl(servers, zone);
    onTestFinished(() => watching.stop());

    const shown = await desk.run('plan', zone, '--detailed-exitcode');
    expect(shown.code, shown.err).toBe(2);
    const hash = await desk.hash();
    expect(shown.out).toContain(hash);
    expect(front.writes()).toEqual([]);
    const withoutHash = await desk.run('start', zone);
    expect([withoutHash.code, withoutHash.err]).toEqual([
      64,
      expect.stringContaining('--plan-hash'),
    ]);

    const start = desk.start(hash);
    const other = '0000-0000-0000-0000';
    await start.entered('gate');
    await start.seen('its findings', ({ type }) => type === 'findings.changed');
    expect(dig(primary, zone, 'MX')).toEqual([`${zone}. 2 IN MX 10 mx1.oldhost.example.`]);
    expect((await desk.run('start', zone, '--plan-hash', other)).code).toBe(5);
    const unattested = await desk.run('approve', zone);
    expect(unattested.code, unattested.err).toBe(0);
    const waiting = await desk.json('status', zone);
    expect(waiting).toMatchObject({
      ...{ id: `${zone}.1`, domain: zone, stage: 'gate', step: 0, paused: null, hold: null },
      ...{ outcome: null, gate: { bars: [{ by: 'attestation' }] } },
    });
    for (const key of ['seq', 'position', 'path', 'drain', 'propagation', 'forecast', 'next'])
      expect(waiting).toHaveProperty(key);
    const approved = await desk.run('approve', zone, '--attest', 'all', '--reason', 'on the call');
    expect(approved.code, approved.err).toBe(0);
    await start.entered('sweep');
    expect((await desk.run('confirm', zone, 'mail-swept')).code).toBe(0);
    const ended = await start.ended;
    expect(ended.code, ended.err).toBe(0);

    // The swap came a whole old TTL and the margin after the last time that anybody saw the old TTL.
    await watching.stop();
    const swap = sent.find(({ update }) => isSwap(update));
    for (const server of servers) {
      const seen = watching.of(addrPort(server));
      const lastLong = seen.filter(({ ttl, at }) => ttl === 3 && at < (swap?.at ?? 0)).at(-1);
      const firstLow = seen.find(({ ttl }) => ttl === 2);
      expect(lastLong?.at).toBeLessThan(firstLow?.at ?? 0);
      expect((swap?.at ?? 0) - (firstLow?.at ?? 0)).toBeGreaterThan(3000 + 1000 - 300);
    }

    // Every write landed once, in the order of the intents, and nothing else was touched.
    const journal = await desk.journal();
    expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_one, index) => index + 1));
    expect(start.events).toEqual(journal);
    const purposes = journal.flatMap(({ type, data }) =>
      type === 'write.intended' ? [(data['intent'] as { purpose: string }).purpose] : [],
    );
    expect(purposes).toEqual([
      ...['claim', 'prepare', 'low', 'swap', 'restore', 'afterwards', 'unclaim'],
    ]);
    expect([...front.applied().values()]).toEqual(purposes.map(() => 1));
    for (const [index, server] of servers.entries()) {
      const now = zoneDump(server, zone);
      expect(now.filter(line => !moved(line))).toEqual(before[index]?.filter(line => !moved(line)));
      expect(now.filter(moved)).toEqual([
        `alpha.example. 3 IN MX 0 mx.newhost.example.`,
        `alpha.example. 3 IN TXT "${after}"`,
        `s1._domainkey.alpha.example. 3600 IN TXT "v=DKIM1; p=AAAA"`,
      ]);
    }

    const check = await desk.run('store', 'check');
    expect([check.code, check.out]).toEqual([
      0,
      expect.stringMatching(/^alpha\.example\.1 {2}\d+ lines {2}ok$/m),
    ]);
    const again = await desk.run('start', zone, '--plan-hash', hash);
    expect([again.code, again.err]).toEqual([0, expect.stringContaining('is done')]);
    const report = await desk.json('report', zone);
    expect(report).toMatchObject({ outcome: 'done' });
    const text = (await desk.run('report', zone)).out;
    for (const words of ['mx1.oldhost.example', 'mx.newhost.example', hash, 'on the call'])
      expect(text).toContain(words);
  });
});
