import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { patient, type Running } from '../support/cli.ts';
import { bindAndNsd, type OnEnd, type Scene, zone } from '../support/scene.ts';
import { type RunningServer } from '../support/server.ts';
import { type Site } from '../support/site.ts';
import { farm, unboundCache } from './caches.ts';
import { burst, direct, endOf, lastOld, type Users, users } from './witness.ts';

// Whole cutovers by the command line, with real caches that people use watched all the time.

const floorTtl = 10;
const asked = {
  name: zone,
  sets: { old: '10 mx1.oldhost.example.', new: '0 mx.newhost.example.' },
};

interface Straggler {
  readonly id: string;
  readonly verdict: string;
  readonly cause: string;
  readonly until: string | null;
  readonly explained: boolean;
}
interface Status {
  readonly stage: string;
  readonly outcome: string | null;
  readonly propagation: {
    readonly resolvers: {
      readonly share: number | null;
      readonly total: number;
      readonly counts: Readonly<Record<string, number>>;
      readonly flipped: number;
      readonly stragglers: readonly Straggler[];
    } | null;
  } | null;
}

interface Report {
  readonly outcome: string;
  readonly world: {
    readonly resolvers: number;
    readonly share: number | null;
    readonly operators: readonly { readonly operator: string; readonly share: number | null }[];
    readonly spread: readonly {
      readonly reached: readonly { readonly percent: number; readonly at: string | null }[];
    }[];
    readonly stragglers: readonly {
      readonly id: string;
      readonly spells: readonly { readonly cause: string; readonly lateSeconds: number | null }[];
    }[];
  };
}

interface StatusAt extends Status {
  /** When it was asked for. */
  readonly at: number;
}

interface World {
  /** The list that is watched. */
  readonly file: string;
  readonly caches: ReadonlyMap<string, RunningServer>;
  /** People ask from now on; caches with a floor have just fetched then, and will hold that for long. */
  readonly people: () => Promise<ReadonlyMap<string, Users>>;
}

const sleepUntil = (at: number) =>
  new Promise(resolve => setTimeout(resolve, Math.max(0, at - Date.now())));

/** Caches of several habits that ask all authoritative servers. */
async function world(scene: Scene, onEnd: OnEnd): Promise<World> {
  const running: RunningServer[] = [];
  const open = async (name: string, extra: readonly string[] = []) => {
    const server = await unboundCache(name, zone, { authority: scene.servers, extra });
    running.push(server);
    return server;
  };
  onEnd(async () => {
    for (const one of crowd.values()) await one.stop();
    for (const server of running) await server.stop('SIGKILL');
  });
  const crowd = new Map<string, Users>();
  const floor = [`cache-min-ttl: ${floorTtl}`];
  const caches = new Map([
    ['plain', await open('plain')],
    ['floor', await open('floor', floor)],
    ['stale', await open('stale', ['serve-expired: yes', 'ede-serve-expired: yes'])],
    ['ceiling', await open('ceiling', ['cache-max-ttl: 1'])],
  ]);
  const members = [await open('member-a'), await open('member-b', floor)] as const;
  const front = await farm(zone, members);
  running.push(front);
  caches.set('farm', front);
  const list = [...caches].map(([id, { address, port }]) => ({ id, addresses: [address], port }));
  const file = join(front.dir, 'resolvers.json');
  writeFileSync(file, JSON.stringify(list));
  const people = async () => {
    const raising = [caches.get('floor')!, members[1]];
    const held = await Promise.all(raising.map(at => direct(at, zone, asked.sets)));
    await sleepUntil(Math.max(...held.map(reply => (reply === null ? 0 : endOf(reply)))) + 1000);
    await Promise.all(raising.map(at => direct(at, zone, asked.sets)));
    for (const [id, at] of caches) crowd.set(id, users(at, asked, 300));
    return crowd;
  };
  return { file, caches, people };
}

/** A desk that watches these caches, and may ask them often: they are ours. */
function deskFor(scene: Scene, { file }: World): Site {
  const desk = scene.site('desk', { more: more(file) });
  const path = join(desk.dir, 'dns-cutover.yaml');
  const config = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...config, politeness: { total: 200, operator: 20 } }));
  return desk;
}

const more = (file: string) => ({
  approval: 'required',
  watch: { resolvers: file, target: 95, atMost: '5m' },
  rollback: { automatic: 'never', settleAfter: `${floorTtl + 8}s` },
});

/** Approves once people use the caches; returns when the MX has been swapped. */
async function swapped(desk: Site, start: Running, { people }: World) {
  await start.entered('gate');
  const crowd = await people();
  const approved = await desk.run('approve', zone);
  expect(approved.code, approved.err).toBe(0);
  await start.entered('propagate');
  return crowd;
}

const lookEveryMs = 1000;

/** Looks at the status again and again while the cutover is in that stage. */
async function statuses(desk: Site, stage: string): Promise<readonly StatusAt[]> {
  const seen: StatusAt[] = [];
  for (;;) {
    const at = Date.now();
    const status = await desk.json<Status>('status', zone);
    if (status.stage !== stage || status.outcome !== null) return seen;
    seen.push({ ...status, at });
    // A command costs half a second of a processor, which the caches and the owner need as well.
    await sleepUntil(at + lookEveryMs);
  }
}

const resolversOf = (all: readonly Status[]) =>
  all.flatMap(({ propagation }) => propagation?.resolvers ?? []);
