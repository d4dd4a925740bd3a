/** The process that uses a store, as others are told about it. */
export interface Process {
  /** Unique for ever: a restarted process has another one. Letters, digits, `-` and `_`, at most 64. */
  readonly id: string;
  readonly pid: number;
  readonly host: string;
}
