import { type Clock } from '../../src/clock.ts';
import { type Key, keyText, type RRset, sameRRset } from '../../src/dns/rrset.ts';
import { Fault, isFault, toFault } from '../../src/errors.ts';
import { type Move, type Receipt } from '../../src/provider.ts';
import { conflict, keyOfMove } from '../moves.ts';
import { type Api, type Asking } from './api.ts';
import { changesFor, poisonFor, questionText, type RawMove } from './batch.ts';
import { rawOfToken, type RawSet, rrsetFromRaw } from './convert.ts';
import { complaintsIn } from './fault.ts';
import { type Zone } from './zone.ts';

/** A set as it is there, in both forms. */
export interface Held {
  readonly raw: RawSet;
  readonly rrset: RRset;
}

/** What a write works with. */
export interface Hand {
  readonly provider: string;
  readonly zone: Zone;
  readonly api: Api;
  readonly asking: Asking;
  readonly held: (key: Key) => Promise<Held | null>;
}

/** Between two equal questions about rights. */
const REMEMBERED_MS = 60_000;
/** Questions remembered; a cutover has a handful. */
const REMEMBERED_MOST = 100;

/** What is to be deleted, as the read before this write got it; undefined if the token is of no use. */
function rawOf({ from }: Move): RawSet | null | undefined {
  if (from === null) return null;
  const raw = rawOfToken(from.token);
  if (raw === null) return undefined;
  try {
    return sameRRset(rrsetFromRaw(raw, from.rrset), from.rrset) ? raw : undefined;
  } catch (error) {
    if (isFault(error)) return undefined;
    throw error;
  }
}

/** Reads what a move would replace, and compares. */
async function look({ provider, held }: Hand, move: Move): Promise<RawMove> {
  const key = keyOfMove(move);
  const found = await held(key);
  const expected = move.from?.rrset ?? null;
  if (!sameRRset(expected, found?.rrset ?? null))
    throw conflict(provider, { key, expected, found: found?.rrset ?? null });
  return { move, raw: found?.raw ?? null };
}

/** One after the other: the account has few requests a second, and the first conflict is enough. */
async function lookAll(hand: Hand, moves: readonly Move[]): Promise<readonly RawMove[]> {
  const looked: RawMove[] = [];
  for (const move of moves) looked.push(await look(hand, move));
  return looked;
}

async function rawMoves(hand: Hand, moves: readonly Move[]): Promise<readonly RawMove[]> {
  const known: RawMove[] = [];
  for (const move of moves) {
    const raw = rawOf(move);
    known.push(raw === undefined ? await look(hand, move) : { move, raw });
  }
  return known;
}

const sameRaws = (one: readonly RawMove[], other: readonly RawMove[]): boolean =>
  JSON.stringify(one.map(({ raw }) => raw)) === JSON.stringify(other.map(({ raw }) => raw));

/** Protections are named by Route 53, each with the comment of whoever made it. */
function protection(provider: string, complaints: readonly string[]): Fault | null {
  const about = complaints.filter(text => /protect/i.test(text));
  if (about.length === 0) return null;
  return new Fault('UNSUPPORTED', `a record set is protected in Route 53: ${about.join('; ')}`, {
    where: `provider ${provider}`,
    fix:
      'Nothing was changed. Ask whoever protected it; then remove the protection ' +
      '(aws route53 delete-resource-record-set-protections) and go on.',
    details: { complaints },
  });
}

/**
 * Whatever Route 53 complains of, the zone decides: its words differ from one form of the error to the
 * next, and "already exists" may be about a CNAME. Gives what is there now.
 * @throws Fault CONFLICT where it is not what the moves expect, UNSUPPORTED for a protected set
 */
async function judge(
  hand: Hand,
  moves: readonly Move[],
  complaints: readonly string[],
): Promise<readonly RawMove[]> {
  const there = await lookAll(hand, moves);
  const locked = protection(hand.provider, complaints);
  if (locked !== null) throw locked;
  return there;
}

const isChange = ({ from, to }: Move): boolean =>
  !sameRRset(from?.rrset ?? null, to?.rrset ?? null);

/** Makes all moves in one batch, or none. */
export async function writeMoves(hand: Hand, all: readonly Move[]): Promise<Receipt> {
  const { api, zone, asking } = hand;
  const moves = all.filter(isChange);
  if (moves.length === 0) return { id: `${zone.id} unchanged`, data: { change: null } };
  const first = await rawMoves(hand, moves);
  const send = async (raws: readonly RawMove[]): Promise<Receipt> => {
    const change = await api.change(zone.id, changesFor(raws), asking);
    return { id: change, data: { change } };
  };
  try {
    return await send(first);
  } catch (error) {
    const complaints = complaintsIn(error);
    if (complaints === null) throw error;
    const now = await judge(hand, moves, complaints);
    // The same records in another spelling: somebody saved them anew, and DELETE compares letters.
    if (sameRaws(first, now)) throw error;
    return await send(now);
  }
}

/**
 * Complaints that the poison alone explains: its own set does not match or is absent, one set is deleted
 * twice ("invalid set of changes for a resource record set 'MX …'"), and so it is still there when it
 * should be created.
 */
function isPoison(complaint: string, { from }: Move, key: Key): boolean {
  if (complaint.includes(`'${key.type} `)) return complaint.includes('invalid set of changes');
  if (!complaint.includes(`type='${key.type}'`)) return false;
  if (complaint.includes('already exists')) return from !== null;
  return /do not match the current values|was not found/.test(complaint);
}

/** Asks for the rights, and for everything else that Route 53 judges, without any effect. */
export async function couldWrite(
  hand: Hand,
  all: readonly Move[],
  { yes, clock }: { yes: Map<string, number>; clock: Clock },
): Promise<void> {
  const { api, zone, asking, provider } = hand;
  if (asking.signal.aborted) throw new Fault('ABORTED', 'given up before anything was sent');
  const moves = all.filter(isChange);
  const [one] = moves;
  if (one === undefined) return;
  const question = questionText(zone.id, moves);
  const now = clock.now().up;
  if ((yes.get(question) ?? -Infinity) > now - REMEMBERED_MS) return;
  const key = keyOfMove(one);
  const changes = changesFor(await rawMoves(hand, moves));
  const error = await api
    .probe(zone.id, [poisonFor(key, one.from?.rrset ?? null), ...changes], asking)
    .then(() => null, toFault);
  if (error === null)
    throw new Fault(
      'UNAVAILABLE',
      `Route 53 took a change with a part that cannot be (${keyText(key)}): it may have written`,
      {
        where: `provider ${provider}`,
        fix: 'Look at the zone. What answers here does not keep the promises of Route 53.',
      },
    );
  const complaints = complaintsIn(error);
  if (complaints === null) throw error;
  const rest = complaints.filter(complaint => !isPoison(complaint, one, key));
  const matches = complaints.filter(complaint => complaint.includes('do not match'));
  // The caller has just read: another look is taken only for complaints beyond the one expected.
  if (rest.length > 0 || matches.length > 1 || complaints.length === 0) {
    await judge(hand, moves, complaints);
    if (rest.length > 0 || complaints.length === 0) throw error;
  }
  if (yes.size >= REMEMBERED_MOST) yes.clear();
  yes.set(question, now);
}
