/**
 * What a resolver is, as far as its answers tell. `mixed`: old (or other) and new at once. `empty`,
 * `refused` (any RCODE but NOERROR and NXDOMAIN) and `silent`: cannot tell.
 */
export type Verdict = 'new' | 'old' | 'mixed' | 'other' | 'empty' | 'refused' | 'silent';

export const verdicts: readonly Verdict[] = [
  ...(['new', 'old', 'mixed', 'other'] as const),
  ...(['empty', 'refused', 'silent'] as const),
];

/** True for the verdicts that count in a share. */
export const tells = (verdict: Verdict): boolean =>
  verdict === 'new' || verdict === 'old' || verdict === 'mixed' || verdict === 'other';
