import { type Hub, type Sink, type Wish } from '../../src/hub/hub.ts';
import { viewer, type World } from './world.ts';

/** One message as a browser hears it (HTML 9.2.6). */
export interface Heard {
  /** `message` where it had no name. */
  readonly event: string;
  /** What a browser would come back with after it. */
  readonly id: string;
  readonly hasId: boolean;
  readonly data: unknown;
  /** Which connection of this reader, from 0. */
  readonly connection: number;
}

/** What a reader saw of its connections. */
export interface Begun {
  readonly from: string;
  /** What it came back with; null: it began anew. */
  readonly cursor: string | null;
}

/** How fast a reader takes what is sent, in octets a ms; 0: it does not read at all. */
export type Pace = number;

export interface Reader {
  readonly wish: Omit<Wish, 'cursor'>;
  readonly heard: readonly Heard[];
  readonly connections: readonly Begun[];
  /** All bytes, comments included. */
  readonly text: () => string;
  readonly retry: () => number;
  readonly open: () => 'open' | 'ended' | 'aborted' | 'refused' | 'never';
  readonly refused: () => string | null;
  readonly lastId: () => string | null;
  /** Opens, or comes back with the last id that it knows. */
  readonly connect: (hub: Hub, cursor?: string | null) => Promise<void>;
  /** Its network goes away; the hub hears of it. */
  readonly kill: () => void;
  readonly waiting: () => number;
}

/** Splits what has arrived into messages; what is not complete waits. */
function parser(take: (message: { event: string; id: string | null; data: string }) => void) {
  let rest = '';
  return (text: string): void => {
    rest += text;
    // The three line ends of HTML 9.2.5, as browsers know them: what is injected would show.
    const blocks = rest.split(/\r\n\r\n|\n\n|\r\r/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      let [event, id]: [string, string | null] = ['message', null];
      const data: string[] = [];
      for (const line of block.split(/\r\n|\n|\r/)) {
        const [, name = '', value = ''] = /^([^:]*): ?(.*)$/s.exec(line) ?? [];
        if (name === 'event') event = value;
        if (name === 'id' && !value.includes('\0')) id = value;
        if (name === 'data') data.push(value);
        if (name === 'retry') take({ event: 'retry', id: null, data: value });
      }
      if (data.length > 0) take({ event, id, data: data.join('\n') });
    }
  };
}

/** A reader with a connection of its own speed, that keeps all it heard. */
export function openReader(
  world: World,
  wanted: Partial<Omit<Wish, 'cursor'>> = {},
  pace: Pace = Infinity,
): Reader {
  const wish = { cutover: null, principal: viewer, address: '192.0.2.7', ...wanted };
  const heard: Heard[] = [];
  const connections: Begun[] = [];
  let [text, retry, last]: [string, number, string | null] = ['', 0, null];
  let state: ReturnType<Reader['open']> = 'never';
  let refused: string | null = null;
  let cut: () => void = () => undefined;

  const connect: Reader['connect'] = async (hub, cursor = last) => {
    const connection = connections.length;
    let gone: () => void = () => undefined;
    let [queued, readAt, over, ending] = ['', world.clock.truth(), false, false];
    const parse = parser(({ event, id, data }) => {
      if (event === 'retry') retry = Number(data);
      else {
        if (id !== null) last = id;
        heard.push({
          ...{ event, id: last ?? '', hasId: id !== null, connection },
          data: JSON.parse(data) as unknown,
        });
      }
    });
    const take = (): void => {
      const now = world.clock.truth();
      const part = queued.slice(
        0,
        pace === Infinity ? undefined : Math.floor((now - readAt) * pace),
      );
      readAt = now;
      queued = queued.slice(part.length);
      text += part;
      parse(part);
      if (ending && queued === '' && !over) close('ended');
    };
    const close = (how: 'ended' | 'aborted'): void => {
      over = true;
      queued = '';
      if (connection === connections.length - 1) state = how;
      world.clock.after(1, () => {
        gone();
      });
    };
    const sink: Sink = {
      waiting: () => {
        if (!over) take();
        return Buffer.byteLength(queued);
      },
      write: frame => {
        if (over) return;
        queued += Buffer.from(frame).toString();
        take();
      },
      end: () => {
        ending = true;
        if (!over) take();
      },
      abort: () => {
        if (!over) close('aborted');
      },
    };
    cut = sink.abort;
    const opened = await hub.open({ ...wish, cursor }, from => {
      connections.push({ from, cursor });
      state = 'open';
      return sink;
    });
    if ('refused' in opened) {
      refused = opened.refused;
      state = 'refused';
    } else gone = opened.gone;
    waiting = sink.waiting;
  };
  let waiting: () => number = () => 0;
  return {
    ...{ wish, heard, connections, connect },
    text: () => text,
    retry: () => retry,
    open: () => state,
    refused: () => refused,
    lastId: () => last,
    kill: () => {
      cut();
    },
    waiting: () => waiting(),
  };
}
