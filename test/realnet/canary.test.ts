import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Event, patient, type Running } from '../support/cli.ts';
import { dig } from '../support/dig.ts';
import { bindAlone, zone } from '../support/scene.ts';
import { unboundCache } from './caches.ts';

const floorTtl = 4;
const wildcard = `*._dns-cutover.${zone}`;

interface Listed {
  readonly resolvers: readonly {
    readonly id: string;
    readonly learnt: { readonly floor: number | null; readonly from: string } | null;
  }[];
}

const confirmed =
  (intent: string) =>
  ({ type, data }: Event): boolean =>
    type === 'canary.confirmed' && data['intent'] === intent;

const written = (running: Running, intent: string): Promise<Event> =>
  running.seen(`${intent} is confirmed`, confirmed(intent));

describe('a canary in a real zone, with real caches', patient, () => {
  it('outlives kill -9, learns the floor, rehearses the swap and is gone', async ({
    onTestFinished,
  }) => {
    const scene = await bindAlone(onTestFinished);
    const authority = scene.servers;
    const caches = await Promise.all([
      unboundCache('plain', zone, { authority }),
      unboundCache('floor', zone, { authority, extra: [`cache-min-ttl: ${floorTtl}`] }),
    ]);
    onTestFinished(async () => {
      for (const server of caches) await server.stop('SIGKILL');
    });
    const file = join(scene.primary.dir, 'resolvers.json');
    writeFileSync(
      file,
      JSON.stringify(
        caches.map(({ name, address, port }) => ({ id: name, addresses: [address], port })),
      ),
    );
    const desk = scene.site('desk', {
      more: { watch: { resolvers: file, canary: true, atMost: '5m' } },
      // The drain lasts as long as the canary needs, and is not waited for.
      ttl: { history: { longest: 40 } },
      root: { politeness: { total: 200, operator: 20 } },
    });
    const served = () => dig(scene.primary, wildcard, 'TXT');
    const hash = await desk.hash();
    const first = desk.start(hash);
    await written(first, 'c1');
    first.kill('SIGKILL');
    await first.ended;
    expect(served()).toContainEqual(expect.stringContaining('value=first'));
    const second = desk.start(hash);
    await written(second, 'c2');
    expect(served()).toContainEqual(expect.stringContaining('value=second'));
    await written(second, 'c3');
    expect(served()).toEqual([]);
    const told = (type: string) => second.events.find(event => event.type === type)?.data;
    expect(told('canary.measured')).toMatchObject({
      measured: { total: 2, told: 2, floored: 1, floors: [{ resolver: 'floor', floor: floorTtl }] },
    });
    const { rehearsed } = told('canary.rehearsed') as {
      rehearsed: { total: number; turned: number; worst: number };
    };
    expect(rehearsed).toMatchObject({ total: 2, turned: 2 });
    expect(rehearsed.worst).toBeLessThanOrEqual(floorTtl + 2);
    const abandoned = await desk.run('abandon', zone, '--confirm', zone, '--reason', 'tried');
    expect(abandoned.code, abandoned.err).toBe(0);
    await second.ended;
    const { resolvers } = await desk.json<Listed>('resolvers', 'list', '--resolvers', file);
    expect(resolvers.map(({ id, learnt }) => [id, learnt?.floor, learnt?.from])).toEqual([
      ['plain', null, 'canary'],
      ['floor', floorTtl, 'canary'],
    ]);
  });
});
