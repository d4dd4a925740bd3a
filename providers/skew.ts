import { type Clock } from '../src/clock.ts';
import { type Skew } from '../src/provider.ts';

/** Keeps what the last answer told of the other side's clock. */
export interface SkewKept {
  readonly last: () => Skew | null;
  /** The `Date` of an answer over HTTP, in whole seconds (RFC 9110 5.6.7); `began` is the uptime when it was asked. */
  readonly heard: (date: string | null, began: number) => void;
  /** Seconds since 1970 out of an answer. */
  readonly told: (of: {
    readonly seconds: number;
    readonly began: number;
    readonly by: string;
  }) => void;
}

export function keepSkew(clock: Clock): SkewKept {
  let last: Skew | null = null;
  const told: SkewKept['told'] = ({ seconds, began, by }) => {
    const now = clock.now();
    const tripMs = Math.max(0, now.up - began);
    // Somewhere within that second, and somewhere on the way between the question and here.
    const theirs = seconds * 1000 + 500;
    last = { aheadMs: theirs - (now.wall - tripMs / 2), unsureMs: 500 + tripMs / 2, by };
  };
  return {
    last: () => last,
    told,
    heard: (date, began) => {
      const at = date === null ? NaN : Date.parse(date);
      if (!Number.isNaN(at)) told({ seconds: at / 1000, began, by: 'the Date of its answer' });
    },
  };
}
