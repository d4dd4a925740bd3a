import { describe, expect, it } from 'vitest';
import { openFeed, type Source } from '../../src/page/live/feed.ts';
import { followCutover, followList } from '../../src/page/live/follow.ts';
import { serverClock } from '../../src/page/live/server-clock.ts';
import { type Brief, type CutoverSnapshot } from '../../src/view/stream/stream.ts';
import { fixtures } from '../support/page-fixtures.ts';

const line = (seq: number) => ({
  ...fixtures.drain().events[0]!,
  ...{ id: `e7-${String(seq)}`, seq },
});

describe('what a page follows', () => {
  const shown = { ...fixtures.drain(), events: [line(1), line(2)], seq: 2 };
  const numbers = (of: CutoverSnapshot) => of.events.map(({ seq }) => seq);

  it('has each line once and none missing between them', () => {
    const next = followCutover(shown, { is: 'event', data: line(3) });
    const again = followCutover(next, { is: 'event', data: line(2) });
    expect(numbers(again)).toEqual([1, 2, 3]);
    const far = { ...shown, events: [line(7), line(8)], seq: 8 };
    expect(numbers(followCutover(again, { is: 'snapshot', data: far }))).toEqual([7, 8]);
    const restored = { ...shown, epoch: 'e8', events: [line(1)] };
    expect(followCutover(again, { is: 'snapshot', data: restored })).toBe(restored);
  });

  it('is not taken back by a status that is older', () => {
    const { at, cutover, status } = shown;
    const old = { is: 'status', data: { at, cutover, seq: 1, status } } as const;
    expect(followCutover(shown, old)).toBe(shown);
  });

  it('is in the order of what is worst, whatever comes, and when', () => {
    const { id, stage, outcome, next, startedAt } = shown.status;
    const brief = { id, domain: id, stage, outcome, next, startedAt, endedAt: null };
    const row = (change: Partial<Brief>): Brief => ({
      ...{ ...brief, seq: 1, paused: false, hold: null, share: null, mail: null },
      ...{ controller: null, ending: null, unicode: null, ...change },
    });
    const at = shown.at;
    const list = { at, epoch: 'e7', cutovers: [row({ id: 'a' }), row({ id: 'b' })] };
    const heard = (of: typeof list, told: Brief) =>
      followList(of, { is: 'brief', data: { at, brief: told } });
    const ids = (of: { readonly cutovers: readonly Brief[] }) => of.cutovers.map(one => one.id);
    const fresh = heard(list, row({ id: 'c', startedAt: '2027-01-01T00:00:00.000Z' }));
    expect(ids(fresh)).toEqual(['a', 'b', 'c']);
    expect(ids(heard(list, row({ id: 'b', seq: 2, hold: 'conflict' })))).toEqual(['b', 'a']);
    expect(heard(list, row({ id: 'a', seq: 0 })).cutovers).toBe(list.cutovers);
  });
});

/** A feed whose streams and clocks the test plays. */
function played() {
  const urls: string[] = [];
  const heard: string[] = [];
  let listeners = new Map<string, (event: Event) => void>();
  const at = { steady: 0, wall: 0, hidden: false };
  const connect = (url: string): Source => {
    urls.push(url);
    listeners = new Map();
    const addEventListener = (name: string, listen: (event: Event) => void): void => {
      listeners.set(name, listen);
    };
    return { readyState: 1, close: () => undefined, addEventListener } as unknown as Source;
  };
  const feed = openFeed(
    { path: '/e', cursor: 'e7-1', hear: ({ is }) => heard.push(is), refused: () => undefined },
    { connect, steady: () => at.steady, wall: () => at.wall, hidden: () => at.hidden },
  );
  const pass = (ms: number): void => {
    at.steady += ms;
    at.wall += ms;
    feed.tick();
  };
  const say = (name: string, id = ''): void => {
    listeners.get(name)?.(new MessageEvent(name, { data: '{}', lastEventId: id }));
  };
  return { feed, urls, heard, at, pass, say };
}

describe('the stream of a page', () => {
  it('is stale 33 s after the last word, and is asked for again from there', () => {
    const { feed, urls, pass, say, heard } = played();
    say('message', 'e7-5');
    expect([feed.state(), heard]).toEqual(['live', ['event']]);
    pass(33_000);
    expect(feed.state()).toBe('live');
    pass(1);
    expect(feed.state()).toBe('stale');
    expect(urls).toEqual(['/e?after=e7-1', '/e?after=e7-5']);
    say('beat');
    expect(feed.state()).toBe('live');
  });

  it('is left while nobody looks, and when the machine slept it is asked for anew', () => {
    const { feed, urls, at, pass, say } = played();
    say('beat');
    at.hidden = true;
    pass(1000);
    at.hidden = false;
    pass(1000);
    expect(urls).toHaveLength(2);
    say('beat');
    at.wall += 3_600_000;
    pass(1000);
    expect([feed.state(), urls.length]).toEqual(['connecting', 3]);
  });
});

it('time is what the server told last and what passed since, whatever the viewer sets', () => {
  let steady = 5000;
  const clock = serverClock('2026-12-05T06:00:00.000Z', () => steady);
  steady += 1500;
  expect(clock.now()).toBe(Date.parse('2026-12-05T06:00:01.500Z'));
  clock.hear('2026-12-05T07:00:00.000Z');
  clock.hear('nonsense');
  expect(clock.now()).toBe(Date.parse('2026-12-05T07:00:00.000Z'));
});
