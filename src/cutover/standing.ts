import { displayName } from '../dns/name.ts';
import { formatRRset, keyText, sameRRset, type RRset } from '../dns/rrset.ts';
import { type Cutover } from './cutover.ts';
import { covers } from './finding.ts';
import { type ServerProblem } from './hold.ts';
import { type Difference } from './intent.ts';
import { LOW, positionsOf, stepPosition, type Track } from './path.ts';
import { type Reading, type Round, type Served, type ServerAddress } from './survey.ts';
import { type Validated } from './validation.ts';
import { isAt } from './write.ts';

/** Where one authoritative address stands, seen from where the cutover has written to. */
export interface Standing {
  /** `serverLabel` of the address. */
  readonly server: string;
  /**
   * `there`: serves every RRset as it was written. `behind`: another position of the path. `other`:
   * something that is not on the path. `unsigned`: right, but without a usable signature. `bogus`: right,
   * but refused by whoever validates. `lacking`: an address family this machine has not, whose server was
   * reached at another address.
   */
  readonly is: 'there' | 'behind' | 'other' | 'unsigned' | 'bogus' | 'silent' | 'lacking';
  /** What it served instead, or why it did not answer; empty when it is there. */
  readonly detail: string;
}

/** `ns1.example.net 192.0.2.1`, with the port when it is not 53, the address alone when it has no name. */
export function serverLabel({ name, address, port }: ServerAddress): string {
  const v6 = address.includes(':');
  const place = port === 53 ? address : `${v6 ? `[${address}]` : address}:${String(port)}`;
  return name === address ? place : `${name} ${place}`;
}

const oneLine = (rrset: RRset | null): string =>
  rrset === null ? 'nothing' : formatRRset(rrset).replaceAll('\n', '; ');

/**
 * The RRsets that authoritative servers are asked for: all that are written up to the last step, and what
 * comes afterwards once it was written; not those that were left to somebody else.
 */
export const observedTracks = ({ plan, places, rollback }: Cutover): readonly Track[] =>
  plan.tracks.filter(
    track =>
      (track.prepared || track.swapped || (places[track.key] ?? 0) > 0) &&
      rollback?.left.some(({ key }) => key === track.key) !== true,
  );

type Judged = Pick<Standing, 'is' | 'detail'>;
const there: Judged = { is: 'there', detail: '' };
/** The worse one decides what is said about an address. */
const gravity = ['there', 'lacking', 'unsigned', 'bogus', 'behind', 'silent', 'other'] as const;

/** Was this position of the path written in this cutover, even if it was rolled back since? */
const wasWritten = ({ swaps }: Cutover, position: number): boolean =>
  position <= LOW || swaps[position - stepPosition(0)] !== undefined;

/** What whoever validates makes of the right set; null where nobody refuses it. */
function refused({ snapshot }: Cutover, served: Served, validated?: Validated): Judged | null {
  if (validated?.is === 'bogus') {
    const about = validated.at === served.key ? served.key : `${served.key}: ${validated.at}`;
    return { is: 'bogus', detail: `${about}: ${validated.why}` };
  }
  const { signature, rrset } = served;
  // A zone that is signed but has no DS is validated by nobody; one that lost all signatures is not judged so.
  const unvalidated =
    validated?.is === 'insecure' && validated.sha1 !== true && signature !== 'unsigned';
  const matters = snapshot?.signed === true && rrset !== null && !unvalidated;
  return matters && signature !== 'signed'
    ? { is: 'unsigned', detail: `the signature of ${served.key} is ${signature}` }
    : null;
}

function judgeServed(
  cutover: Cutover,
  track: Track,
  { served, validated }: { readonly served: Served; readonly validated?: Validated | undefined },
): Judged {
  const place = cutover.places[track.key] ?? 0;
  const found = positionsOf(track, served.rrset);
  const pending = cutover.intent?.changes.some(
    ({ before, after }) =>
      [before, after].some(rrset => rrset !== null && keyText(rrset) === track.key) &&
      sameRRset(after, served.rrset),
  );
  if (found.includes(place) || pending === true)
    return refused(cutover, served, validated) ?? there;
  const detail = `serves ${oneLine(served.rrset)}`;
  // A value that we have yet to write was written by somebody else: that is no server that trails.
  const known = found.some(position => position < place || wasWritten(cutover, position));
  return known ? { is: 'behind', detail } : { is: 'other', detail };
}

