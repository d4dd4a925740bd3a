import { describe, expect, it } from 'vitest';
import { random } from '../simulation/random.ts';
import { type Event, patient } from '../support/cli.ts';
import { dig, zoneDump } from '../support/dig.ts';
import { type Killer, killer } from '../support/killer.ts';
import { type Hooks, type SeenUpdate } from '../support/proxy.ts';
import { added, bindAlone, knotAlone, quickZone, type Scene, zone } from '../support/scene.ts';
import { type Site } from '../support/site.ts';

const more = {
  prepare: [{ name: 's1._domainkey', type: 'TXT', set: ['v=DKIM1; p=AAAA'] }],
  records: [
    { name: '@', type: 'MX', set: ['0 mx.newhost.example'] },
    { name: '@', type: 'TXT', add: ['new=1'] },
  ],
  afterwards: { after: '2s', records: [{ name: '@', type: 'TXT', add: ['later=1'] }] },
};
/** Each run is killed in two of the stages, besides around its writes. */
const stages = [
  ['snapshot', 'propagate'],
  ['lower', 'sweep'],
  ['drain', 'settle'],
  ['gate', 'swap'],
] as const;
const of = (name: string, updates: readonly SeenUpdate[]): readonly SeenUpdate[] =>
  updates.filter(({ message, probe }) => message.zone === `${name}.` && !probe);

interface Change {
  readonly after: { type: string; ttl: number; rdata: readonly string[] } | null;
}
interface Intent {
  readonly id: string;
  readonly purpose: string;
  readonly changes: readonly Change[];
}
const intentOf = ({ data }: Event): Intent => data['intent'] as Intent;
const addedBy = ({ changes }: Intent): string[] =>
  changes.flatMap(({ after }) =>
    (after?.rdata ?? []).map(text => `${after?.type} ${after?.ttl} ${text}`),
  );

/** Every confirmed write was applied at the server once and in order, and the journal holds. */
async function appliedOnce(scene: Scene, desk: Site): Promise<readonly string[]> {
  const journal = await desk.journal();
  expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_one, index) => index + 1));
  const intents = new Map(
    journal.flatMap(event =>
      event.type === 'write.intended' ? [[intentOf(event).id, intentOf(event)] as const] : [],
    ),
  );
  const confirmed = journal.flatMap(({ type, data }) =>
    type === 'write.confirmed' ? (intents.get(String(data['intent'])) ?? []) : [],
  );
  const effective = of(desk.zone, scene.front.updates).filter(({ rcode }) => rcode === 0);
  const told = journal.map(({ seq, type, data }) => `${seq} ${type} ${JSON.stringify(data)}`);
  const tail = told.map(line => line.slice(0, 300)).join('\n');
  expect(effective.map(added), tail).toEqual(confirmed.map(addedBy));
  const check = await desk.run('store', 'check');
  expect(check.code, check.err).toBe(0);
  return confirmed.map(({ purpose }) => purpose);
}

async function forward(scene: Scene, name: string, seed: number): Promise<Killer> {
  const desk = scene.site(name, { zone: name, more });
  const before = zoneDump(scene.primary, name);
  const hash = await desk.hash();
  const death = killer(random(seed), seed);
  aim(scene, name, death.hooks);
  death.inStages(stages[seed] ?? []);
  const command = () => desk.start(hash);
  const ended = await death.run(command, ({ type, data }) => {
    if (type === 'stage.entered' && data['stage'] === 'sweep')
      setTimeout(() => void desk.run('confirm', name, 'mail-swept'), 1200);
    return false;
  });
  expect(ended.code, ended.err).toBe(0);
  expect(await appliedOnce(scene, desk)).toEqual([
    ...['claim', 'prepare', 'low', 'swap', 'restore', 'afterwards', 'unclaim'],
  ]);
  const moved = (line: string) =>
    line.startsWith(`s1._domainkey.${name}.`) || / IN (MX|TXT) /.test(line.slice(name.length));
  const now = zoneDump(scene.primary, name);
  expect(now.filter(line => !moved(line))).toEqual(before.filter(line => !moved(line)));
  expect(dig(scene.primary, name, 'MX')).toEqual([`${name}. 3 IN MX 0 mx.newhost.example.`]);
  expect(dig(scene.primary, `_dns-cutover.${name}`, 'TXT')).toEqual([
    expect.stringContaining('a wildcard'),
  ]);
  return death;
}

