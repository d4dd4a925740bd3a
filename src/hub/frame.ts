import { Fault } from '../errors.ts';

/** One message of an event stream (HTML 9.2.6). */
export interface Message {
  /** Absent: `onmessage` hears it. */
  readonly event?: string;
  /** Absent: whoever comes back goes on after the last one that had one. */
  readonly id?: string;
  readonly data: unknown;
}

/** A line end begins another field, and so another message; a browser ignores an id with NUL. */
const forbidden = /[\r\n\0]/;

function field(name: string, value: string): string {
  if (forbidden.test(value))
    throw new Fault('BUG', `a line end in the field ${name} of an event stream`, { where: name });
  return `${name}: ${value}\n`;
}

/** JSON escapes every control character, so that no text of whatever origin ends its line. */
export function encode({ event, id, data }: Message): Buffer {
  const head = `${id === undefined ? '' : field('id', id)}${event === undefined ? '' : field('event', event)}`;
  return Buffer.from(`${head}${field('data', JSON.stringify(data))}\n`);
}

/** How long a browser waits before it comes back. */
export const encodeRetry = (ms: number): Buffer =>
  Buffer.from(`retry: ${String(Math.round(ms))}\n\n`);

/** One message for all readers: encoded when the first of a kind wants it, and then shared by them. */
export interface Frame {
  /** `shared`: for whoever looks by a share link. */
  bytes(shared: boolean): Buffer;
}

export function frame<Data>(
  head: Pick<Message, 'event' | 'id'>,
  data: () => Data,
  redact: (data: Data) => Data,
): Frame {
  const known: { plain?: Buffer; shared?: Buffer } = {};
  return {
    bytes: shared =>
      shared
        ? (known.shared ??= encode({ ...head, data: redact(data()) }))
        : (known.plain ??= encode({ ...head, data: data() })),
  };
}
