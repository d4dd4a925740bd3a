import { setTimeout as later } from 'node:timers/promises';
import { type LightMyRequestResponse as Response } from 'fastify';
import { type Config } from '../../src/config/config.ts';
import { type Kit } from '../../src/api/kit.ts';
import { makeSupervisor } from '../../src/api/supervisor.ts';
import { type Order } from '../../src/cutover/order.ts';
import { openSite, order, type Site } from '../controller/site.ts';
import { type Api, openApi, type Caller } from '../support/api.ts';

/** A configuration with these orders; nothing else of it is looked at. */
export const configOf = (orders: readonly Order[]): Config => ({
  ...{ file: 'dns-cutover.yaml', providers: {}, orders, waves: null, warnings: [] },
  get document(): never {
    throw new Error('the API does not look at the file');
  },
  get complete(): never {
    throw new Error('the API does not look at the file');
  },
  find: () => {
    throw new Error('the API looks orders up itself');
  },
  refuseOverdue: () => undefined,
});

/** Goes through to its sweep once it is approved. */
export const easy: Order = {
  ...order,
  policy: { ...order.policy, attest: [], retire: { after: 0, old: 'stays' } },
};

export interface Driven extends Api {
  /** A request as somebody; no time passes in the world meanwhile. */
  readonly ask: (who: Caller, request: Asked) => Promise<Response>;
  /** POSTs with a new Idempotency-Key unless one is given. */
  readonly post: (who: Caller, request: Posted) => Promise<Response>;
  /** What became of the operation that an answer names, once it has ended. */
  readonly ended: (answer: Response) => Promise<Record<string, unknown>>;
  /** Lets time pass until the status of example.org is so. */
  readonly until: (holds: (status: Status) => boolean, withinMs?: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: Record<string, unknown>;
}

interface Posted {
  readonly url: string;
  readonly body: Record<string, unknown>;
  readonly key?: string;
  readonly match?: string;
}

type Status =
  Site['backing']['cutovers'] extends Map<string, { row: { state: infer State } }> ? State : never;

/** The API over a world in memory, with a supervisor that runs what is started. */
export async function openDriven(
  parts: Partial<Kit> = {},
  { orders = [easy], site = openSite(), supervised = true } = {},
): Promise<Driven> {
  const supervisor = makeSupervisor(site.app, (id, fault) => {
    throw new Error(`${id}: ${fault.message}`);
  });
  const config = async () => configOf(orders);
  const api = await openApi({ supervisor, config, ...parts }, { site });
  const stop = new AbortController();
  const running = supervised ? supervisor.run(stop.signal) : Promise.resolve();
  let keys = 0;
  const ask: Driven['ask'] = (who, request) => api.as(who, request);
  const post: Driven['post'] = (who, { url, body, key, match }) =>
    ask(who, {
      ...{ method: 'POST', url, payload: body },
      headers: {
        'idempotency-key': key ?? `key-${String((keys += 1))}`,
        ...(match !== undefined && { 'if-match': match }),
      },
    });
  const ended: Driven['ended'] = async answer => {
    const url = String(answer.headers.location);
    for (;;) {
      const operation: Record<string, unknown> = (await ask('viewer', { url })).json();
      if (operation['state'] !== 'running') return operation;
      await later();
    }
  };
  const until: Driven['until'] = (holds, withinMs = 1e10) =>
    site.until(() => {
      const kept = site.backing.cutovers.get('example.org.1');
      return kept !== undefined && holds(kept.row.state);
    }, withinMs);
  const close = async (): Promise<void> => {
    stop.abort();
    await site.finish(running);
    await api.server.close();
  };
  return { ...api, ask, post, ended, until, close };
}

/** Where the one cutover of a test is. */
export const id = 'example.org.1';
export const actions = `/api/v1/cutovers/${id}/actions`;

const never = new AbortController().signal;
const terms = { accept: [], takeClaim: null, reason: null };

/** Begun by the command line; nobody runs it. */
export async function openBegun(
  parts: Partial<Kit> = {},
  options: Parameters<typeof openSite>[0] = {},
): Promise<Driven> {
  const site = openSite(options);
  await site.app.start((await site.app.plan(easy, never)).plan, terms, 'kim');
  return openDriven(parts, { site, supervised: false });
}

export const seqOf = ({ site }: Driven): number => site.backing.cutovers.get(id)?.row.seq ?? 0;
export const tag = (seq: number): string => `"v${String(seq)}"`;
export const kindOf = (answer: Response): string => answer.json<{ type: string }>().type;
