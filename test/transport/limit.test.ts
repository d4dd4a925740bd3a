import { expect, it } from 'vitest';
import { atMost } from '../../src/transport/limit.ts';
import { type Ask, type Reply } from '../../src/transport/transport.ts';
import { givenUp } from '../../src/transport/trouble.ts';
import { faultOf, never, question } from './replies.ts';

const at = { address: '192.0.2.53', port: 53 };
const reply = {} as Reply;

/** Answers when the test says so; rejects when it is given up. */
function byHand() {
  const under: (() => void)[] = [];
  const ask: Ask = (_, server, signal) =>
    new Promise((resolve, reject) => {
      under.push(() => {
        resolve(reply);
      });
      signal.addEventListener('abort', () => {
        reject(givenUp(server, signal));
      });
    });
  return { under, ask };
}
const settled = () => new Promise(setImmediate);

it('lets so many through at once and the others in the order they came', async () => {
  const { under, ask } = byHand();
  const limited = atMost({ inFlight: 2, waiting: 10 }, ask);
  const done: number[] = [];
  const all = [0, 1, 2, 3, 4].map(async index => {
    await limited(question, at, never());
    done.push(index);
  });
  await settled();
  expect(under).toHaveLength(2);
  under[1]?.();
  await settled();
  expect(done).toEqual([1]);
  expect(under).toHaveLength(3);
  for (let index = 0; index < 5; index++) {
    under[index]?.();
    await settled();
  }
  await Promise.all(all);
  expect(done).toEqual([1, 0, 2, 3, 4]);
});

it('refuses more than may wait, and forgets those that give up', async () => {
  const { under, ask } = byHand();
  const limited = atMost({ inFlight: 1, waiting: 1 }, ask);
  const first = limited(question, at, never());
  const controller = new AbortController();
  const second = faultOf(limited(question, at, controller.signal));
  expect((await faultOf(limited(question, at, never()))).code).toBe('RATE_LIMITED');
  controller.abort();
  expect((await second).code).toBe('ABORTED');
  const third = limited(question, at, never());
  under[0]?.();
  expect(await first).toBe(reply);
  await settled();
  expect(under).toHaveLength(2);
  under[1]?.();
  expect(await third).toBe(reply);
});

it('lets the next one through after a failure', async () => {
  let calls = 0;
  const limited = atMost({ inFlight: 1, waiting: 5 }, async () => {
    if (++calls === 1) throw new Error('broken');
    return reply;
  });
  const first = faultOf(limited(question, at, never()));
  const second = limited(question, at, never());
  expect((await first).message).toBe('broken');
  expect(await second).toBe(reply);
});
