import { describe, expect, it } from 'vitest';
import { openAccount } from '../../providers/account.ts';
import { type Request, sender } from '../../providers/requests.ts';
import { Fault, isFault, toFault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const busy = (retryAfterMs?: number): Fault =>
  new Fault('RATE_LIMITED', 'slow down', retryAfterMs === undefined ? {} : { retryAfterMs });
const broken = (): Fault => new Fault('UNAVAILABLE', 'reset');

/** An API that fails with each of these in turn, then answers; `hang` never does. */
function api(...faults: readonly (Fault | 'hang')[]) {
  const time = virtualClock();
  const clock = time.clockFor(act => {
    act();
  });
  const account = openAccount(clock, { perSecond: 10, burst: 10, reserve: 5 });
  const turns: number[] = [];
  const counted: typeof account = {
    ...account,
    turn: async (urgency, signal) => {
      await account.turn(urgency, signal);
      turns.push(time.truth());
    },
  };
  const floats = [0, 0.5, 0.25, 1];
  const send = sender({
    account: counted,
    clock,
    chance: { float: () => floats[turns.length % 4] ?? 0, hex: () => '' },
    faultOf: toFault,
  });
  const owner = new AbortController();
  const signals: AbortSignal[] = [];
  const request = async (more: Partial<Request> = {}) => {
    const asked = { what: 'listing', kind: 'read', urgency: 'usual', ...more } as const;
    const given = send({ ...asked, signal: owner.signal }, async signal => {
      const fault = faults[signals.length];
      signals.push(signal);
      if (fault === 'hang')
        return new Promise<string>((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('the words of an SDK'));
          });
        });
      if (fault !== undefined) throw fault;
      return 'done';
    }).catch((error: unknown) => {
      if (isFault(error)) return error;
      throw error;
    });
    let over = false;
    void given.then(() => (over = true));
    const ended = await time.run(() => over, 60_000);
    expect(ended).toBe('done');
    return { answer: await given, at: time.truth() };
  };
  return { time, account, request, owner, turns, signals };
}

describe('a read', () => {
  it('is repeated after what may pass, and each attempt takes a turn', async () => {
    const { request, turns, signals } = api(broken(), busy(), broken());
    expect(await request()).toMatchObject({ answer: 'done' });
    expect(signals).toHaveLength(4);
    expect(turns).toHaveLength(4);
  });

  it.each(['UNAUTHORIZED', 'CONFLICT', 'NOT_FOUND', 'UNSUPPORTED', 'MALFORMED', 'BUG'] as const)(
    'is not repeated after %s',
    async code => {
      const { request, turns } = api(new Fault(code, 'no'));
      expect(await request()).toMatchObject({ answer: { code }, at: 0 });
      expect(turns).toHaveLength(1);
    },
  );
});

describe('a write', () => {
  it('is repeated when it was turned away at the door', async () => {
    const { request, signals } = api(busy(), busy(100));
    expect(await request({ kind: 'write' })).toMatchObject({ answer: 'done' });
    expect(signals).toHaveLength(3);
  });

  it('is sent once where nobody knows whether it took effect', async () => {
    for (const trouble of [broken(), 'hang'] as const) {
      const { request, signals } = api(trouble);
      expect(await request({ kind: 'write' })).toMatchObject({ answer: { code: 'UNAVAILABLE' } });
      expect(signals).toHaveLength(1);
    }
  });
});

describe('time', () => {
  it('is up for an attempt after the limit, in words that say which; the SDK is told', async () => {
    const { request, signals } = api('hang');
    const { answer, at } = await request({ kind: 'write' });
    expect(answer).toMatchObject({
      code: 'UNAVAILABLE',
      message: `listing did not end within ${limits.requestTimeoutMs / 1000} s`,
    });
    expect(at).toBe(limits.requestTimeoutMs);
    expect(signals[0]?.aborted).toBe(true);
  });

  it('passes between attempts as chance drew it: the same seed, the same moments', async () => {
    const first = api(broken(), broken(), broken());
    const second = api(broken(), broken(), broken());
    await first.request();
    await second.request();
    // The bounds are 250, 500 and 1000 ms; half of each is certain.
    expect(first.turns).toEqual([0, 187.5, 500, 1500]);
    expect(second.turns).toEqual(first.turns);
  });

  it('is not waited for when the provider asks for more than the ceiling', async () => {
    const long = busy(limits.retryCeilingMs + 1);
    const { request, turns } = api(long);
    expect(await request()).toEqual({ answer: long, at: 0 });
    expect(turns).toHaveLength(1);
  });
});

describe('Retry-After', () => {
  it('makes the whole account rest, but not a rollback', async () => {
    const { request, turns, account, time } = api(busy(3000));
    let other: number | null = null;
    let rollback: number | null = null;
    const signal = new AbortController().signal;
    time.after(1, () => {
      void account.turn('usual', signal).then(() => (other = time.truth()));
      void account.turn('rollback', signal).then(() => (rollback = time.truth()));
    });
    expect(await request()).toMatchObject({ answer: 'done', at: 3000 });
    expect(turns).toEqual([0, 3000]);
    expect([other, rollback]).toEqual([3000, 1]);
  });
});

describe('who gives up', () => {
  it('while it waits for its turn has asked nothing', async () => {
    const { request, signals, account, owner, time } = api();
    account.rest(5000);
    time.after(10, () => {
      owner.abort();
    });
    const { answer, at } = await request({ kind: 'write' });
    expect({ answer, at }).toMatchObject({ answer: { code: 'ABORTED' }, at: 10 });
    expect((answer as Fault).details).toEqual({ sent: false });
    expect(signals).toEqual([]);
  });

  it.each(['an attempt', 'a pause'])('in %s gets ABORTED at once', async when => {
    const { request, signals, owner, time } = api(when === 'an attempt' ? 'hang' : broken());
    time.after(10, () => {
      owner.abort(new Error('a reason'));
    });
    expect(await request()).toMatchObject({ answer: { code: 'ABORTED' }, at: 10 });
    expect(signals).toHaveLength(1);
  });

  it.each([
    { when: 'a write is under way', kind: 'write', script: 'hang', sent: true },
    { when: 'a read is under way', kind: 'read', script: 'hang', sent: false },
    { when: 'a write was turned away', kind: 'write', script: 'throttled', sent: false },
  ] as const)('while $when is told whether a write had left: $sent', async row => {
    const { request, owner, time } = api(row.script === 'hang' ? 'hang' : busy(4000));
    time.after(10, () => {
      owner.abort();
    });
    const { answer } = await request({ kind: row.kind });
    expect(answer).toMatchObject({ code: 'ABORTED', details: { sent: row.sent } });
  });
});
