import { type Instant, type Seconds } from '../../clock.ts';
import { type Name } from '../../dns/name.ts';
import { type Key } from '../../dns/rrset.ts';
import { type Slice } from '../../propagation/tally.ts';
import { type Verdict } from '../../propagation/verdict.ts';
import { attentionOf, type PropagationRow, sliceOfRows } from './rows.ts';

/** One address of one authoritative server, asked just now. */
export interface AuthorityRow {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** `silent`: no answer with authority; `refused`: an error for an answer; see `trouble`. */
  readonly verdict: Verdict;
  /** Null where it did not answer; empty where it denies the records. */
  readonly rdata: readonly string[] | null;
  readonly ttl: Seconds | null;
  readonly serial: number | null;
  readonly trouble: string | null;
}

/** One CNAME on the way. */
export interface Alias {
  readonly name: Name;
  readonly target: Name;
  readonly ttl: Seconds;
}

/** One look at one RRset in the world. */
export interface Picture {
  readonly key: Key;
  readonly at: Instant;
  /** The new set, canonical; null: nobody said, and the authoritative servers disagree. */
  readonly expected: readonly string[] | null;
  readonly expectedFrom: 'given' | 'authoritative servers' | null;
  readonly old: readonly (readonly string[])[];
  /** `seen`: nobody said, so whatever else is served or answered counts as old. */
  readonly oldFrom: 'given' | 'seen';
  readonly authority: readonly AuthorityRow[];
  /** Why the authoritative servers could not be found, in words. */
  readonly authorityTrouble: string | null;
  /**
   * From the name that was asked for to the one that has the records (RFC 1034 3.6.2): the servers are
   * those of the last one's zone. Left out: none.
   */
  readonly aliases?: readonly Alias[];
  /** What needs attention first. */
  readonly rows: readonly PropagationRow[];
  /** Why no share of the resolvers means anything, and what helps. Left out, or null: one does. */
  readonly distrust?: { readonly why: string; readonly remedy: string } | null;
  /** What the reader must know besides, a sentence each: this network, who was left out. */
  readonly notes: readonly string[];
}

/** The words that every share stands beside. */
export const proxyHint =
  'These resolvers are a proxy: those that mail senders use are closed. Shares go by weights, which are estimates.';

/** `reached`: what was asked for is so. */
export type Standing = 'reached' | 'pending' | 'no authority' | 'no resolver';

/**
 * What counts as reached: `new` for everybody who can tell, in their last words; `settled`: so that
 * nothing that was seen can bring old back; or a share of 0 to 1.
 */
export type Goal = 'new' | 'settled' | number;

/** All authoritative servers that this machine can reach the family of, new, and at least one. */
export const authorityIsNew = ({ authority }: Pick<Picture, 'authority'>): boolean =>
  authority.length > 0 && authority.every(({ verdict }) => verdict === 'new');

export const authorityAnswered = ({ authority }: Picture): boolean =>
  authority.some(({ verdict }) => verdict !== 'silent' && verdict !== 'refused');

/** How the resolvers stand; without a share where none means anything. */
export function sliceOfPicture({ rows, at, distrust }: Picture): Slice {
  const slice = sliceOfRows(rows, at);
  return distrust == null ? slice : { ...slice, share: null };
}

/** Nobody may be called new on the word of resolvers alone, nor on that of less than half of them. */
export function standingOf(picture: Picture, goal: Goal = 'new'): Standing {
  if (!authorityAnswered(picture)) return 'no authority';
  const { rows } = picture;
  const { share, ableToTell } = sliceOfPicture(picture);
  // Nobody was to be asked: then the servers alone decide.
  if (rows.length === 0) return authorityIsNew(picture) ? 'reached' : 'pending';
  const wholly = rows.every(row => attentionOf(row) !== 'not asked');
  if (wholly && share === null) return 'no resolver';
  if (!wholly || !authorityIsNew(picture) || share === null || (ableToTell ?? 0) < 0.5)
    return 'pending';
  if (mostFindItBogus(rows)) return 'pending';
  const enough =
    typeof goal === 'number'
      ? share >= goal - 1e-9
      : rows.every(isNewOrCannotTell) && (goal === 'new' || !rows.some(isUncertain));
  return enough ? 'reached' : 'pending';
}

/** Among those that look at signatures: their users reach nothing, however many others have the new set. */
function mostFindItBogus(rows: readonly PropagationRow[]): boolean {
  const weightOf = (state: PropagationRow['dnssec']) =>
    rows.reduce((sum, { dnssec, weight }) => (dnssec === state ? sum + weight : sum), 0);
  return weightOf('bogus') > weightOf('validated');
}

const isNewOrCannotTell = (row: PropagationRow): boolean => {
  const attention = attentionOf(row);
  return attention === 'new' || attention === 'cannot tell';
};

/** It says new, and has to be asked again: another machine behind its address may say otherwise. */
export const isUncertain = ({ verdict, settled, sampled }: PropagationRow): boolean =>
  sampled !== undefined || (verdict === 'new' && settled === false);

/** `192.0.2.1`, `192.0.2.1:5353`, `[2001:db8::1]:5353`: the usual port goes without saying. */
export const placeText = (address: string, port: number): string =>
  port === 53 ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
