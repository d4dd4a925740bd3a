/** What a service does instead of, or besides, doing its work. */
export type Trouble =
  /** Turned away at the door: nothing happened. */
  | 'throttled'
  | 'throttled with retry-after'
  | 'unauthorized'
  /** Refused by something in front of the service: nothing happened, and the body is HTML. */
  | 'proxy'
  /** Cut off: nothing happened. */
  | 'reset before'
  /** The work is done, and nobody hears of it. */
  | 'reset after'
  | 'server error before'
  | 'server error after'
  /** The work is done, and the answer is cut in the middle. */
  | 'malformed'
  /** No answer at all; nothing happened. */
  | 'silent'
  /** The answer comes late. */
  | 'slow';

/** Who may suffer from it by chance: writes only what cannot leave anybody in doubt. */
const byChance: Readonly<Record<'read' | 'write', readonly Trouble[]>> = {
  read: ['throttled', 'throttled with retry-after', 'reset before', 'server error before', 'slow'],
  write: ['throttled', 'throttled with retry-after', 'slow'],
};
const wild: readonly Trouble[] = ['reset before', 'reset after', 'server error after', 'malformed'];

export interface MischiefOptions {
  readonly seed: number;
  /** Of all requests, how many meet trouble by chance: 0 to 1. */
  readonly rate: number;
  /** Writes may be lost, or done without an answer. */
  readonly wild: boolean;
}

/** Decides what befalls each request: what a test asked for, else chance from a seed. */
export interface Mischief {
  /** The next requests meet these, in this order; null: nothing. `only` passes others by. */
  next(troubles: readonly (Trouble | null)[], only?: 'read' | 'write'): void;
  /** Every request meets this from now on, until it is called with null. */
  always(trouble: Trouble | null, only?: 'read' | 'write'): void;
  /** No trouble by chance from now on. */
  calm(): void;
  draw(kind: 'read' | 'write'): Trouble | null;
}

/** A small generator (mulberry32): the same seed gives the same troubles. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function mischief(options: Partial<MischiefOptions> = {}): Mischief {
  const { seed = 1, wild: isWild = false } = options;
  let rate = options.rate ?? 0.05;
  const random = randomOf(seed);
  let asked: { readonly trouble: Trouble | null; readonly only: 'read' | 'write' | undefined }[] =
    [];
  let lasting: { readonly trouble: Trouble; readonly only: 'read' | 'write' | undefined } | null =
    null;
  return {
    next: (troubles, only) => {
      asked = [...asked, ...troubles.map(trouble => ({ trouble, only }))];
    },
    always: (trouble, only) => {
      lasting = trouble === null ? null : { trouble, only };
    },
    calm: () => {
      rate = 0;
    },
    draw: kind => {
      const index = asked.findIndex(({ only }) => only === undefined || only === kind);
      if (index >= 0) return asked.splice(index, 1)[0]?.trouble ?? null;
      if (lasting !== null && (lasting.only === undefined || lasting.only === kind))
        return lasting.trouble;
      if (random() >= rate) return null;
      const choices = [...byChance[kind], ...(kind === 'write' && isWild ? wild : [])];
      return choices[Math.floor(random() * choices.length)] ?? null;
    },
  };
}
