import { afterEach } from 'vitest';
import { type Ask } from '../../src/transport/transport.ts';
import { nasty, type Nasty, type NastyOptions } from '../support/nasty.ts';

/** A transport under test. */
export interface Subject {
  readonly ask: Ask;
  close?(): void | Promise<void>;
}

/** What the suite is to expect; nothing is skipped for any other reason. */
export interface Traits {
  /** `both` begins with UDP and goes over to TCP where UDP does not do. */
  readonly over: 'udp' | 'tcp' | 'both';
  /** A connected socket is told of a closed port; on an unconnected one that is silence. */
  readonly hearsRefusal: boolean;
  /** Random case on UDP, which replies must keep. */
  readonly open: (options: { readonly timeoutMs: number }) => Subject;
}

const open: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(close => close()));
});

export async function start(options: NastyOptions): Promise<Nasty> {
  const server = await nasty(options);
  open.push(() => server.stop());
  return server;
}

export function opened<Kind extends Subject>(subject: Kind): Kind {
  open.push(() => subject.close?.());
  return subject;
}
