import { describe, expect, it } from 'vitest';
import { due } from '../../src/cutover/course.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Watch } from '../../src/cutover/news.ts';
import { commands } from './commands.ts';
import { reach } from './drive.ts';
import { absent, change, newMx, oldMx, orders, policy, set } from './orders.ts';
import { give, newPlay, round, running, type Play } from './play.ts';
import { newsOf } from './reports.ts';
import { wordsOf } from './words.ts';

/** A cutover of which the resolvers are watched, brought to a stage. */
function watched(own: Partial<Play>, stage: Parameters<typeof reach>[1]): Play {
  const play = newPlay();
  const watch = { ...policy.watch, resolvers: 'core' };
  Object.assign(play, { policy: { ...policy, approval: 'none', watch }, ...own });
  commands['start']!(play, wordsOf(''));
  reach(play, stage);
  return play;
}

const effectOf = (cutover: Cutover) => due(cutover).find(effect => effect.do === 'watch');
const watchOf = (play: Play): Watch | undefined => effectOf(running(play))?.watch;

function run(play: Play, ...lines: readonly string[]): Play {
  for (const line of lines) {
    const [verb = '', ...rest] = line.split(' ');
    commands[verb]!(play, wordsOf(rest.join(' ')));
  }
  return play;
}

describe('what is watched', () => {
  it('is nothing where resolvers are not asked', () => {
    const play = newPlay();
    commands['start']!(play, wordsOf(''));
    reach(play, 'propagate');
    expect(watchOf(play)).toBeUndefined();
  });

  it('in the drain is what is there, and nothing new can be answered', () => {
    const play = watched({}, 'drain');
    const { since } = running(play).drain!;
    expect(watchOf(play)).toEqual({
      key: { name: 'example.org.', type: 'MX' },
      mode: 'baseline',
      old: [[oldMx]],
      new: null,
      ttl: { old: 3600, low: 300 },
      lowSince: since,
      swappedAt: null,
      firstSentAt: null,
      authorityNewSince: null,
      resolvers: 'core',
    });
  });

  it('of a set that does not exist is its absence, for as long as that is remembered', () => {
    const play = watched({ mxTtl: null }, 'drain');
    expect(watchOf(play)).toMatchObject({ old: [[]], ttl: { old: 3600, low: 3600 } });
  });

  it('is nothing while nobody may be asked: at the gate, in the swap, and once the mail is swept', () => {
    for (const stage of ['lower', 'gate', 'swap', 'settle'] as const)
      expect(watchOf(watched({}, stage)), stage).toBeUndefined();
  });

  it('after the swap is the new set against every other of the path', () => {
    const play = watched({ order: 'pivot' }, 'propagate');
    const { swaps, authority, world } = running(play);
    expect(watchOf(play)).toMatchObject({
      mode: 'watch',
      new: ['10 mx.filter.example.'],
      old: [[oldMx], [newMx]],
      swappedAt: swaps[0],
      firstSentAt: world.sent[0],
      authorityNewSince: authority!.since,
    });
  });

  it('goes on while the old host is swept', () => {
    const play = watched({}, 'sweep');
    expect(watchOf(play)).toMatchObject({ mode: 'watch', new: [newMx] });
  });

  it('knows that a server has yet to turn', () => {
    const play = watched({}, 'propagate');
    const before = effectOf(running(play))!.key;
    round(play, [{ server: 'ns2', is: { position: 1 } }]);
    expect(watchOf(play)?.authorityNewSince).toBeNull();
    expect(effectOf(running(play))!.key).not.toBe(before);
  });
});

describe('the RRset that is watched', () => {
  const spf = change('example.org', 'TXT', { add: ['"v=more"'] });
  const step = (...edits: readonly ReturnType<typeof set>[]) => [{ name: 'swap', edits }];
  const moves = (name: string, steps: ReturnType<typeof step>) => {
    Object.assign(orders, { [name]: { prepare: [], steps, afterwards: [] } });
    return name;
  };

  it('is the MX, wherever it stands in the order', () => {
    const order = moves('txt, then mx', step(spf, set('example.org', 'MX', newMx)));
    expect(watchOf(watched({ order }, 'propagate'))?.key.type).toBe('MX');
  });

  it('is the first that moves where no MX does', () => {
    const order = moves('txt', step(spf));
    expect(watchOf(watched({ order }, 'propagate'))?.key.type).toBe('TXT');
  });

  it('is absent afterwards where the step removes it', () => {
    const order = moves('no txt', step(absent('example.org', 'TXT')));
    expect(watchOf(watched({ order }, 'propagate'))?.new).toEqual([]);
  });
});

