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
export function makeTrace(keep: boolean, stamp: () => string): Trace {
  const lines: string[] = [];
  let low = 0x811c9dc5;
  let high = 0x1234567;
  return {
    lines,
    verbose: keep,
    note: text => {
      const line = `${stamp()} ${text}`;
      for (let index = 0; index < line.length; index += 1) {
        low = Math.imul(low ^ line.charCodeAt(index), 0x01000193);
        high = Math.imul(high ^ low, 0x85ebca6b) + 1;
      }
      if (keep) lines.push(line);
    },
    hash: () =>
      (low >>> 0).toString(16).padStart(8, '0') + (high >>> 0).toString(16).padStart(8, '0'),
  };
}
