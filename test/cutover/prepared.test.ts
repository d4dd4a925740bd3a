import { expect, it } from 'vitest';
import { idsLast, isPolicyId, prepareWait } from '../../src/cutover/prepared.ts';
import { planOf, policy, set } from './orders.ts';

const id = set('_mta-sts.example.org', 'TXT', '"v=STSv1; id=2"');
const spf = set('example.org', 'TXT', '"v=spf1 -all"');
const key = set('s1._domainkey.example.org', 'CNAME', 's1.new.example.');
const mx = set('example.org', 'MX', '10 mx.new.example.');
const swap = (...edits: readonly (typeof mx)[]) => [{ name: 'swap', edits }];

it('ids of policies come last, the rest in the order of the list', () => {
  expect(idsLast([id, spf, key])).toEqual([spf, key, id]);
  expect(idsLast([spf, key])).toEqual([spf, key]);
  const below = set('_mta-sts.lists.example.org', 'TXT', '"v=STSv1; id=2"');
  expect([id, below, spf].map(isPolicyId)).toEqual([true, true, false]);
  const { tracks } = planOf({ prepare: [id, key], steps: swap(mx), afterwards: [] });
  expect(tracks.map(({ type }) => type)).toEqual(['CNAME', 'TXT', 'MX']);
});

it('an id may not come with the MX', () => {
  expect(() => planOf({ prepare: [], steps: swap(id, mx), afterwards: [] })).toThrow(
    /would be written with the MX/,
  );
});

it.each([
  // It existed: its TTL of 600 s and the lag are less than the day that senders are given.
  [id, 900, 86_400, /policy of the id before/],
  [id, 90_000, 90_600, /policy of the id before/],
  // An hour, and the margin of 300 s.
  [spf, 900, 3900, /may be cached/],
  // It did not: its absence may be remembered for 1200 s.
  [key, 900, 1500, /absence/],
])('%# is waited for as long as what was before may be held', (...row) => {
  const [edit, lag, seconds, why] = row;
  const { tracks } = planOf({ prepare: [edit], steps: swap(mx), afterwards: [] });
  const track = tracks.find(({ prepared }) => prepared);
  if (track === undefined) throw new Error('nothing is prepared');
  const wait = prepareWait({ policy }, track, { negative: 1200, lag });
  expect(wait.seconds).toBe(seconds);
  expect(wait.why).toMatch(why);
});
