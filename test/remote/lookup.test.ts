import { describe, expect, it } from 'vitest';
import { isFault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { type Connection } from '../../src/remote/connection.ts';
import { epochOf, listIds } from '../../src/remote/lookup.ts';

const signal = new AbortController().signal;

/** A server whose list goes on as this says. */
function listing(next: (page: number) => string | null) {
  let asked = 0;
  const connection: Connection = {
    server: 'https://cutover.example.org',
    ask: async () => {
      asked += 1;
      const text = JSON.stringify({ cutovers: [{ id: String(asked) }], next: next(asked) });
      return { status: 200, headers: new Headers(), text };
    },
    listen: async function* () {
      yield '';
    },
  };
  const ids = (): Promise<string> =>
    listIds({ connection, signal }).then(
      all => `${String(all.length)} ids`,
      (error: unknown) => (isFault(error) ? error.code : String(error)),
    );
  return { ids, asked: () => asked };
}

describe('a list of a server', () => {
  it('is read to its end', async () => {
    const { ids } = listing(page => (page < 3 ? String(page) : null));
    expect(await ids()).toBe('3 ids');
  });

  it('that never ends is left', async () => {
    const same = listing(() => 'again');
    expect([await same.ids(), same.asked()]).toEqual(['UNAVAILABLE', 2]);
    const endless = listing(String);
    expect([await endless.ids(), endless.asked()]).toEqual(['UNAVAILABLE', limits.remotePages]);
  });
});

it('whatever gives JSON and no epoch is no server of ours', async () => {
  const answering = (text: string): Connection => ({
    server: 'https://cutover.example.org',
    ask: async () => ({ status: 200, headers: new Headers(), text }),
    listen: async function* () {
      yield '';
    },
  });
  const of = (text: string) => epochOf({ connection: answering(text), signal });
  expect(await of('{"epoch":"e1"}')).toBe('e1');
  for (const text of ['{}', '{"epoch":7}', '[]', '<html>'])
    await expect(of(text)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
