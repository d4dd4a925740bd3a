import { describe, expect, it } from 'vitest';
import { type Hearing } from '../../src/propagation/hearing.ts';
import { unheard } from '../../src/propagation/fitness.ts';
import { parseName } from '../../src/dns/name.ts';
import { reasonOf } from '../../src/view/hold.ts';
import { reportOf } from '../../src/view/report/report.ts';
import { statusOf, statusText } from '../../src/view/status/status.ts';
import { swapped } from '../support/view-fixture.ts';
import { look, minute } from '../support/view-plan.ts';
import { habits, recordOf } from '../support/world-fixture.ts';

const heard = (resolver: string, more: Partial<Hearing> = {}): Hearing => ({
  ...{ resolver, operator: resolver, weight: 1, exposure: 'open', at: 0, trouble: null },
  ...{ address: '192.0.2.53', invents: false, denial: null, member: null },
  ...more,
});

const ids = recordOf(swapped().wait(minute)).watched.map(({ resolver: { id } }) => id);

const told = (more: (id: string) => Partial<Hearing>, list = ids) => {
  const story = swapped().wait(minute);
  const hearings = list.map(id => heard(id, more(id)));
  const fitness = { ...unheard, zone: parseName('example.org'), hearings };
  const record = { ...recordOf(story, habits), fitness };
  const status = statusOf(story.cutover, story.now, record);
  const text = statusText(status, { ...look, now: story.now.wall });
  return { story, record, caches: status.propagation?.resolvers, text };
};

describe('resolvers that were heard', () => {
  it('are shown as before where all of them passed', () => {
    const { caches } = told(() => ({}));
    expect(caches).toMatchObject({ total: 12, counts: { new: 3, old: 7 } });
    expect(caches).not.toHaveProperty('quarantined');
    expect(caches).not.toHaveProperty('distrust');
  });

  it('are neither old nor new where they did not, and named with the reason', () => {
    const { caches, text, story, record } = told(id =>
      id === 'nine' ? { trouble: 'SERVFAIL' } : {},
    );
    expect(caches).toMatchObject({
      counts: { old: 6, refused: 1 },
      quarantined: [{ id: 'nine', why: 'does not resolve example.org (SERVFAIL)' }],
    });
    expect(caches?.stragglers.find(({ id }) => id === 'nine')).toMatchObject({
      ...{ verdict: 'refused', cause: 'silent or refused', explained: true },
    });
    const words = text.replaceAll(/\s+/g, ' ');
    expect(words).toContain('not believed: nine (does not resolve example.org (SERVFAIL))');
    const { cutover, now } = story;
    const report = reportOf({ cutover, entries: [], epoch: 'e7', watch: { record, now } });
    expect(report.world?.couldNotTell).toContainEqual({
      ...{ id: 'nine', why: 'does not resolve example.org (SERVFAIL)' },
    });
  });

  it('do not count before they were', () => {
    const { caches } = told(() => ({}), ids.slice(1));
    expect(caches?.unasked).toBe(1);
  });

  it('have no share where nobody can be trusted; what is the matter and what helps stands there', () => {
    const { caches, text } = told(() => ({ member: 'gateway.isp.example' }));
    expect(caches).toMatchObject({ share: null });
    const words = text.replaceAll(/\s+/g, ' ');
    expect(words).toContain('no share can be shown. Resolvers of different operators all name');
    expect(words).toContain('To mend it: watch from another network');
    expect(words).not.toMatch(/\d % new/);
  });
});

it('a hold because nobody can be trusted says so', () => {
  const distrust = { why: 'Everybody is one cache', remedy: 'watch from elsewhere' };
  const counts = { refused: 3 };
  const held = { why: 'resolvers-cannot-tell', ableToTell: 0, total: 3, counts } as const;
  expect(reasonOf({ ...held, distrust }, 'UTC').sentence).toBe(
    'Everybody is one cache. To mend it: watch from elsewhere.',
  );
  expect(reasonOf(held, 'UTC').sentence).toContain('Less than half');
});