describe('who answers the new set is no liar', () => {
  it('where a step goes back to a set that was there', () => {
    const steps = [
      { name: 'filter', edits: [set('example.org', 'MX', '10 mx.filter.example.')] },
      { name: 'back', edits: [set('example.org', 'MX', oldMx)] },
    ];
    Object.assign(orders, { 'there and back': { prepare: [], steps, afterwards: [] } });
    const play = watched({ order: 'there and back' }, 'propagate');
    reach(play, 'propagate', 1);
    expect(watchOf(play)).toMatchObject({ new: [oldMx], firstSentAt: null });
    expect(watchOf(play)?.old).toEqual([['10 mx.filter.example.']]);
  });

  it('on the way back', () => {
    const play = run(watched({}, 'propagate'), 'rollback', 'settled i4 confirmed', 'rounds');
    expect(watchOf(play)).toMatchObject({ new: [oldMx], old: [[newMx]], firstSentAt: null });
  });
});

describe('who answers the new set before the first attempt at it is a liar', () => {
  it('also when it is swapped once more', () => {
    const play = watched({}, 'propagate');
    const { firstSentAt, swappedAt: before } = watchOf(play)!;
    expect(firstSentAt).not.toBeNull();
    run(play, 'rollback', 'settled i4 confirmed', 'rounds');
    run(play, 'retry', 'checked pass', 'settled i5 confirmed', 'rounds');
    expect(running(play).stage).toBe('propagate');
    const { swappedAt } = watchOf(play)!;
    expect(watchOf(play)).toMatchObject({ new: [newMx], firstSentAt });
    // Entries are judged by this attempt.
    expect(swappedAt!.up).toBeGreaterThan(before!.up);
  });

  it('also when a write of it was lost, and may have landed', () => {
    const play = watched({}, 'swap');
    const first = running(play).entered;
    run(play, 'settled i3 not-applied no answer');
    reach(play, 'propagate');
    expect(watchOf(play)?.firstSentAt).toEqual(first);
  });
});

describe('a watch', () => {
  it('is the same whatever is heard, held, paused, or shown by the wall clock', () => {
    const play = watched({}, 'propagate');
    const { key } = effectOf(running(play))!;
    give(play, {
      type: 'news',
      news: newsOf({ share: 0.5, forecast: { p50: 1, p95: 2, worst: 3 } }),
    });
    run(play, 'pause', 'clock +1h', 'resume');
    give(play, { type: 'news', news: newsOf({ share: null }) });
    run(play, 'wait 2m');
    expect(running(play).hold?.why).toBe('resolvers-cannot-tell');
    expect(effectOf(running(play))!.key).toBe(key);
  });
});

describe('a forecast', () => {
  const told = (play: Play) => running(play).world.forecast;
  const news = (worst: number, unsure = 0) =>
    newsOf({ share: 0, forecast: { p50: 1, p95: 2, worst, unsure, blind: 0 } });

  it('is told again in the drain when more is known of habits, and not for trifles', () => {
    const play = watched({}, 'drain');
    const lines = [news(300, 9), news(310, 9), news(300, 4), news(1800, 4), news(1750, 4)].map(
      one => {
        give(play, { type: 'news', news: one });
        return [told(play)?.worst, told(play)?.unsure];
      },
    );
    expect(lines).toEqual([
      [300, 9],
      [300, 9],
      [300, 4],
      [1800, 4],
      [1800, 4],
    ]);
  });

  it('of before the swap stays afterwards, whatever is learnt then', () => {
    const play = watched({}, 'drain');
    give(play, { type: 'news', news: news(300) });
    reach(play, 'propagate');
    give(play, { type: 'news', news: news(1800) });
    expect(told(play)).toMatchObject({ from: 'baseline', worst: 300 });
  });
});
