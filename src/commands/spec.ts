import { type Context } from './context.ts';

/** What the command line said, after it was parsed. */
export interface Input {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Does the command's work and gives its exit code. */
export type Run = (context: Context, input: Input) => Promise<number>;

export interface OptionSpec {
  readonly flags: string;
  readonly description: string;
  /** May be given several times; the values are collected. */
  readonly many?: boolean;
}

/** One command as help, completion and the parser see it. Its code is loaded only when it runs. */
export interface CommandSpec {
  /** `start`, or `store check` for a command below another. */
  readonly name: string;
  readonly group: 'Prepare' | 'Run' | 'Observe' | 'Other';
  readonly args: string;
  readonly summary: string;
  /** Longer help: what it does to the zone, what it returns. */
  readonly description: string;
  readonly options: readonly OptionSpec[];
  /** Words that its arguments and options take, for completion. Left out: none. */
  readonly words?: readonly string[];
  readonly examples: readonly string[];
  /**
   * A server can be asked for it (`--server`); `asked`: not by the environment, as it looks from this place in any
   * case. Left out: it works on this machine only.
   */
  readonly remote?: true | 'asked';
  readonly load: () => Promise<{ readonly run: Run }>;
}
