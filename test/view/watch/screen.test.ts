import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from '../../../src/cutover/apply.ts';
import { type HoldReason } from '../../../src/cutover/hold.ts';
import { statusOf } from '../../../src/view/status/status.ts';
import { columnsOf } from '../../../src/view/table.ts';
import { watchScreen, type Scene, type ScreenLook } from '../../../src/view/watch/screen.ts';
import {
  approve,
  atGate,
  drained,
  finished,
  swapped,
  type Story,
} from '../../support/view-fixture.ts';
import { reasons } from '../../support/view-lines.ts';
import { look, minute } from '../../support/view-plan.ts';
import { recordOf } from '../../support/world-fixture.ts';

const sceneOf = (story: Story, reason?: HoldReason): Scene & { readonly now: number } => {
  const { cutover, now, entries } = story;
  const line = { v: 1 as const, at: now.wall, type: 'held' as const };
  const state = reason === undefined ? cutover : apply(cutover, { ...line, data: { reason } });
  const status = statusOf(state, now, recordOf(story));
  return { status, recent: entries.slice(-12), now: now.wall };
};

const scenes = {
  drain: sceneOf(drained().wait(20 * minute)),
  gate: sceneOf(atGate()),
  swap: sceneOf(atGate().wait(minute).tell(approve).check()),
  propagate: sceneOf(swapped().wait(minute)),
  late: sceneOf(swapped().wait(6 * minute)),
  held: sceneOf(swapped().wait(3 * minute), reasons['resolvers-cannot-tell']),
  done: sceneOf(finished()),
};

const draw = ({ now, ...scene }: (typeof scenes)['drain'], change: Partial<ScreenLook> = {}) =>
  watchScreen(scene, { ...look, rows: 24, now, ...change });

describe('the screen of a watch', () => {
  it.each([
    ['80x24', {}],
    ['60x15', { width: 60, rows: 15 }],
    ['120x40', { width: 120, rows: 40 }],
    ['ascii', { ascii: true }],
  ])('is calm: %s', async (name, change) => {
    const screens = Object.entries(scenes).map(([stage, scene]) =>
      [`=== ${stage}`, ...draw(scene, change)].join('\n'),
    );
    await expect(screens.join('\n')).toMatchFileSnapshot(`../golden/watch-${name}.txt`);
  });

  it('says what fails, also where there is little room', () => {
    const { cutover, now, entries } = swapped().wait(minute);
    const trouble = {
      observe: { code: 'UNAVAILABLE' as const, message: 'no route', since: now.wall },
    };
    const status = statusOf({ ...cutover, trouble }, now);
    for (const size of [{}, { width: 60, rows: 15 }])
      expect(draw({ status, recent: entries, now: now.wall }, size).join('\n')).toMatch(
        /trouble {4}observe \(UNAVAILABLE\) since 06:17:05/,
      );
  });

  it('fits whatever the size, and always says how it is', () => {
    const some = fc.constantFrom(...(Object.keys(scenes) as (keyof typeof scenes)[]));
    const size = fc.record({
      width: fc.integer({ min: 1, max: 130 }),
      rows: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(some, size, fc.boolean(), (name, { width, rows }, ascii) => {
        const lines = draw(scenes[name], { width, rows, ascii });
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width);
        if (ascii) expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
        const title = 'example.org.1'.slice(0, Math.max(0, width - 3));
        expect(rows < 2 ? title : lines[0]).toContain(title);
      }),
      { numRuns: 300 },
    );
  });

  it('says at every width what to type where the controller died', () => {
    const story = drained().wait(20 * minute);
    const kept = { ...recordOf(story), runner: null };
    const status = statusOf(story.cutover, story.now, kept);
    for (const width of [40, 80, 120]) {
      const lines = draw({ status, recent: [], now: story.now.wall }, { width });
      expect(lines.join('\n')).toContain('✗ not running in stage drain');
      const command = `dns-cutover start example.org --plan-hash ${story.plan.hash}`;
      expect(lines.join(' ')).toContain(`no controller runs it: ${command}`);
    }
  });

  it('says the same in colour, and no colour is left open', () => {
    const colour = (text: string) => `\x1b[31m${text}\x1b[39m`;
    const paint = {
      ...{ bold: colour, dim: colour, red: colour },
      ...{ green: colour, yellow: colour, cyan: colour },
    };
    for (const scene of Object.values(scenes))
      for (const width of [30, 80]) {
        const painted = draw(scene, { paint, width });
        expect(painted.join('\n')).toContain('\x1b[31m');
        const bare = painted.map(line =>
          line.replaceAll('\x1b[31m', '').replaceAll('\x1b[39m', '').trimEnd(),
        );
        expect(bare).toEqual(draw(scene, { width }));
        for (const line of painted)
          expect(line.split('\x1b[31m').length).toBe(line.split('\x1b[39m').length);
      }
  });

  it('keeps what a person has to type where rows are few', () => {
    expect(draw(scenes.gate, { rows: 6 }).join('\n')).toContain('approve example.org.1 --attest 1');
    const held = draw(scenes.held, { width: 60, rows: 15 }).join('\n');
    expect(held).toContain('dns-cutover rollback example.org.1 --reason WHY');
  });

  it('prints nothing of others that could move the cursor', () => {
    const { status } = scenes.propagate;
    const resolvers = status.propagation?.resolvers;
    const [first] = resolvers?.stragglers ?? [];
    if (resolvers == null || first === undefined) throw new Error('nobody lags');
    const bad = { ...resolvers, stragglers: [{ ...first, id: 'x\u001b[2J\r\n' }] };
    const hostile = { ...status, propagation: { ...status.propagation!, resolvers: bad } };
    const text = draw({ ...scenes.propagate, status: hostile }).join('');
    for (const control of ['\u001b', '\r', '\n']) expect(text).not.toContain(control);
    expect(text).toContain('\\x1b[2J');
  });
});
