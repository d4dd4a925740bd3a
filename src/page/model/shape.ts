/**
 * What something looks like: a shape, and a colour that says the same. Words stand beside both, so that
 * neither has to be seen.
 */
export type Shape =
  | 'done'
  | 'going'
  | 'waiting'
  | 'person'
  | 'stop'
  | 'pause'
  | 'back'
  | 'fail'
  | 'unknown'
  | 'new'
  | 'old'
  | 'raised'
  | 'stale'
  | 'mixed'
  | 'again'
  | 'other';

/** Which of the colours; the style sheet has them for light and dark. */
export type Tone = 'new' | 'old' | 'good' | 'bad' | 'mixed' | 'quiet';

export interface Look {
  readonly shape: Shape;
  readonly tone: Tone;
}

/** What looks alike wherever it is told. */
export const looks = {
  well: { shape: 'done', tone: 'good' },
  heed: { shape: 'person', tone: 'old' },
  wrong: { shape: 'fail', tone: 'bad' },
  cannotTell: { shape: 'unknown', tone: 'quiet' },
  idle: { shape: 'waiting', tone: 'quiet' },
} as const satisfies Readonly<Record<string, Look>>;
