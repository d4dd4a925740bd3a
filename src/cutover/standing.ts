/** Where one authoritative address stands, seen from where the cutover has written to. */
export interface Standing {
  /** `name address:port`. */
  readonly server: string;
  /**
   * `there`: serves every RRset at the position it was written to. `behind`: an earlier position.
   * `other`: something that is not on the path. `unsigned`: right, but without a valid-looking signature.
   */
  readonly is: 'there' | 'behind' | 'other' | 'unsigned' | 'silent' | 'lacking';
  /** What it served instead, or why it did not answer; empty when it is there. */
  readonly detail: string;
}
