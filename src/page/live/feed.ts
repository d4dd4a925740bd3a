import { type LiveState } from '../model/props.ts';
import { pageLimits } from '../../limits/page.ts';
import { named, parsed, type Message } from './message.ts';

/** What the feed needs of a browser, handed in so that tests can play it. */
export interface Place {
  readonly connect: (url: string) => Source;
  /** ms from any beginning, never set. */
  readonly steady: () => number;
  /** ms by the viewer's own clock, only to see that it jumped: the machine slept. */
  readonly wall: () => number;
  readonly hidden: () => boolean;
}

/** The part of EventSource that is used. */
export type Source = Pick<EventSource, 'addEventListener' | 'close' | 'readyState'>;

export interface Feed {
  /** Called about once a second, and when the page is shown or hidden. */
  readonly tick: () => void;
  readonly state: () => 'live' | 'connecting' | 'stale';
  /** How long ago the server was heard, in ms. */
  readonly silence: () => number;
  readonly close: () => void;
}

interface FeedTerms {
  /** Without the cursor. */
  readonly path: string;
  readonly cursor: string | null;
  readonly hear: (message: Message) => void;
  /** The server refused the stream for good: the session may be over. */
  readonly refused: () => void;
}

const closed = 2;

/** One stream for the whole page; a browser opens six connections to one server at most (HTTP/1.1). */
export function openFeed({ path, cursor, hear, refused }: FeedTerms, place: Place): Feed {
  let source: Source | null = null;
  let last = cursor;
  let heardAt = place.steady();
  let triedAt = 0;
  let drift = place.wall() - place.steady();
  let state: LiveState['is'] = 'connecting';

  const leave = (): void => {
    source?.close();
    source = null;
  };
  const took = (message: Message | null, id: string): void => {
    if (id !== '') last = id;
    heardAt = place.steady();
    state = 'live';
    if (message !== null) hear(message);
  };
  const enter = (): void => {
    leave();
    triedAt = place.steady();
    const at = last === null ? '' : `?after=${encodeURIComponent(last)}`;
    const opened = place.connect(`${path}${at}`);
    source = opened;
    const on = (name: string, is: Message['is']): void => {
      opened.addEventListener(name, event => {
        // What a stream that was left had still in its queue comes again over the next one.
        if (source !== opened || !(event instanceof MessageEvent)) return;
        took(parsed(is, String(event.data)), event.lastEventId);
      });
    };
    on('message', 'event');
    for (const name of named) on(name, name);
    opened.addEventListener('error', () => {
      if (source !== opened) return;
      state = 'connecting';
      // A browser goes on by itself after a lost connection, and never after a refusal.
      if (opened.readyState === closed) refused();
    });
  };
  const silence = (): number => place.steady() - heardAt;
  const tick = (): void => {
    if (place.hidden()) {
      if (source !== null) state = 'connecting';
      leave();
      return;
    }
    const jumped = place.wall() - place.steady() - drift;
    drift += jumped;
    // Asleep nothing was heard, and the steady clock may have stood still meanwhile.
    const slept = Math.abs(jumped) > pageLimits.pageJumpMs;
    if (slept) state = 'connecting';
    const waited = place.steady() - triedAt;
    const dead = source?.readyState === closed || silence() > pageLimits.pageSilenceMs;
    if (source === null || slept || (dead && waited > pageLimits.pageRetryMs)) enter();
  };
  tick();
  return {
    tick,
    state: () =>
      silence() > pageLimits.pageSilenceMs ? 'stale' : state === 'live' ? 'live' : 'connecting',
    silence,
    close: leave,
  };
}
