/** Where a cutover is, in order. */
export const stages = [
  'snapshot',
  'lower',
  'drain',
  'gate',
  'swap',
  'propagate',
  'sweep',
  'settle',
  'done',
] as const;

/** A stage of the line, or the one beside it. */
export type Stage = (typeof stages)[number] | 'rollback';

export type Outcome = 'done' | 'rolled-back' | 'abandoned';