function judge(cutover: Cutover, round: Round, reading: Reading): Judged {
  if (reading.state === 'lacking') {
    const reached = round.readings.some(
      other => other.name === reading.name && other.state === 'answered',
    );
    return reached
      ? { is: 'lacking', detail: 'counted through its other address' }
      : { is: 'silent', detail: 'this machine cannot reach its address family' };
  }
  if (reading.state === 'silent') return { is: 'silent', detail: reading.error ?? 'no answer' };
  return observedTracks(cutover).reduce<Judged>((worst, track) => {
    const served = reading.served.find(one => one.key === track.key);
    const judged: Judged =
      served === undefined
        ? { is: 'silent', detail: `no answer for ${track.key}` }
        : judgeServed(cutover, track, {
            served,
            validated: reading.validated?.find(({ key }) => key === track.key),
          });
    return gravity.indexOf(judged.is) > gravity.indexOf(worst.is) ? judged : worst;
  }, there);
}

/** Judges every address of a round against what was written so far. */
export const standingsOf = (cutover: Cutover, round: Round): readonly Standing[] =>
  round.readings.map(reading => ({
    server: serverLabel(reading),
    ...judge(cutover, round, reading),
  }));

/** The check that somebody accepts who takes responsibility for a server. */
const answersFor = {
  silent: 'auth-servers-all-answer',
  behind: 'auth-mx-consistent',
  unsigned: 'dnssec-valid',
  bogus: 'dnssec-chain',
} as const;

/**
 * Before the swap the old TTL that a trailing server gives is what the drain is about: nobody can excuse it.
 * What is refused for its signatures only is the right set with the right TTL.
 */
export const swapIsOut = (cutover: Cutover): boolean => {
  const { stage, step, plan } = cutover;
  if (stage === 'propagate' || stage === 'sweep' || stage === 'settle' || stage === 'rollback')
    return true;
  if (stage !== 'swap') return false;
  return plan.tracks.every(track => !track.swapped || isAt(cutover, track, stepPosition(step)));
};

/** Servers that somebody took responsibility for do not count. */
const excused = (cutover: Cutover, { server, is }: Standing): boolean => {
  if (is === 'there' || is === 'lacking' || is === 'other') return false;
  if (is !== 'silent' && is !== 'bogus' && !swapIsOut(cutover)) return false;
  // A zone that is bogus as a whole is accepted as a whole.
  const subjects = is === 'bogus' ? [server, displayName(cutover.plan.zone)] : [server];
  return subjects.some(subject =>
    cutover.accepted.some(acceptance => covers(acceptance, { id: answersFor[is], subject })),
  );
};

/** Those that stand in the way: not there, and nobody took responsibility for them. */
export const inTheWay = (cutover: Cutover, standings: readonly Standing[]): readonly Standing[] =>
  standings.filter(
    standing => standing.is !== 'there' && standing.is !== 'lacking' && !excused(cutover, standing),
  );

/** The addresses that stand in the way since the last round, of one kind if given. */
export const troubled = (cutover: Cutover, kind?: Standing['is']): readonly Standing[] =>
  inTheWay(cutover, cutover.authority?.standings ?? []).filter(
    ({ is }) => kind === undefined || is === kind,
  );

/** Serves it what was written, whatever validators make of it? */
export const serves = ({ is }: Standing): boolean =>
  is === 'there' || is === 'bogus' || is === 'unsigned';

/** Every authoritative address serves what was written, and at least one was asked. */
export const allThere = (cutover: Cutover): boolean =>
  (cutover.authority?.standings ?? []).some(serves) && troubled(cutover).length === 0;

/**
 * Servers that say that there is no MX where one was written: mail then goes to the address of the domain itself,
 * often a web server (RFC 5321 5.1).
 */
export const missingMx = ({ plan, places }: Cutover, round: Round): readonly ServerProblem[] =>
  round.readings.flatMap(reading =>
    reading.served.flatMap(({ key, rrset }) => {
      const track = plan.tracks.find(one => one.key === key && one.type === 'MX' && one.swapped);
      const wanted = track?.positions[places[key] ?? 0] ?? null;
      return wanted === null || rrset !== null
        ? []
        : [{ server: serverLabel(reading), problem: `serves no ${key} at all` }];
    }),
  );

/** What a foreign edit looks like: RRsets served that are on no position of the path. */
export function foreign(cutover: Cutover, round: Round): readonly Difference[] {
  return round.readings.flatMap(reading =>
    observedTracks(cutover).flatMap(track => {
      const served = reading.served.find(one => one.key === track.key);
      if (served === undefined || judgeServed(cutover, track, { served }).is !== 'other') return [];
      const expected = track.positions[cutover.places[track.key] ?? 0] ?? null;
      return [{ key: track.key, expected, found: served.rrset, source: serverLabel(reading) }];
    }),
  );
}
