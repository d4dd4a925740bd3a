// Requests a second and how long they take: the status of a cutover, and an act that is stored, alone and beside
// 1,000 streams of the same cutover: `node bench/api.ts`. The callers are in this process too, so that a figure
// is what one processor does for both ends; the store is in memory, since bench/journal has the disk's.
import { Agent, request } from 'node:http';
import { type AddressInfo } from 'node:net';
import { makeHub } from '../src/hub/make-hub.ts';
import { systemChance } from '../src/machine/chance.ts';
import { systemClock } from '../src/machine/clock.ts';
import { usualBudgets } from '../src/api/hooks/budgets.ts';
import { makeServer } from '../src/api/server.ts';
import { easy, id, openDriven } from '../test/api/driven.ts';
import { never } from '../test/controller/site.ts';
import { viewer } from '../test/hub/world.ts';

const seconds = 5;
const connections = 16;
const without = Object.fromEntries(Object.keys(usualBudgets).map(name => [name, 1e9]));

/** A cutover that waits for its sweep, so that observations are taken, and nobody that acts on it meanwhile. */
async function swept() {
  const driven = await openDriven();
  const { plan } = await driven.site.app.plan(easy, never);
  const body = { domain: easy.domain, planHash: plan.hash };
  await driven.ended(await driven.post('operator', { url: '/api/v1/cutovers', body }));
  await driven.until(({ stage, findings }) => stage === 'gate' && findings.length > 0);
  const url = `/api/v1/cutovers/${id}/actions`;
  const { seq } = (await driven.ask('viewer', { url: `/api/v1/cutovers/${id}` })).json<{
    seq: number;
  }>();
  await driven.post('approver', { url, body: { type: 'approve' }, match: `"v${String(seq)}"` });
  await driven.until(({ stage }) => stage === 'sweep');
  await driven.close();
  return driven;
}

const { site, kit } = await swept();
const hub = makeHub({
  store: site.environment.store,
  clock: systemClock(),
  chance: systemChance,
  access: { stands: async () => true },
});
const server = await makeServer(kit, { log: null, budgets: without });
await server.listen({ host: '127.0.0.1', port: 0 });
const { port } = server.server.address() as AddressInfo;
const expiresAt = site.clock.now().wall + 3_600_000;
const order = { name: 'bench', role: 'operator' as const, cutovers: null, expiresAt, by: 'bench' };
const { secret } = await kit.access.createToken(order);
const agent = new Agent({ keepAlive: true, maxSockets: connections });

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const ask = async ({ body, headers, ...rest }: Asked): Promise<number> =>
  new Promise((resolve, reject) => {
    const all = { host: 'localhost', authorization: `Bearer ${secret}`, ...headers };
    request({ ...rest, host: '127.0.0.1', port, agent, headers: all }, answer => {
      answer.resume().on('end', () => {
        resolve(answer.statusCode ?? 0);
      });
    })
      .on('error', reject)
      .end(body);
  });

let keys = 0;
const status = (): Asked => ({ method: 'GET', path: `/api/v1/cutovers/${id}`, headers: {} });
/** What somebody counted: the one act that can be done any number of times. */
const act = (): Asked => ({
  ...{ method: 'POST', path: `/api/v1/cutovers/${id}/actions` },
  headers: {
    ...{ 'content-type': 'application/json', 'if-match': '*' },
    'idempotency-key': `key-${String((keys += 1))}`,
  },
  body: JSON.stringify({ type: 'observe', what: { is: 'bounces', count: keys } }),
});

async function measure(name: string, make: () => Asked): Promise<void> {
  const took: number[] = [];
  const codes = new Map<number, number>();
  const end = performance.now() + seconds * 1000;
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      const begun = performance.now();
      const code = await ask(make());
      took.push(performance.now() - begun);
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: connections }, caller));
  const sorted = took.toSorted((one, other) => one - other);
  const at = (part: number): string => (sorted[Math.floor(sorted.length * part)] ?? NaN).toFixed(1);
  const said = [...codes].map(([code, count]) => `${String(code)}: ${String(count)}`).join(', ');
  console.log(
    `${name}: ${(took.length / seconds).toFixed(0)} a second, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (${said})`,
  );
}

const rounds = async (beside: string): Promise<void> => {
  await measure(`status, ${beside}`, status);
  await measure(`act, ${beside}`, act);
};
await rounds('alone');
const sink = {
  waiting: () => 0,
  write: () => undefined,
  end: () => undefined,
  abort: () => undefined,
};
for (let index = 0; index < 1000; index++)
  await hub.open(
    { cutover: id, cursor: null, principal: viewer, address: `192.0.2.${String(index)}` },
    () => sink,
  );
await rounds('beside 1,000 streams');
process.exit(0);
