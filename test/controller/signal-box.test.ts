import { describe, expect, it } from 'vitest';
import { signalBox } from '../../src/controller/signal-box.ts';
import { never } from './site.ts';

describe('a signal box', () => {
  const waits = async (box: ReturnType<typeof signalBox>, signal = never): Promise<boolean> => {
    const waiting = box.next(signal).then(() => 'at once');
    const soon = new Promise(resolve => {
      setImmediate(resolve, 'later');
    });
    if ((await Promise.race([waiting, soon])) === 'at once') return false;
    box.ring();
    await waiting;
    return true;
  };

  it('remembers rings that came while nobody waited, as one', async () => {
    const box = signalBox();
    expect(await waits(box)).toBe(true);
    box.ring();
    box.ring();
    expect(await waits(box)).toBe(false);
    expect(await waits(box)).toBe(true);
  });

  it('does not let one wait whose signal is aborted, before or meanwhile', async () => {
    const box = signalBox();
    expect(await waits(box, AbortSignal.abort())).toBe(false);
    const stop = new AbortController();
    const waiting = box.next(stop.signal);
    stop.abort();
    await waiting;
    expect(await waits(box)).toBe(true);
  });

  it('keeps the first thing that was put in until it is taken, and rings', async () => {
    const box = signalBox<string>();
    expect(box.take()).toBe(null);
    box.put('first');
    box.put('second');
    await box.next(never);
    expect([box.take(), box.take()]).toEqual(['first', null]);
  });
});
