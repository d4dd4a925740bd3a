import { afterEach } from 'vitest';
import { type Sweep } from '../../src/transport/sweep.ts';
import { type Ask, type Server } from '../../src/transport/transport.ts';
import { type Authority, authority, type Identity } from '../support/certificates.ts';
import { nastyHttps, type AskedHttps, type NastyHttps } from '../support/nasty-https.ts';
import { frame, nasty, type Nasty, type NastyOptions } from '../support/nasty.ts';
import { type At, freePort } from '../support/server.ts';

/** A transport under test. */
export interface Subject {
  readonly ask: Ask;
  close?(): void | Promise<void>;
}

/** `both` begins with UDP and goes over to TCP where UDP does not do. */
export type Way = 'udp' | 'tcp' | 'both' | 'tls' | 'https';

/** What the suite is to expect; nothing is skipped for any other reason. */
export interface Traits {
  readonly over: Way;
  /** A connected socket is told of a closed port; on an unconnected one that is silence. */
  readonly hearsRefusal: boolean;
  readonly open: (options: { readonly timeoutMs: number }) => Subject;
}

const open: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(close => close()));
});

/** For whom the certificates of the servers are. */
export const host = 'dns.example';
let made: { readonly of: Authority; readonly identity: Identity } | undefined;
function secrets() {
  if (made === undefined) {
    const of = authority();
    made = { of, identity: of.issue([`DNS:${host}`]) };
  }
  return made;
}
/** What a transport has to trust to ask those servers; made when first needed. */
export const trusted = (): Authority => secrets().of;
export const rightful = (): Identity => secrets().identity;

/** The server there, as whoever asks it over this way has to name it. */
export function named(over: Way, { address, port }: At): Server {
  if (over === 'tls') return { address, port, over: { transport: 'tls', host } };
  if (over !== 'https') return { address, port };
  const template = `https://${host}:${port}/dns-query{?dns}`;
  return { address, port, over: { transport: 'https', template } };
}

export async function start(options: NastyOptions): Promise<Nasty & Server> {
  const server = await nasty(options);
  open.push(() => server.stop());
  return { ...server, ...named(options.tls === undefined ? 'udp' : 'tls', server) };
}

export async function startHttps(
  answer: (asked: AskedHttps) => void,
  tls: Identity = rightful(),
): Promise<NastyHttps & Server> {
  const server = await nastyHttps(tls, answer);
  open.push(() => server.stop());
  return { ...server, ...named('https', server) };
}

/** A server that does this with each question over any way; `seen` grows by each. */
export async function serving(
  over: Way,
  act: (query: Buffer, send: (message: Uint8Array) => void) => void,
): Promise<Server & { readonly seen: readonly unknown[] }> {
  if (over === 'https')
    return startHttps(({ query, send }) => {
      act(query, send);
    });
  const tcp: NonNullable<NastyOptions['tcp']> = (query, socket) => {
    act(Buffer.from(query), message => {
      socket.write(frame(message));
    });
  };
  if (over === 'tls') return start({ tcp, tls: rightful() });
  const udp: NonNullable<NastyOptions['udp']> = (query, { send }) => {
    act(query, send);
  };
  return start({ udp, tcp });
}

/** Nobody listens there. */
export async function nobody(over: Way): Promise<Server> {
  const address = '127.0.0.1';
  return named(over, { address, port: await freePort(address) });
}

/** A sweep whose `renew` leaves the connection over which it was answered last. */
export function renewable(sweep: Sweep) {
  opened(sweep);
  let last: number | undefined;
  const ask: Ask = async (...asked) => {
    const reply = await sweep.ask(...asked);
    last = reply.connection;
    return reply;
  };
  const renew = (): void => {
    sweep.renew(last);
  };
  return { ask, renew, close: () => sweep.close() };
}

export function opened<Kind extends Subject>(subject: Kind): Kind {
  open.push(() => subject.close?.());
  return subject;
}
