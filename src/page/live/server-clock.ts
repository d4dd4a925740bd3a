/**
 * The server's clock, as far as a browser can know it: the last time it told, and what passed since by a
 * clock that nobody sets. A viewer's own clock may be hours off and does not matter.
 */
export interface ServerClock {
  /** The server said that it is `at` (ISO 8601), just now. */
  readonly hear: (at: string) => void;
  /** ms since 1970 by the server's clock. */
  readonly now: () => number;
}

/** `steady`: ms from any beginning, never set (performance.now). `at`: what the page itself was made at. */
export function serverClock(at: string, steady: () => number): ServerClock {
  let offset = Date.parse(at) - steady();
  return {
    hear: text => {
      const told = Date.parse(text);
      if (!Number.isNaN(told)) offset = told - steady();
    },
    now: () => Math.round(offset + steady()),
  };
}
