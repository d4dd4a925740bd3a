import { describe, expect, it } from 'vitest';
import {
  nowhere,
  progressed,
  waitedOf,
  wantedOf,
  type Progress,
} from '../../src/commands/wait-for.ts';
import { isFault } from '../../src/errors.ts';
import { statusOf } from '../../src/view/status/status.ts';
import {
  approve,
  atGate,
  begun,
  drained,
  finished,
  swapped,
  type Story,
} from '../support/view-fixture.ts';
import { minute } from '../support/view-plan.ts';
import { recordOf } from '../support/world-fixture.ts';

const progressOf = ({ entries }: Story): Progress =>
  entries.reduce((before, { line }) => progressed(before, line), nowhere);

function wait(story: Story, ...wanted: readonly string[]) {
  const { cutover, now } = story;
  const status = statusOf(cutover, now, recordOf(story));
  return waitedOf(wantedOf(wanted), { cutover, status, progress: progressOf(story) });
}

const code = (story: Story, ...wanted: readonly string[]): number | null =>
  wait(story, ...wanted)?.code ?? null;

const back = (to: 'step' | 'snapshot' = 'step') =>
  swapped().tell({ type: 'rollback', to, reason: 'mail bounces' }).settle();

describe('what is waited for', () => {
  it('is a stage, an end, a share or a hold', () => {
    expect(
      wantedOf(['stage=gate', 'stage=rolled-back', 'share=95', 'share=99.5%', 'hold']),
    ).toEqual([
      { is: 'stage', stage: 'gate' },
      { is: 'stage', stage: 'rolled-back' },
      { is: 'share', percent: 95 },
      { is: 'share', percent: 99.5 },
      { is: 'hold' },
    ]);
  });

  it.each([
    [[], 'add --for'],
    [['stage=propagat'], 'did you mean propagate? one of: snapshot, lower'],
    [['stage='], 'one of: snapshot, lower'],
    [['stage=xyzzy'], 'one of: snapshot, lower'],
    [['done'], 'write --for stage=done'],
    [['share=0'], 'share=95'],
    [['share=101'], 'share=95'],
    [['share=all'], 'share=95'],
    [['share=-5'], 'share=95'],
    [['hold=yes'], 'stage=STAGE, share=PERCENT or hold'],
    [['hold', 'nonsense'], 'stage=STAGE, share=PERCENT or hold'],
  ])('is refused when it is none: %j', (texts, fix) => {
    expect(() => wantedOf(texts)).toThrow(
      expect.toSatisfy(
        (error: unknown) =>
          isFault(error) && error.code === 'USAGE' && error.fix?.includes(fix) === true,
      ) as Error,
    );
  });
});

describe('a wait for a stage', () => {
  it('goes on until it is entered, and ends at once when it lies behind', () => {
    expect(code(drained(), 'stage=gate')).toBeNull();
    expect(wait(drained(), 'stage=drain')).toMatchObject({ code: 0, text: 'it is in stage drain' });
    expect(wait(drained(), 'stage=lower')).toMatchObject({
      ...{ code: 0, text: 'stage lower lies behind it' },
    });
    expect(code(finished(), 'stage=sweep')).toBe(0);
    expect(code(finished(), 'stage=done')).toBe(0);
  });

  it('needs a person where one is awaited, unless that was waited for', () => {
    const gate = wait(atGate(), 'stage=swap');
    expect(gate?.code).toBe(7);
    expect(gate?.text).toContain('dns-cutover approve example.org.1 --attest 1');
    expect(code(atGate(), 'stage=gate')).toBe(0);
    const paused = drained().tell({ type: 'pause', reason: null });
    expect(code(paused, 'stage=gate')).toBe(7);
    const swept = swapped().tell({ type: 'pause', reason: null });
    expect(code(swept, 'stage=settle')).toBe(7);
  });

  it('is not troubled by a controller that has yet to come', () => {
    const story = begun();
    const { cutover, now } = story;
    const unowned = { ...cutover, owner: null };
    const standing = { cutover: unowned, status: statusOf(unowned, now), progress: nowhere };
    expect(waitedOf(wantedOf(['stage=drain']), standing)).toBeNull();
  });

  it('ends with 6 once the MX is back, and what the rollback took back counts no more', () => {
    expect(code(back(), 'stage=sweep')).toBe(6);
    expect(code(back(), 'stage=swap')).toBe(6);
    expect(code(back(), 'stage=rollback')).toBe(0);
    expect(code(back(), 'stage=rolled-back')).toBeNull();
    const over = back('snapshot').wait(1000).observe();
    expect(code(over, 'stage=rolled-back')).toBe(0);
    expect(code(over, 'stage=done')).toBe(6);
    expect(code(over, 'hold')).toBe(6);
  });

  it('counts anew after a rollback that was withdrawn', () => {
    const again = back()
      .wait(minute)
      .tell({ type: 'retry', swapUntil: null, reason: null })
      .check();
    expect(again.cutover.stage).toBe('gate');
    expect(code(again, 'stage=gate')).toBe(0);
    expect(code(again, 'stage=swap')).toBe(7);
    expect(code(again.tell(approve).check(), 'stage=swap')).toBe(0);
  });

  it('ends with 1 when it ended so that it cannot come', () => {
    const abandoned = drained().tell({ type: 'abandon', reason: 'another day' }).settle();
    expect(code(abandoned, 'stage=sweep')).toBe(1);
    expect(code(abandoned, 'stage=drain')).toBe(1);
    expect(code(abandoned, 'stage=abandoned')).toBe(0);
    expect(code(finished(), 'stage=abandoned')).toBe(1);
    expect(code(finished(), 'hold')).toBe(1);
  });
});

describe('a wait for a share', () => {
  it('ends when so much is new, by the last that was kept', () => {
    const after = (minutes: number) => code(swapped().wait(minutes * minute), 'share=80');
    expect([after(1), after(3), after(6)]).toEqual([null, null, 0]);
    expect(code(drained(), 'share=1')).toBeNull();
    expect(code(swapped().wait(6 * minute), 'share=95', 'share=50')).toBe(0);
  });

  it('is not the share of a rollback', () => {
    expect(code(back(), 'share=1')).toBe(6);
  });
});

describe('progress', () => {
  const entered = (stage: string, step: number) =>
    ({ v: 1, at: 0, type: 'stage.entered', data: { stage, step, now: {} } }) as never;
  const through = (...stops: readonly (readonly [string, number])[]) =>
    stops.reduce((before, [stage, step]) => progressed(before, entered(stage, step)), nowhere);

  it('keeps what an earlier step reached, and loses what begins anew', () => {
    const first = [
      ['lower', 0],
      ['drain', 0],
      ['gate', 0],
    ] as const;
    const step = [...first, ['swap', 0], ['propagate', 0], ['gate', 1]] as const;
    expect(through(...step)).toMatchObject({ stage: 'gate', furthest: 5 });
    expect(through(...first, ['drain', 0])).toMatchObject({ stage: 'drain', furthest: 2 });
    expect(through(...step, ['rollback', 1])).toMatchObject({ stage: 'rollback', furthest: 5 });
    expect(through(...step, ['rollback', 1], ['gate', 0])).toMatchObject({ furthest: 3 });
  });
});
