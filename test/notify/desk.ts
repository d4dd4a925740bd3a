import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type LineBody } from '../../src/cutover/lines.ts';
import { genesis, seal } from '../../src/cutover/line.ts';
import { makeNotifier } from '../../src/notify/make-notifier.ts';
import { type Desk, type Send } from '../../src/notify/attempt.ts';
import { type ConfiguredWebhook, type Notifier } from '../../src/notify/notifier.ts';
import { readSigningSecrets } from '../../src/notify/signature.ts';
import { memoryBacking, memoryStore, type MemoryBacking } from '../../src/store/memory.ts';
import { type Store } from '../../src/store/store.ts';
import { post } from '../../src/web/outbound.ts';
import { stateOf } from '../store/saves.ts';
import { virtualClock, type VirtualClock } from '../support/virtual-clock.ts';

/** `whsec_` of 32 octets, as a person would make it. */
export const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Virtual, in milliseconds since the test began. */
  readonly at: number;
}

export interface Receiver {
  readonly url: string;
  readonly got: Got[];
  /** The status of the next answers; the last one stays. A function decides by what came. */
  answer: (body: string) => number;
  readonly headers: Record<string, string>;
  /** Ids in the order in which they came, `3` for `<epoch>-3`. */
  readonly ids: () => readonly number[];
}

/** Somebody on loopback who takes webhooks. */
export async function receiver(clock: VirtualClock): Promise<Receiver> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      got.push({ headers: request.headers, body, at: clock.truth() });
      response.writeHead(self.answer(body), self.headers).end('the receiver’s own business');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  const self: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    got,
    answer: () => 204,
    headers: {},
    ids: () => got.map(({ headers }) => Number(String(headers['webhook-id']).split('-').at(-1))),
  };
  return self;
}

/** A process that serves; several share what they keep. */
export interface Process {
  readonly notifier: Notifier;
  readonly store: Store;
  /** Ends as a process that is asked to. */
  readonly stop: () => Promise<void>;
  /** Ends as a process that dies: nothing more reaches the store. */
  readonly kill: () => void;
}

export interface World {
  readonly clock: VirtualClock;
  readonly backing: MemoryBacking;
  readonly troubles: string[];
  /** A process with these receivers in its configuration; it runs unless told otherwise. */
  readonly start: (webhooks?: readonly ConfiguredWebhook[], run?: boolean) => Process;
  /** Stores lines of these types in the journal of a cutover. */
  readonly happens: (...types: readonly Line[]) => Promise<void>;
  /** Lets virtual time pass; whatever is sent meanwhile is waited for in real time. */
  readonly pass: (ms: number) => Promise<void>;
}

type Line = LineBody['type'] | LineBody;

const bodies: Partial<Record<LineBody['type'], unknown>> = {
  held: { reason: { is: 'old-host-unknown' } },
  'stage.entered': { stage: 'drain', step: 0, now: { wall: 0, up: 0, boot: 'b' } },
  'drain.proven': { terms: ['an hour has passed'] },
  paused: { reason: 'the bridge asked for it' },
  resumed: { reason: null },
  ended: { outcome: 'done' },
  'authority.agreed': { keys: ['example.org. MX'] },
};

const lineOf = (line: Line): LineBody =>
  typeof line === 'string' ? ({ type: line, data: bodies[line] ?? {} } as LineBody) : line;

export function world(start?: number): World {
  const clock = virtualClock(start);
  const backing = memoryBacking('e1');
  const flying = new Set<Promise<unknown>>();
  const troubles: string[] = [];
  let processes = 0;
  const send: Send = ({ allowPrivate, ...of }, signal) => {
    const sent = post(of, { allowPrivate, lookUp: async () => ['127.0.0.1'] }, signal);
    const flight = sent.catch(() => undefined).finally(() => flying.delete(flight));
    flying.add(flight);
    return sent;
  };
  const journal = memoryStore(backing, { id: 'writer', pid: 1, host: 'h' });
  const pass: World['pass'] = async ms => {
    const until = clock.truth() + ms;
    // The instant itself is one at which something happens, so that time gets there.
    clock.after(ms, () => undefined);
    do {
      await Promise.all(flying);
      await clock.run(() => flying.size > 0, until);
    } while (flying.size > 0);
  };
  return {
    ...{ clock, backing, troubles, pass },
    start: (webhooks = [], run = true) => {
      const id = `p${(processes += 1)}`;
      const store = memoryStore(backing, { id, pid: processes, host: 'h' });
      const own = new AbortController();
      let dead = false;
      const desk: Desk = {
        ...{ store, holder: id, send },
        clock: clock.clockFor(act => {
          if (!dead) act();
        }),
        chance: { float: () => 0, hex: bytes => chanceHex(bytes) },
        tell: trouble => troubles.push(trouble),
      };
      const notifier = makeNotifier(desk, webhooks);
      const running = run ? notifier.run(own.signal) : Promise.resolve();
      return {
        ...{ notifier, store },
        stop: async () => {
          own.abort();
          await running;
        },
        kill: () => {
          dead = true;
          backing.kill(id);
        },
      };
    },
    happens: async (...lines) => {
      const id = 'example.org.1';
      const row = await journal.load(id);
      const from = {
        ...{ cutover: id, seq: row?.seq ?? 0, hash: row?.hash ?? genesis(id), cause: 'test' },
        actor: { kind: 'person', name: 'anna' } as const,
      };
      const at = clock.now().wall;
      await journal.save({
        ...{ id, seq: from.seq, fold: 1, open: true, keys: [] },
        state: stateOf('example.org', ''),
        lines: seal(
          lines.map(line => ({ ...lineOf(line), v: 1, at })),
          from,
        ),
      });
    },
  };
}

let drawn = 0;
/** Different each time, and the same in each run. */
const chanceHex = (bytes: number): string => (drawn += 1).toString(16).padStart(bytes * 2, '0');

/** One receiver as the configuration names it. */
export const configured = (
  { url }: Pick<Receiver, 'url'>,
  order: Partial<ConfiguredWebhook['order']> = {},
): ConfiguredWebhook => ({
  order: { url, shape: 'event', types: null, cutovers: null, ...order },
  secrets: readSigningSecrets(secret, 'a test'),
  allowPrivate: true,
});

export const [second, minute, hour] = [1000, 60_000, 3_600_000] as const;
