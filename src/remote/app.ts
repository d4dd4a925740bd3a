import { hostname } from 'node:os';
import { type App, type By } from '../app.ts';
import { type Chance, type Clock } from '../clock.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { unconditional, type Act } from '../cutover/event.ts';
import { displayName } from '../dns/name.ts';
import { Fault, isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Connection } from './connection.ts';
import { listIds, resolveId } from './lookup.ts';
import { type Operation, post } from './operation.ts';
import { serverClock } from './server-clock.ts';
import { remoteStore, type RemoteStore } from './store.ts';

export interface RemoteTerms {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly epoch: string;
  readonly signal: AbortSignal;
}

interface Remote extends RemoteTerms {
  readonly kept: RemoteStore;
}

/** What only the process of the server can do: the commands that would ask for it do not come here. */
const there = (): never => {
  throw new Fault('UNSUPPORTED', 'only the server itself can do this', {
    fix: 'give the command without --server on its machine',
  });
};

/** The fields of an act as the API takes them; the domain once more where it is dangerous. */
const bodyOf = (act: Act, { domain }: Cutover): Readonly<Record<string, unknown>> =>
  act.type === 'rollback' || act.type === 'abandon'
    ? { ...act, confirm: displayName(domain) }
    : { ...act };

async function stateOf({ kept }: Remote, id: string): Promise<Cutover> {
  const { state } = await kept.read(id);
  if (state === null) throw new Fault('NOT_FOUND', `there is no cutover ${id}`);
  return state;
}

/** The state with the line that the operation was stored at. */
async function afterOperation(remote: Remote, id: string, { seq }: Operation): Promise<Cutover> {
  const began = remote.clock.now().up;
  for (;;) {
    const state = await stateOf(remote, id);
    if (seq === null || state.seq >= seq) return state;
    if (remote.clock.now().up - began > limits.remoteAnswerMs)
      throw new Fault('UNAVAILABLE', `line ${String(seq)} of ${id} was stored, and is not shown`, {
        where: remote.connection.server,
        fix: 'look at its status: what was asked for may be done',
      });
    await remote.clock.sleep(limits.remoteLookMs, remote.signal);
  }
}

/**
 * Acts on the line that was seen. Where the caller named none, the cutover may have moved on since: then
 * it is looked at again, as `append` does.
 */
async function act(remote: Remote, id: string, asked: { act: Act; by: By }): Promise<Cutover> {
  const { type } = asked.act;
  const { expect } = asked.by;
  for (let attempt = 1; ; attempt += 1) {
    const seen = await stateOf(remote, id);
    const any = expect === undefined && unconditional.includes(type);
    const ifMatch = any ? '*' : `"v${String(expect ?? seen.seq)}"`;
    const path = `/api/v1/cutovers/${encodeURIComponent(id)}/actions`;
    try {
      const operation = await post(remote, { path, body: bodyOf(asked.act, seen), ifMatch });
      return await afterOperation(remote, id, operation);
    } catch (error) {
      const moved = isFault(error, 'STALE') && expect === undefined;
      if (!moved || attempt >= limits.appendAttempts) throw error;
    }
  }
}

/** The process of the server controls: whoever is here only follows, until they leave. */
const followed = (signal: AbortSignal): Promise<{ readonly is: 'stopped' }> =>
  new Promise(resolve => {
    const leave = (): void => {
      resolve({ is: 'stopped' });
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });

async function find(remote: Remote, name: string): Promise<Cutover | null> {
  const id = await resolveId(remote, name);
  return id === null ? null : stateOf(remote, id);
}

async function list(remote: Remote): Promise<readonly Cutover[]> {
  const cutovers: Cutover[] = [];
  for (const id of await listIds(remote)) cutovers.push(await stateOf(remote, id));
  return cutovers;
}

/**
 * The product as the API of a server gives it: what is shown is folded from its journal by the same code,
 * and what is asked for is decided there.
 */
export function remoteApp(terms: RemoteTerms): App {
  const clock = serverClock(terms.clock);
  const { heard } = clock;
  const kept = remoteStore({ ...terms, heard, ids: () => listIds(terms) });
  const remote: Remote = { ...terms, kept };
  const absent = async (): Promise<never> => there();
  return {
    environment: {
      ...{ clock, chance: terms.chance, store: kept.store, host: hostname() },
      ...{ provider: absent, ask: absent, lookups: absent, converse: absent, fetchPolicy: absent },
      ...{ sweep: { ask: absent, renew: there }, resolvers: absent, politeness: absent },
      backup: absent,
    },
    poller: { watch: absent, ask: absent },
    ...{ draft: absent, plan: absent, check: absent, start: absent },
    act: (id, asked, by) => act(remote, id, { act: asked, by }),
    control: (_, signal) => followed(signal),
    find: name => find(remote, name),
    list: () => list(remote),
    journal: async id => (await remote.kept.read(id)).entries,
  };
}
