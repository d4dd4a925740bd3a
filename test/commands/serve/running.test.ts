import { createServer } from 'node:net';
import { type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { type Kit } from '../../../src/api/kit.ts';
import { makeServer } from '../../../src/api/server.ts';
import { listen } from '../../../src/commands/serve/listening.ts';
import { keepRunning } from '../../../src/commands/serve/running.ts';
import { isFault } from '../../../src/errors.ts';
import { systemClock } from '../../../src/machine/clock.ts';
import { type Api, openApi } from '../../support/api.ts';

const loopback = { host: '127.0.0.1', port: 0 };

/** Resolves when it is told to end. */
const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });

/** Parts that note when they end, over the clock of this machine. */
function partsOf({ kit }: Api, fails: Error | null = null) {
  const told: string[] = [];
  const noted = (what: string) => async (signal: AbortSignal) => {
    await untilAborted(signal);
    told.push(what);
  };
  const app = { ...kit.app, environment: { ...kit.app.environment, clock: systemClock() } };
  const run = async (signal: AbortSignal): Promise<void> => {
    if (fails !== null) throw fails;
    await noted('controllers let go')(signal);
  };
  const parts: Pick<Kit, 'app' | 'hub' | 'notifier' | 'supervisor'> = {
    app,
    hub: {
      ...kit.hub,
      stop: async () => {
        told.push('goodbye');
      },
    },
    notifier: { ...kit.notifier, run: noted('webhooks rest') },
    supervisor: { take: () => undefined, run },
  };
  return { told, parts };
}

/** Why it cannot listen there. */
async function refusal(api: Api, at: { readonly host: string; readonly port: number }) {
  try {
    await listen(api.server, at);
  } catch (error) {
    if (isFault(error, 'USAGE'))
      return `${error.where ?? ''}: ${error.message}; ${error.fix ?? ''}`;
    throw error;
  }
  return 'taken';
}

it('a server listens, answers, and ends with everything when it is told to', async () => {
  const api = await openApi();
  const { told, parts } = partsOf(api);
  const at = await listen(api.server, loopback);
  expect(at.port).toBeGreaterThan(0);
  const url = `http://127.0.0.1:${String(at.port)}/livez`;
  const stop = new AbortController();
  const running = keepRunning({ server: api.server, kit: parts, signal: stop.signal });
  expect((await fetch(url)).status).toBe(200);
  stop.abort();
  await running;
  expect([...told].sort()).toEqual(['controllers let go', 'goodbye', 'webhooks rest']);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

it('what fails by itself ends everything, and is told', async () => {
  const api = await openApi();
  const { told, parts } = partsOf(api, new Error('the store is gone'));
  await listen(api.server, loopback);
  const signal = new AbortController().signal;
  const running = keepRunning({ server: api.server, kit: parts, signal });
  await expect(running).rejects.toThrow('the store is gone');
  expect([...told].sort()).toEqual(['goodbye', 'webhooks rest']);
});

it('a signal that came before ends it at once', async () => {
  const api = await openApi();
  const { told, parts } = partsOf(api);
  const ended = { ...parts, supervisor: api.kit.supervisor, notifier: api.kit.notifier };
  await keepRunning({ server: api.server, kit: ended, signal: AbortSignal.abort() });
  expect(told).toEqual(['goodbye']);
});

it('a port that somebody has, and an address of another machine, are told with the way out', async () => {
  const other = createServer();
  await new Promise<void>(resolve => {
    other.listen(0, '127.0.0.1', resolve);
  });
  const { port } = other.address() as AddressInfo;
  const [one, two] = [await openApi(), await openApi()];
  try {
    const text = await refusal(one, { host: '127.0.0.1', port });
    expect(text).toMatch(/^127\.0\.0\.1:\d+: another process listens there already; .*ss -ltnp/);
    expect(text).toContain(`:${String(port)}'`);
    expect(await refusal(two, { host: '192.0.2.1', port: 8053 })).toMatch(
      /no such address; .*--listen/,
    );
  } finally {
    await Promise.all([one.server.close(), two.server.close()]);
    other.close();
  }
});

it.each(['EACCES', 'EPERM'])('a port that this user may not have (%s) is told', async code => {
  const api = await openApi();
  api.server.listen = () => Promise.reject(Object.assign(new Error('no'), { code }));
  expect(await refusal(api, { host: '127.0.0.1', port: 443 })).toMatch(
    /may not listen on port 443; .*CAP_NET_BIND_SERVICE/,
  );
  await api.server.close();
});

it('where it listens is said by nobody but serve itself', async () => {
  const { kit } = await openApi();
  const lines: string[] = [];
  const server = await makeServer(kit, { log: { write: line => void lines.push(line) } });
  const { level } = server.log;
  await listen(server, loopback);
  expect([lines, server.log.level]).toEqual([[], level]);
  await server.close();
});
