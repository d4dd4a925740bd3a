import { type Instant } from '../clock.ts';
import { type Verdict } from './verdict.ts';

/** One resolver's part in a tally. */
export interface Ballot {
  readonly operator: string;
  readonly country: string | null;
  readonly weight: number;
  /** Null: not asked yet. */
  readonly verdict: Verdict | null;
  readonly arrival: 'cold' | 'flipped' | null;
}

export interface Slice {
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly weights: Readonly<Record<Verdict, number>>;
  readonly total: number;
  readonly unasked: number;
  readonly flipped: number;
  readonly cold: number;
  /** `weight(new) / weight(new + old + mixed + other)`, 0 to 1; null where nobody can tell. */
  readonly share: number | null;
  /** Weight of those that can tell among those asked, 0 to 1; null before anybody was asked. */
  readonly ableToTell: number | null;
}

export interface Tally extends Slice {
  readonly at: Instant;
  readonly operators: Readonly<Record<string, Slice>>;
  readonly countries: Readonly<Record<string, Slice>>;
}
