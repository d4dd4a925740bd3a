import { describe, expect, it } from 'vitest';
import { apply } from '../../../src/cutover/apply.ts';
import { type Cutover } from '../../../src/cutover/cutover.ts';
import { type HoldReason } from '../../../src/cutover/hold.ts';
import { statusOf, statusTable, statusText } from '../../../src/view/status/status.ts';
import { nothingWatched } from '../../../src/view/world/world.ts';
import { columnsOf, type Look } from '../../../src/view/table.ts';
import {
  approve,
  atGate,
  begun,
  drained,
  finding,
  finished,
  swapped,
  swept,
  type Story,
} from '../../support/view-fixture.ts';
import { reasons } from '../../support/view-lines.ts';
import { look, minute, planOf } from '../../support/view-plan.ts';

const textOf = ({ cutover, now }: Story, change: Partial<Look> = {}): string =>
  statusText(statusOf(cutover, now), { ...look, now: now.wall, ...change });

const golden = (name: string): string => `../golden/status-${name}.txt`;

const held = (story: Story, reason: HoldReason): Cutover =>
  apply(story.cutover, { v: 1, at: story.now.wall, type: 'held', data: { reason } });

const silentServer = (story: Story): Story =>
  story.observe(reading =>
    reading.name.startsWith('ns2') ? { ...reading, state: 'silent', error: 'no answer' } : reading,
  );

const stories: Readonly<Record<string, () => Story>> = {
  snapshot: () => begun(),
  lower: () => silentServer(begun().survey().settle().wait(1000)),
  writing: () => begun().survey(),
  drain: () => drained().wait(20 * minute),
  'gate-unchecked': () =>
    drained()
      .wait(75 * minute)
      .tell({ type: 'woke' }),
  gate: () => atGate(),
  'gate-blocked': () => atGate().check([finding({ status: 'fail', subject: 'ns2' })]),
  paused: () => drained().tell({ type: 'pause', reason: 'wait for anna' }),
  swap: () => silentServer(atGate().wait(minute).tell(approve).check().settle().wait(2000)),
  propagate: () => swapped(),
  sweep: () => swept(),
  settle: () => swept().tell({ type: 'confirm', what: 'mail-swept', reason: null }),
  done: () => finished(),
  rollback: () =>
    swapped().tell({ type: 'rollback', to: 'step', reason: 'mail bounces' }).settle().wait(minute),
  'rolled-back': () =>
    swapped()
      .tell({ type: 'rollback', to: 'snapshot', reason: null })
      .settle()
      .wait(1000)
      .observe(),
  abandoned: () => drained().tell({ type: 'abandon', reason: 'another day' }).settle(),
};

describe('a status as text', () => {
  for (const [name, story] of Object.entries(stories))
    it(`is calm and complete: ${name}`, async () => {
      await expect(textOf(story())).toMatchFileSnapshot(golden(name));
    });

  it('needs nothing but ASCII', async () => {
    const text = textOf(atGate(), { ascii: true });
    expect(text).toMatch(/^[\x20-\x7e\n]+$/);
    await expect(text).toMatchFileSnapshot(golden('gate-ascii'));
  });

  it('uses the width that there is', async () => {
    await expect(textOf(drained(), { width: 120 })).toMatchFileSnapshot(golden('drain-wide'));
  });

  it('stays within 80 columns, values of records excepted', () => {
    const values = planOf().tracks.flatMap(({ positions }) =>
      positions.flatMap(value => value?.rdata ?? []),
    );
    const texts = Object.values(stories).map(story => textOf(story()));
    const long = texts
      .flatMap(text => text.split('\n'))
      .filter(line => columnsOf(line) > 80 && !values.includes(line.trim()));
    expect(long).toEqual([]);
  });

  it('says the same in colour', () => {
    const colour = (text: string) => `\x1b[31m${text}\x1b[39m`;
    const paint = {
      bold: colour,
      dim: colour,
      red: colour,
      green: colour,
      yellow: colour,
      cyan: colour,
    };
    for (const story of Object.values(stories)) {
      const told = story();
      const text = textOf(told, { paint });
      expect(text).toContain('\x1b[31m');
      expect(text.replaceAll('\x1b[31m', '').replaceAll('\x1b[39m', '')).toBe(textOf(told));
    }
  });
});

