import { describe, expect, it } from 'vitest';
import { type Event, patient, type Running } from '../support/cli.ts';
import { dig } from '../support/dig.ts';
import { bindAlone, quickZone } from '../support/scene.ts';
import { addrPort, newMx } from '../support/site.ts';

const names = ['one.example', 'canary.example', 'two.example'];

interface Status {
  readonly hash: string | null;
  readonly next: { readonly is: string };
  readonly domains: readonly { readonly domain: string; readonly state: string }[];
}

const enters =
  (stage: string, domain: string) =>
  ({ type, data, cutover }: Event): boolean =>
    type === 'stage.entered' && data['stage'] === stage && cutover === `${domain}.1`;

describe('waves of domains at a real server', patient, () => {
  it('begin with the canary, go on after kill -9, and end with the old host free for all', async ({
    onTestFinished,
  }) => {
    const zones = Object.fromEntries(names.map(name => [name, quickZone(name)]));
    const scene = await bindAlone(onTestFinished, { zones });
    const one = {
      ...{ provider: 'onprem', approval: 'none' },
      records: [{ name: '@', type: 'MX', set: [newMx] }],
      ttl: { low: 2, margin: '1s', lag: '5s', restoreAfter: '2s', history: { longest: 3 } },
      watch: { resolvers: 'none', atMost: '5m' },
      rollback: { automatic: 'never' },
      retire: { after: '1s' },
      authority: { replace: scene.servers.map(addrPort) },
    };
    const cutovers = names.map(domain => ({ ...one, domain }));
    const waves = { canary: ['canary.example'], shares: [100], concurrency: 2, wait: 0 };
    const desk = scene.site('waves', { root: { cutovers, waves } });

    const plan = await desk.json<Status>('wave', 'plan');
    expect(plan.domains.map(({ domain }) => domain)).toEqual([
      ...['canary.example', 'one.example', 'two.example'],
    ]);
    const start = (): Running =>
      desk.go('wave', 'start', '--plan-hash', plan.hash ?? 'there is none');
    const first = start();
    await first.seen('the swap of the canary', enters('swap', 'canary.example'));
    first.kill('SIGKILL');
    await first.ended;
    const midway = await desk.json<Status>('wave', 'status');
    expect(midway.domains.map(({ state }) => state)).toEqual(['moving', 'to-come', 'to-come']);

    const second = start();
    for (const name of ['canary.example', 'one.example', 'two.example']) {
      await second.seen(`the sweep of ${name}`, enters('sweep', name));
      expect((await desk.run('confirm', name, 'mail-swept')).code).toBe(0);
    }
    const { code, err } = await second.ended;
    expect(code, err).toBe(0);
    const at = (wanted: (event: Event) => boolean): number =>
      Date.parse(second.events.find(wanted)?.time ?? '');
    const swept = at(enters('sweep', 'canary.example'));
    for (const name of ['one.example', 'two.example']) {
      expect(at(enters('lower', name))).toBeGreaterThanOrEqual(swept);
      expect(dig(scene.primary, name, 'MX')).toEqual([`${name}. 3 IN MX 0 mx.newhost.example.`]);
    }
    const told = second.events.filter(
      ({ type, data }) => type === 'confirmed' && data['what'] === 'others-moved',
    );
    expect(told.map(({ cutover }) => cutover).sort()).toEqual(
      names.map(name => `${name}.1`).sort(),
    );
    const end = await desk.json<Status>('wave', 'status');
    expect(end.domains.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    expect((await desk.run('store', 'check')).code).toBe(0);
    // The same command, once all is done, has nothing to do.
    expect((await start().ended).code).toBe(0);
  });
});
