import { describe, expect, it } from 'vitest';
import { believed } from '../../../src/commands/propagation/fitness.ts';
import { session } from '../../../src/commands/propagation/session.ts';
import { observe } from '../../../src/propagation/cachestate.ts';
import { unheard } from '../../../src/propagation/fitness.ts';
import { type Hearing } from '../../../src/propagation/hearing.ts';
import { type Observation } from '../../../src/propagation/observation.ts';
import { answers, ignore, never, newMx, oldMx, resolver, stage, terms } from './stage.ts';

const named = (rdata: string, nsid: string | null): Observation => {
  const said = answers([rdata]);
  return said.outcome.kind === 'answered' ? { ...said, outcome: { ...said.outcome, nsid } } : said;
};

const all = ['a', 'b', 'c', 'd'].map((id, index) => resolver(id, `192.0.2.${53 + index}`));

/** Each gives this set, by a machine of this name. */
const saying = (said: Readonly<Record<string, Observation>>) =>
  stage({
    poller: {
      watch: async ({ resolvers, expectation }, heard) => {
        for (const one of resolvers) {
          const observation = said[one.id];
          if (observation === undefined) continue;
          heard(one, observe(null, observation, expectation), observation);
        }
      },
    },
  }).world;

describe('a look', () => {
  it('counts resolvers that are one cache once, and says which', async () => {
    const one = named(oldMx, 'fra1.resolver.example');
    const world = saying({
      a: one,
      b: one,
      c: named(newMx, null),
      d: named(newMx, 'ams2.example'),
    });
    const { picture } = await session({ terms: terms(), resolvers: all, world }, ignore, never);
    const verdicts = new Map(picture.rows.map(({ id, verdict }) => [id, verdict]));
    expect(Object.fromEntries(verdicts)).toMatchObject({ b: 'refused', c: 'new', d: 'new' });
    expect(picture.rows.find(({ id }) => id === 'b')?.silence).toContain('same cache as a');
    expect(picture.distrust).toBeNull();
  });

  it('shows no share where all of them are one machine', async () => {
    const one = named(newMx, 'gateway.isp.example');
    const world = saying({ a: one, b: one, c: one });
    const { picture } = await session({ terms: terms(), resolvers: all, world }, ignore, never);
    expect(picture.distrust?.why).toContain('one cache');
  });
});

it('what was heard counts for more than what an answer shows', () => {
  const expectation = { key: terms().key, old: [], new: [newMx] };
  const more = { ttl: { old: null, low: null }, lowSince: null, swappedAt: null };
  const aim = { ...expectation, ...more, authorityNewSince: null };
  const states = new Map([['a', observe(null, named(newMx, null), aim)]]);
  const hearing: Hearing = {
    ...{ resolver: 'a', operator: 'a', weight: 1, address: '192.0.2.53', exposure: 'open', at: 0 },
    ...{ trouble: 'SERVFAIL', invents: null, denial: null, member: null },
  };
  const known = { states, intercepted: null, fitness: { ...unheard, hearings: [hearing] } };
  expect([...believed(known, all).unfit.keys()]).toEqual(['a']);
  expect([...believed({ ...known, fitness: null }, all).unfit.keys()]).toEqual([]);
});