it('tells what DNSSEC makes of the last write, and nothing of the one before it', () => {
  const { cutover, now } = swapped();
  const { written } = cutover;
  if (written === null) throw new Error('something was written');
  const [is, why, servers] = ['secure', 'down from the root', 2] as const;
  const validated = { is, at: 'example.org. MX', why, servers, written };
  const story = (of: Partial<Cutover>) => statusText(statusOf({ ...cutover, ...of }, now), look);
  expect(story({ validated })).toContain(
    'DNSSEC     what was written is secure at 2 authoritative addresses, down from\n           the root',
  );
  expect(story({ validated, written: { ...written, up: written.up + 1 } })).not.toContain('DNSSEC');
});

describe('a hold', () => {
  it.each(Object.entries(reasons))(
    'says what was seen and the ways out: %s',
    async (why, reason) => {
      const story = why === 'window-missed' ? atGate() : drained();
      const status = statusOf(held(story, reason), story.now);
      const text = statusText(status, { ...look, now: story.now.wall });
      await expect(text).toMatchFileSnapshot(golden(`held-${why}`));
      expect(status.next.who).toBe('person');
      expect(status.hold?.seen.length).toBeGreaterThan(0);
      for (const { act, command } of status.hold?.waysOut ?? [])
        if (act !== 'wait') expect(command).toMatch(/^dns-cutover [a-z-]+ example\.org\.1/);
    },
  );

  it('can be waived while a cutover settles', () => {
    const story = swept().tell({ type: 'confirm', what: 'mail-swept', reason: null });
    const ways = statusOf(held(story, reasons.conflict), story.now).hold?.waysOut ?? [];
    expect(ways.map(({ command }) => command)).toContain(
      'dns-cutover confirm example.org.1 restore-ttl --reason WHY',
    );
  });
});

describe('a status for programs', () => {
  it('has the shape that others rely on', () => {
    const told = drained();
    const status = statusOf(told.cutover, told.now);
    expect(JSON.parse(JSON.stringify(status))).toMatchObject({
      id: 'example.org.1',
      domain: 'example.org',
      stage: 'drain',
      step: 0,
      paused: null,
      hold: null,
      seq: told.entries.length,
      position: 'low',
      drain: { leftSeconds: 3899, proven: false, until: '2026-12-05T05:05:02.000Z' },
      propagation: { there: 2, total: 2, resolvers: null },
      forecast: { until: '2026-12-05T05:05:02.000Z' },
      next: { who: 'controller', at: '2026-12-05T05:05:02.000Z', command: null },
      outcome: null,
    });
    expect(status.path.map(({ key, place }) => [key, place])).toEqual([
      ['s1._domainkey.example.org. CNAME', 1],
      ['example.org. TXT', 1],
      ['example.org. MX', 1],
    ]);
    expect(status.path[0]?.positions[0]).toBeNull();
    expect(status.path[2]?.positions[2]).toEqual({
      label: 'mx',
      ttl: 300,
      rdata: ['0 mx.new.example.'],
    });
  });

  it('always knows who is next', () => {
    const next = Object.entries(stories).map(([name, story]) => {
      const { cutover, now } = story();
      const { who, command } = statusOf(cutover, now).next;
      return [name, who, command];
    });
    expect(next).toEqual([
      ['snapshot', 'controller', null],
      ['lower', 'controller', null],
      ['writing', 'controller', null],
      ['drain', 'controller', null],
      ['gate-unchecked', 'controller', null],
      ['gate', 'person', 'dns-cutover approve example.org.1 --attest 1'],
      ['gate-blocked', 'person', 'dns-cutover check example.org.1'],
      ['paused', 'person', 'dns-cutover resume example.org.1'],
      ['swap', 'controller', null],
      ['propagate', 'controller', null],
      ['sweep', 'orchestrator', 'dns-cutover confirm example.org.1 mail-swept'],
      ['settle', 'controller', null],
      ['done', 'nobody', 'dns-cutover report example.org.1'],
      ['rollback', 'controller', 'dns-cutover retry example.org.1'],
      ['rolled-back', 'nobody', 'dns-cutover report example.org.1'],
      ['abandoned', 'nobody', 'dns-cutover report example.org.1'],
    ]);
  });

  it('waits for the end of a freeze before it writes, and for the window before it swaps', () => {
    const schedule = {
      swapFrom: look.now + 180 * minute,
      swapUntil: null,
      timeZone: 'Europe/Berlin',
      freeze: [],
    };
    const policy = { approval: 'none', attest: [], schedule } as const;
    const gate = atGate(planOf({ policy }));
    expect(statusOf(gate.cutover, gate.now).next).toMatchObject({
      who: 'controller',
      at: '2026-12-05T07:00:00.000Z',
    });
    const freeze = [{ from: look.now, until: look.now + 5 * minute }];
    const frozen = begun(planOf({ policy: { ...policy, schedule: { ...schedule, freeze } } }));
    frozen.survey();
    expect(statusOf(frozen.cutover, frozen.now).next).toMatchObject({
      who: 'controller',
      at: '2026-12-05T04:05:00.000Z',
    });
  });

  it('says which server is late, and keeps the proof of the drain behind the drain', () => {
    const late = stories['swap']?.() ?? begun();
    const status = statusOf(late.cutover, late.now);
    expect(status.propagation).toMatchObject({ there: 1, total: 2 });
    expect(status.drain).toMatchObject({ proven: true, leftSeconds: 0 });
  });

  it('says that nobody runs it yet', () => {
    const told = begun();
    const status = statusOf({ ...told.cutover, owner: null }, told.now);
    expect(status.next).toMatchObject({
      who: 'person',
      command: `dns-cutover start example.org.1 --plan-hash ${told.plan.hash}`,
    });
  });
});