const stragglers = (all: readonly StatusAt[], id: string) =>
  all.flatMap(({ propagation, at }) =>
    (propagation?.resolvers?.stragglers ?? [])
      .filter(straggler => straggler.id === id)
      .map(straggler => ({ ...straggler, at })),
  );

describe.concurrent('with real caches watched', patient, () => {
  it('a cutover goes on only when all have turned, and tells of each that has not', async ({
    onTestFinished,
  }) => {
    const scene = await bindAndNsd(onTestFinished);
    const around = await world(scene, onTestFinished);
    const desk = deskFor(scene, around);
    const start = desk.start(await desk.hash());
    const crowd = await swapped(desk, start, around);
    const during = await statuses(desk, 'propagate');
    for (const at of around.caches.values())
      expect((await burst(at, asked, 11)).map(({ said }) => said)).not.toContain('old');

    const shares = resolversOf(during).map(({ share }) => share);
    expect(Math.min(...shares.map(share => share ?? 1))).toBeLessThan(1);
    const late = stragglers(during, 'floor');
    expect(late.length).toBeGreaterThan(0);
    const turned = lastOld(crowd.get('floor')!.replies)!;
    for (const { until, explained, cause, at } of late) {
      expect([cause, explained]).toEqual(['raises TTLs', true]);
      // Until its first answer since the swap it is shown as it was before, with what is over by now.
      if (Date.parse(until!) < at) continue;
      expect(Math.abs(Date.parse(until!) - turned)).toBeLessThanOrEqual(2000);
    }
    await start.entered('sweep');
    expect((await desk.run('confirm', zone, 'mail-swept')).code).toBe(0);
    const ended = await start.ended;
    expect(ended.code, ended.err).toBe(0);
    const journal = await desk.journal();
    const told = journal.find(({ type }) => type === 'caches.propagated');
    expect(told?.data).toMatchObject({ why: 'target', share: 1 });
    const { outcome, world: turn } = await desk.json<Report>('report', zone);
    expect([outcome, turn]).toMatchObject(['done', { resolvers: 5, share: 1 }]);
    expect(turn.operators.map(one => [one.operator, one.share])).toContainEqual(['floor', 1]);
    expect(turn.spread[0]?.reached.find(({ percent }) => percent === 95)?.at).not.toBeNull();
    const spellsOf = (id: string) => turn.stragglers.find(one => one.id === id)?.spells ?? [];
    // Looks at the status may miss what lasts shortly; what was kept does not.
    expect(spellsOf('farm').map(({ cause }) => cause)).toContain('several caches disagree');
    const spells = spellsOf('floor');
    expect(spells.map(({ cause }) => cause)).toEqual(['raises TTLs']);
    expect(Math.abs(spells[0]?.lateSeconds ?? Infinity)).toBeLessThanOrEqual(2);
  });

  it('a rollback is watched as well', async ({ onTestFinished }) => {
    const scene = await bindAndNsd(onTestFinished);
    const around = await world(scene, onTestFinished);
    const desk = deskFor(scene, around);
    const start = desk.start(await desk.hash());
    await swapped(desk, start, around);
    await start.entered('sweep');
    const back = await desk.run('rollback', zone, '--confirm', zone, '--reason', 'mail bounces');
    expect(back.code, back.err).toBe(0);
    const during = await statuses(desk, 'rollback');
    const ended = await start.ended;
    expect(ended.code, ended.err).toBe(6);
    expect(stragglers(during, 'floor').map(({ cause }) => cause)).toContain('raises TTLs');
    const whole = resolversOf(during).filter(
      ({ share, stragglers: late }) => share === 1 && late.length === 0,
    );
    expect(
      whole.map(({ total }) => total),
      JSON.stringify(resolversOf(during).at(-1)),
    ).toContain(5);
    for (const at of around.caches.values())
      expect((await burst(at, asked, 11)).map(({ said }) => said)).not.toContain('new');
  });

  it('kill -9 loses nothing that was seen a second before', async ({ onTestFinished }) => {
    const scene = await bindAndNsd(onTestFinished);
    const around = await world(scene, onTestFinished);
    const desk = deskFor(scene, around);
    const hash = await desk.hash();
    const first = desk.start(hash);
    const crowd = await swapped(desk, first, around);
    const look = async () =>
      stragglers([{ ...(await desk.json<Status>('status', zone)), at: Date.now() }], 'floor');
    while (!(await look()).some(({ until, at }) => Date.parse(until!) > at));
    first.kill('SIGKILL');
    await first.ended;
    const [kept] = await look();
    expect(kept).toMatchObject({ verdict: 'old', cause: 'raises TTLs', explained: true });
    const second = desk.start(hash);
    await second.entered('sweep');
    const after = await desk.json<Status>('status', zone);
    // Its old entry was seen by the process that was killed; it ended under the eyes of the next.
    expect(resolversOf([after])[0]?.flipped).toBeGreaterThanOrEqual(1);
    const turned = lastOld(crowd.get('floor')!.replies)!;
    expect(Math.abs(Date.parse(kept!.until!) - turned)).toBeLessThanOrEqual(2000);
    for (const at of around.caches.values())
      expect((await burst(at, asked, 11)).map(({ said }) => said)).not.toContain('old');
    second.kill('SIGINT');
    expect((await second.ended).code).toBe(130);
  });
});