async function back(scene: Scene, name: string, to: 'step' | 'snapshot'): Promise<Killer> {
  const seed = to === 'step' ? 5 : 6;
  const desk = scene.site(name, { zone: name, more });
  const before = zoneDump(scene.primary, name);
  const hash = await desk.hash();
  const start = () => desk.start(hash);
  const swapped = await killer(random(seed), seed).run(
    start,
    ({ type, data }) => type === 'stage.entered' && data['stage'] === 'propagate',
  );
  expect(swapped.signal, swapped.err).toBe('SIGKILL');
  // Who looks now is not told that it goes on.
  const dead = await desk.json('status', name);
  expect(dead['controller']).toMatchObject({ running: false, pid: null });
  expect(dead['next']).toMatchObject({ who: 'person' });
  const death = killer(random(seed), seed);
  aim(scene, name, death.hooks);
  death.inStages(['rollback']);
  const all = to === 'snapshot' ? ['--to', 'snapshot'] : [];
  const delivered = await death.run(() => desk.go('rollback', name, '--confirm', name, ...all));
  expect(delivered.code, delivered.err).toBe(0);
  // Killed late enough, the command comes back when the MX is long delivered, and sees it through.
  if ((await desk.json('status', name))['outcome'] === null) {
    const ended = await death.run(start);
    expect(ended.code, ended.err).toBe(6);
  }
  const purposes = await appliedOnce(scene, desk);
  expect(purposes.slice(0, 4)).toEqual(['claim', 'prepare', 'low', 'swap']);
  expect(purposes.slice(4)).toEqual(
    to === 'step'
      ? ['rollback', 'undo', 'undo', 'undo', 'undo', 'unclaim']
      : ['rollback', 'undo', 'undo', 'unclaim'],
  );
  expect(zoneDump(scene.primary, name)).toEqual(before);
  return death;
}

const aims = new WeakMap<Scene, Map<string, Required<Hooks>>>();

/** One proxy serves many zones: each has hooks of its own. */
function aim(scene: Scene, name: string, hooks: Required<Hooks>): void {
  const known = aims.get(scene) ?? new Map<string, Required<Hooks>>();
  aims.set(scene, known);
  known.set(`${name}.`, hooks);
  scene.front.hooks = {
    beforeUpdate: async update => known.get(update.message.zone)?.beforeUpdate(update),
    afterUpdate: async update => known.get(update.message.zone)?.afterUpdate(update),
  };
}

describe('kill -9', patient, () => {
  it('in each stage and around each write: the same command goes on, every write lands once', async ({
    onTestFinished,
  }) => {
    const names = ['one', 'two', 'three', 'back', 'exact'].map(label => `${label}.example`);
    const zones = Object.fromEntries(names.map(name => [name, quickZone(name)]));
    const [scene, other] = await Promise.all([
      bindAlone(onTestFinished, { zones }),
      knotAlone(onTestFinished),
    ]);
    const deaths = await Promise.all([
      ...names.slice(0, 3).map((name, index) => forward(scene, name, index)),
      forward(other, zone, 3),
      back(scene, 'back.example', 'step'),
      back(scene, 'exact.example', 'snapshot'),
    ]);
    const kills = deaths.flatMap(({ kills: list }) => list.map(({ where }) => where));
    expect(kills.length).toBeGreaterThanOrEqual(30);
    for (const stage of [...stages.flat(), 'rollback'])
      expect(kills.filter(where => where === `stage ${stage}`).length, stage).toBeGreaterThan(0);
    for (let write = 1; write <= 7; write++)
      for (const moment of ['before', 'late', 'after', 'answered'])
        expect(kills).toContain(`${moment} write ${write}`);
  });
});
