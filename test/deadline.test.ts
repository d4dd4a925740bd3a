import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { bounded } from '../src/controller/bounded.ts';
import { withDeadline } from '../src/deadline.ts';
import { Fault, isFault, type Code } from '../src/errors.ts';
import { limits } from '../src/limits.ts';
import { exampleZone } from '../src/rehearsal/example.ts';
import { never, openSite } from './controller/site.ts';

const fails = (code: Code) => (error: unknown) => isFault(error, code);
const hangs = (): Promise<never> => new Promise(() => undefined);

describe('a call with a deadline', () => {
  const site = openSite();
  const { clock } = site.environment;
  const terms = (signal = never) => ({ ms: 5000, what: 'asking', signal });

  it('gives its answer or its own error when it ends in time', async () => {
    expect(await withDeadline(clock, terms(), async () => 7)).toBe(7);
    const own = withDeadline(clock, terms(), async () => {
      throw new Fault('CONFLICT', 'no');
    });
    await expect(own).rejects.toSatisfy(fails('CONFLICT'));
  });

  it('is aborted and given up when it does not, even if it takes no notice', async () => {
    const began = site.clock.truth();
    let told = false;
    const late = withDeadline(clock, terms(), signal => {
      signal.addEventListener('abort', () => {
        told = true;
      });
      return hangs();
    });
    await expect(site.finish(late)).rejects.toSatisfy(fails('UNAVAILABLE'));
    expect([told, site.clock.truth() - began]).toEqual([true, 5000]);
  });

  it('is late also where it takes notice and calls that being aborted', async () => {
    const late = withDeadline(
      clock,
      terms(),
      signal =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Fault('ABORTED', 'given up'));
          });
        }),
    );
    await expect(site.finish(late)).rejects.toSatisfy(fails('UNAVAILABLE'));
  });

  it('ends with its caller’s signal, even if it takes no notice', async () => {
    const began = site.clock.truth();
    const stop = new AbortController();
    const doing = withDeadline(clock, terms(stop.signal), hangs);
    stop.abort();
    await expect(site.finish(doing)).rejects.toSatisfy(fails('ABORTED'));
    expect(site.clock.truth()).toBe(began);
  });

  it('leaves nothing at its caller’s signal, which lives for days', async () => {
    const { signal } = new AbortController();
    await withDeadline(clock, terms(signal), async () => 7);
    await expect(site.finish(withDeadline(clock, terms(signal), hangs))).rejects.toThrow();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('is not made at all when its caller’s signal was aborted before', async () => {
    let called = false;
    const doing = withDeadline(clock, terms(AbortSignal.abort()), async () => {
      called = true;
    });
    await expect(doing).rejects.toSatisfy(fails('ABORTED'));
    expect(called).toBe(false);
  });
});

it('every question to a bounded provider has an end; what it says is passed on', async () => {
  const site = openSite({
    provider: inner => ({ ...inner, zone: hangs, read: hangs, writable: hangs }),
  });
  const [mx] = exampleZone;
  const provider = bounded(await site.environment.provider('main'), site.environment.clock);
  const questions = [
    provider.zone(mx!.name, never),
    provider.read(mx!, never),
    provider.writable([], never),
  ];
  const given = await site.finish(Promise.allSettled(questions));
  for (const one of given)
    expect(one.status === 'rejected' && isFault(one.reason, 'UNAVAILABLE')).toBe(true);
  expect(site.clock.truth()).toBe(limits.readDeadlineMs);
  const good = bounded(await openSite().environment.provider('main'), openSite().environment.clock);
  expect((await good.read(mx!, never))?.rrset).toEqual(mx);
});

it('a bounded provider has what the provider has learnt since', async () => {
  const inner = await openSite().environment.provider('main');
  let minTtl: number | null = null;
  const learning = {
    ...inner,
    get capabilities() {
      return { ...inner.capabilities, minTtl };
    },
  };
  const provider = bounded(learning, openSite().environment.clock);
  minTtl = 60;
  expect(provider.capabilities.minTtl).toBe(60);
});
