/** The process that uses a store, as others are told about it. */
export interface Process {
  /** Unique for ever: a restarted process has another one. At most 64 letters, digits, `-`, `_`. */
  readonly id: string;
  readonly pid: number;
  readonly host: string;
}
