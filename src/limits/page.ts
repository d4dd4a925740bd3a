/** What bounds the page in a browser; apart, so that a browser is given nothing else. */
export const pageLimits = {
  /** Lines of the journal that a page keeps. */
  pageLines: 1000,
  /** A beat comes every 15 s: whoever heard nothing for so long has missed two. */
  pageSilenceMs: 33_000,
  /** A stream that ended for good, or is silent, is asked for again after this. */
  pageRetryMs: 8000,
  /** The viewer's clock was set, or the machine slept: what it shows may be older than it seems. */
  pageJumpMs: 10_000,
  /** A page is read out so often at most; four times a minute. */
  announceMs: 15_000,
  /** A map that is open is drawn anew so often. */
  mapLookMs: 15_000,
} as const;
