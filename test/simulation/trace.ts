/** What happened, in order: as a number always, as text when somebody wants to read it. */
export interface Trace {
  note(text: string): void;
  /** Two runs with the same trace have the same hash. */
  hash(): string;
  readonly lines: readonly string[];
  /** Somebody wants to read it. */
  readonly verbose: boolean;
}

/** FNV-1a over 2 x 32 bits: fast enough to cover every port call. */
export function makeTrace(keep: boolean, truth: () => number): Trace {
  const lines: string[] = [];
  let low = 0x811c9dc5;
  let high = 0x1234567;
  const mix = (value: number): void => {
    low = Math.imul(low ^ value, 0x01000193);
    high = Math.imul(high ^ low, 0x85ebca6b) + 1;
  };
  return {
    lines,
    verbose: keep,
    note: text => {
      const at = truth();
      mix(Math.round(at));
      for (let index = 0; index < text.length; index += 1) mix(text.charCodeAt(index));
      if (keep) lines.push(`${(at / 1000).toFixed(3).padStart(10)} ${text}`);
    },
    hash: () =>
      (low >>> 0).toString(16).padStart(8, '0') + (high >>> 0).toString(16).padStart(8, '0'),
  };
}