describe('a cutover whose controller died', () => {
  const told = drained().wait(20 * minute);
  const here = { pid: 4711, host: 'desk', since: told.now.wall };
  const statusWith = (runner: typeof here | null, cutover = told.cutover) =>
    statusOf(cutover, told.now, { ...nothingWatched, runner });
  const command = `dns-cutover start example.org --plan-hash ${told.plan.hash}`;

  it('is not said to run, and the way on is named', () => {
    expect(statusWith(here).controller).toEqual({
      ...{ running: true, pid: 4711, host: 'desk', command: null },
      since: '2026-12-05T04:20:03.000Z',
    });
    expect(statusWith(here).next.who).toBe('controller');
    const status = statusWith(null);
    expect(status.controller).toMatchObject({ running: false, pid: null, command });
    expect(status.next).toEqual({
      ...{ who: 'person', what: 'No controller runs it: start one.', at: null, command },
    });
    const text = statusText(status, { ...look, now: told.now.wall });
    expect(text).toContain('✗ not running in stage drain\nno controller runs it:');
    expect(text.split(command)).toHaveLength(2);
    expect(statusTable([status], { ...look, width: 120 })).toContain('✗ not running');
  });

  it('still waits for whom it waited, and says both', () => {
    const gate = atGate();
    const status = statusOf(gate.cutover, gate.now, { ...nothingWatched, runner: null });
    expect(status.next.what).toMatch(/^Approve/);
    const text = statusText(status, { ...look, now: gate.now.wall });
    expect(text).toContain('no controller runs it:');
    expect(text).toContain('dns-cutover approve');
  });

  it('is nothing to tell of where it never began or has ended, or nobody looked', () => {
    expect(statusWith(null, { ...told.cutover, owner: null }).next.what).toMatch(/^No .* yet/);
    const done = finished();
    const ended = statusOf(done.cutover, done.now, { ...nothingWatched, runner: null });
    expect(ended.controller).toBeNull();
    expect(statusOf(told.cutover, told.now).controller).toBeNull();
  });
});

it('says all cutovers in a table', async () => {
  const list = ['drain', 'gate', 'paused', 'done', 'rolled-back'].map(name => {
    const told = stories[name]?.() ?? begun();
    return statusOf({ ...told.cutover, id: `${name}.example.org.1` }, told.now);
  });
  const text = [80, 120].map(width => statusTable(list, { ...look, width })).join('\n\n');
  await expect(text).toMatchFileSnapshot(golden('table'));
  expect(statusTable([], look)).toContain('no cutover was started yet');
});
