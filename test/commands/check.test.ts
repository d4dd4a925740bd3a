import { expect, it } from 'vitest';
import { run } from '../../src/commands/check.ts';
import { type Context } from '../../src/commands/context.ts';
import { Fault } from '../../src/errors.ts';
import { begun } from '../support/view-fixture.ts';

/** What a check of a running cutover throws when the provider answers so. */
async function thrown(fault: Fault): Promise<unknown> {
  const { cutover } = begun();
  const app = {
    find: async () => cutover,
    check: async () => {
      throw fault;
    },
  };
  const context = {
    ...{ terminal: { talk: () => undefined }, json: false, hasStore: () => true },
    ...{ app: async () => app, signal: new AbortController().signal },
  } as unknown as Context;
  return run(context, { args: ['example.org'], options: {} }).then(
    () => null,
    (error: unknown) => error,
  );
}

it('what the provider cannot do is a check that failed; other faults keep their codes', async () => {
  const weighted = new Fault('UNSUPPORTED', 'the MX is weighted', {
    ...{ where: 'provider dns', fix: 'Make it simple.', details: { records: 2 } },
  });
  expect(await thrown(weighted)).toMatchObject({
    ...{ code: 'CHECK_FAILED', exit: 3, message: 'the MX is weighted' },
    ...{ where: 'provider dns', fix: 'Make it simple.' },
    details: { records: 2, code: 'UNSUPPORTED' },
  });
  const denied = new Fault('UNAUTHORIZED', 'no');
  expect(await thrown(denied)).toBe(denied);
});
