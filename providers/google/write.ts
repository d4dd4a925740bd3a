import { displayName } from '../../src/dns/name.ts';
import { type HostedRRset, type Key, keyText, sameRRset } from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { type Move, type Receipt, type Urgency } from '../../src/provider.ts';
import { pauseMs } from '../../src/retry.ts';
import { type ProviderEnvironment } from '../adapter.ts';
import { conflict, keyOfMove } from '../moves.ts';
import { type Client } from './client.ts';
import { changeOf, type ExactMove, heldOf, isUnchanged, receiptOf } from './convert.ts';
import { isMismatch } from './fault.ts';
import { type ManagedZone } from './zone.ts';

export interface Writing {
  readonly name: string;
  readonly client: Client;
  readonly environment: ProviderEnvironment;
  readonly zone: ManagedZone;
  readonly read: (key: Key) => Promise<HostedRRset | null>;
  readonly signal: AbortSignal;
  readonly urgency: Urgency;
}

const exactly = (move: Move, found: HostedRRset | null): ExactMove => ({
  held: found === null ? null : heldOf(found),
  to: move.to?.rrset ?? null,
});

/**
 * What is there now, in its exact spelling.
 * @throws Fault CONFLICT if an RRset is not what its move starts from
 */
async function look(
  { name, read }: Writing,
  moves: readonly Move[],
): Promise<readonly ExactMove[]> {
  const found = await Promise.all(moves.map(move => read(keyOfMove(move))));
  return moves.map((move, index) => {
    const expected = move.from?.rrset ?? null;
    const there = found[index] ?? null;
    if (!sameRRset(expected, there?.rrset ?? null))
      throw conflict(name, { key: keyOfMove(move), expected, found: there?.rrset ?? null });
    return exactly(move, there);
  });
}

/** The spelling that was read with each `from`; null when one of them was never read here. */
function remembered(moves: readonly Move[]): readonly ExactMove[] | null {
  const exact = moves.map(move => exactly(move, move.from));
  return exact.every(({ held }, index) => held !== null || moves[index]?.from === null)
    ? exact
    : null;
}

/** Null: an RRset is not what was sent along as a deletion, or one to be made is there. */
async function send(
  { client, zone, signal, urgency }: Writing,
  exact: readonly ExactMove[],
): Promise<Receipt | null> {
  const what = `changing ${displayName(zone.apex)}`;
  const result = await client.attempt(
    {
      ...{ what, kind: 'write', method: 'POST', path: `managedZones/${zone.name}/changes` },
      ...{ body: changeOf(exact), urgency, signal },
    },
    isMismatch,
  );
  if ('refused' in result) return null;
  const { id } = result.body;
  if (typeof id === 'string' && id !== '') return receiptOf(zone.name, id);
  throw new Fault('UNAVAILABLE', `${what} was answered without the id of a change`, {
    where: client.where,
    fix: 'Look at the zone: the change may have taken effect.',
    cause: new Error(`the id is of type ${typeof id}`),
  });
}

/**
 * One change for all moves. When the service finds something else there, it is read again: somebody's
 * edit is a conflict, another spelling of the same set is not, and is tried again in that spelling.
 * A set that is already as wanted is a conflict as well: this write did not make it so.
 */
export async function write(writing: Writing, moves: readonly Move[]): Promise<Receipt> {
  const { client, environment, zone, signal } = writing;
  const wanted = moves.filter(move => !isUnchanged(move));
  // An unchanged set is compared by a look: to delete and add the same would be a write for nothing.
  const kept = moves.filter(isUnchanged);
  if (kept.length > 0) await look(writing, kept);
  if (wanted.length === 0) return receiptOf(zone.name, null);
  let exact = remembered(wanted) ?? (await look(writing, wanted));
  const keys = wanted.map(move => keyText(keyOfMove(move))).join(', ');
  const stubborn = new Fault(
    'UNAVAILABLE',
    `Google Cloud DNS refuses the comparison of ${keys} though it shows what was expected`,
    { where: client.where, fix: 'Wait a minute and try again; nothing was changed.' },
  );
  const { clock, chance } = environment;
  for (let attempt = 1; ; attempt++) {
    const receipt = await send(writing, exact);
    if (receipt !== null) return receipt;
    exact = await look(writing, wanted);
    if (attempt >= limits.writeAttempts) throw stubborn;
    await clock.sleep(pauseMs(attempt, stubborn, chance), signal);
  }
}
