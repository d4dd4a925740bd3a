import { createHash } from 'node:crypto';
import { type Instant, type Seconds } from '../clock.ts';
import { type Name } from '../dns/name.ts';
import { type Cutover } from './cutover.ts';

/** Many domains, one after the other: a few that matter less, then growing shares of the rest. */
export interface Waves {
  /** The first wave. */
  readonly canary: readonly Name[];
  /** The share of all others that has begun by the end of each later wave, in per cent; the last is 100. */
  readonly shares: readonly number[];
  /** How many may be on their way at once. */
  readonly concurrency: number;
  readonly stopOnFailure: boolean;
  /** Between the last swap of a wave and the first start of the next. */
  readonly wait: Seconds;
  /** A domain that waits for a person for longer has failed. */
  readonly patience: Seconds;
}

/**
 * `moving`: it may still have to go back. `over`: the world has turned, what is left is settling. A failed
 * one may be mended, and is what it is then.
 */
export type MemberStanding = 'to-come' | 'moving' | 'over' | 'done' | 'failed';

/** How far one domain is; a function of its cutover, so that nothing else must be remembered. */
export interface Member {
  readonly domain: Name;
  readonly standing: MemberStanding;
  /** When its last step was swapped; null before. */
  readonly swapped: Instant | null;
  /** Why it has failed; empty otherwise. */
  readonly why: string;
}

export function memberOf(
  domain: Name,
  cutover: Cutover | null,
  { now, patience }: { readonly now: Instant; readonly patience: Seconds },
): Member {
  if (cutover === null) return { domain, standing: 'to-come', swapped: null, why: '' };
  const { outcome, stage, hold, ending, swaps, plan } = cutover;
  const last = swaps.length === plan.steps.length ? swaps.at(-1) : undefined;
  const swapped = last?.wall ?? null;
  const failed = (why: string): Member => ({ domain, standing: 'failed', swapped, why });
  if (outcome === 'done') return { domain, standing: 'done', swapped, why: '' };
  if (outcome !== null) return failed(outcome);
  if (ending !== null) return failed('it is being abandoned');
  if (stage === 'rollback') return failed('it rolls back');
  if (hold !== null && now - hold.since >= patience * 1000) return failed(`held: ${hold.why}`);
  const over = stage === 'sweep' || stage === 'settle' || stage === 'done';
  return { domain, standing: over ? 'over' : 'moving', swapped, why: '' };
}

/** The domains of each wave, in the order in which they are written. Waves without any are left out. */
export function wavesOf(
  { canary, shares }: Pick<Waves, 'canary' | 'shares'>,
  domains: readonly Name[],
): readonly (readonly Name[])[] {
  const rest = domains.filter(domain => !canary.includes(domain));
  const ends = shares.map(share => Math.ceil((share * rest.length) / 100));
  const later = ends.map((end, index) => rest.slice(ends[index - 1] ?? 0, end));
  return [canary, ...later].filter(wave => wave.length > 0);
}

export type NextWave =
  | { readonly is: 'start'; readonly wave: number; readonly domains: readonly Name[] }
  /** `until` null: for those that are on their way. */
  | { readonly is: 'wait'; readonly wave: number; readonly until: Instant | null }
  | { readonly is: 'stopped'; readonly failed: readonly Member[] }
  /** Nobody is left to be started. */
  | { readonly is: 'through' };

export interface WaveState {
  readonly waves: Waves;
  /** Every domain, in the order of the file. */
  readonly members: readonly Member[];
  readonly now: Instant;
}

/** What is to be done now. It follows from the cutovers alone: whoever asks after a crash is told the same. */
export function nextWave({ waves, members, now }: WaveState): NextWave {
  const known = new Map(members.map(member => [member.domain, member]));
  const lists = wavesOf(waves, [...known.keys()]).map(wave =>
    wave.flatMap(domain => known.get(domain) ?? []),
  );
  const wave = lists.findIndex(list => list.some(({ standing }) => standing === 'to-come'));
  if (wave === -1) return { is: 'through' };
  const failed = members.filter(({ standing }) => standing === 'failed');
  if (waves.stopOnFailure && failed.length > 0) return { is: 'stopped', failed };
  const before = lists.slice(0, wave).flat();
  if (before.some(({ standing }) => standing === 'moving'))
    return { is: 'wait', wave, until: null };
  const swaps = before.map(({ swapped }) => swapped).filter(at => at !== null);
  const ready = swaps.length === 0 ? 0 : Math.max(...swaps) + waves.wait * 1000;
  if (now < ready) return { is: 'wait', wave, until: ready };
  const room = waves.concurrency - members.filter(({ standing }) => standing === 'moving').length;
  if (room <= 0) return { is: 'wait', wave, until: null };
  const toCome = (lists[wave] ?? []).filter(({ standing }) => standing === 'to-come');
  return { is: 'start', wave, domains: toCome.slice(0, room).map(({ domain }) => domain) };
}

/** Nobody uses the old host any more, nor will go back to it: it may be closed for all of them. */
export const allLeft = (members: readonly Member[]): boolean =>
  members.every(({ standing }) => standing === 'over' || standing === 'done');

/** Sixteen hexadecimal digits for the whole: the waves, and the plan of each domain. */
export function wavesHash(
  { canary, shares, concurrency, stopOnFailure, wait, patience }: Waves,
  plans: readonly (readonly [domain: Name, hash: string])[],
): string {
  const settings = [canary, shares, concurrency, stopOnFailure, wait, patience];
  const digest = createHash('sha256')
    .update(JSON.stringify([settings, plans]))
    .digest('hex');
  return (digest.slice(0, 16).match(/.{4}/g) ?? []).join('-');
}
