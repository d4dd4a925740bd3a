import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { type Heard } from '../hub/reader.ts';

/** One connection that reads a stream of events until it is cut, and what it heard. */
export interface Reading {
  readonly answer: IncomingMessage;
  readonly heard: readonly Heard[];
  readonly text: () => string;
  readonly cut: () => void;
}

export interface Subscription {
  readonly port: number;
  readonly path: string;
  readonly token: string;
  /** Which connection of its reader it is, from 0. */
  readonly connection: number;
  /** Sent as Last-Event-ID. */
  readonly last: string | null;
}

/** Subscribes over a socket of its own, as a program would. */
export async function subscribe(subscription: Subscription): Promise<Reading> {
  const { port, path, token, connection, last } = subscription;
  const headers = {
    host: 'localhost',
    accept: 'text/event-stream',
    authorization: `Bearer ${token}`,
    ...(last !== null && { 'last-event-id': last }),
  };
  const asked = request({ host: '127.0.0.1', port, path, headers, agent: false }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const heard: Heard[] = [];
  let [all, rest, id] = ['', '', last ?? ''];
  answer.setEncoding('utf8').on('error', () => undefined);
  answer.on('data', (part: string) => {
    all += part;
    const blocks = `${rest}${part}`.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      id = field('id') ?? id;
      const data = field('data');
      if (data !== undefined)
        heard.push({
          ...{ event: field('event') ?? 'message', id, hasId: field('id') !== undefined },
          ...{ connection, data: JSON.parse(data) as unknown },
        });
    }
  });
  return { answer, heard, text: () => all, cut: () => asked.destroy() };
}
