import { displayName } from '../../src/dns/name.ts';
import { type Key, keyText, sameRRset } from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';
import { type Move, type Receipt } from '../../src/provider.ts';
import { type ProviderEnvironment } from '../adapter.ts';
import { conflict, keyOfMove } from '../moves.ts';
import { type Batch, batchFor, joined, operations } from './batch.ts';
import { type ApiRecord, hostedOf, sameToken } from './convert.ts';
import { isGone, isMoved } from './fault.ts';
import { unlockingOf } from './lock.ts';
import { receiptData } from './receipt.ts';
import { type Listing, recordsOf } from './records.ts';

export interface Writing extends Listing {
  /** The entry of the configuration, for faults. */
  readonly name: string;
  readonly environment: ProviderEnvironment;
}

interface Looked {
  readonly key: Key;
  readonly move: Move;
  readonly records: readonly ApiRecord[];
}

const look = async (run: Writing, moves: readonly Move[]): Promise<readonly Looked[]> => {
  const looked: Looked[] = [];
  for (const move of moves) {
    const key = keyOfMove(move);
    looked.push({ key, move, records: await recordsOf(run, key) });
  }
  return looked;
};

/** @throws Fault CONFLICT if an RRset is not what its move starts from */
function compare({ name }: Writing, looked: readonly Looked[]): void {
  for (const { key, move, records } of looked) {
    const expected = move.from?.rrset ?? null;
    const found = hostedOf(key, records)?.rrset ?? null;
    if (!sameRRset(expected, found)) throw conflict(name, { key, expected, found });
    if (move.from !== null && !sameToken(move.from.token, records))
      throw new Fault(
        'CONFLICT',
        `the records of ${keyText(key)} were edited or made anew since they were read, though ` +
          'they look the same; nothing was changed',
        {
          where: `provider ${name}`,
          fix: 'Somebody is at work on them. Find out who, then try again.',
          details: { key: keyText(key), expected, found },
        },
      );
  }
}

/** What may not be touched is refused by name, before the service does it in its own words. */
function refuseLocked({ api }: Writing, { key, records }: Looked): void {
  const locked = records.find(({ lock }) => lock !== null);
  if (locked?.lock != null)
    throw new Fault('UNSUPPORTED', `${keyText(key)} cannot be changed: ${locked.lock}`, {
      where: api.where,
      fix: unlockingOf(locked.lock),
    });
  if (records.some(({ proxied }) => proxied))
    throw new Fault(
      'UNSUPPORTED',
      `${keyText(key)} is proxied: the world does not see these records`,
      { where: api.where, fix: 'Set the records to "DNS only" first.' },
    );
}

/** Free plans take 200 operations in a batch, others 3500 (the page on batch record changes). */
const operationsMost = (plan: string): number => (plan === '' || plan === 'free' ? 200 : 3500);

function batchOf(run: Writing, looked: readonly Looked[]): Batch {
  const batch = joined(
    looked.map(one => {
      const own = batchFor(one.key, one.records, one.move.to);
      if (operations(own) > 0) refuseLocked(run, one);
      return own;
    }),
  );
  const [count, most] = [operations(batch), operationsMost(run.zone.plan)];
  if (count > most)
    throw new Fault('UNSUPPORTED', `${count} records would change, ${most} can at once`, {
      where: run.api.where,
      fix: 'Change fewer RRsets in one step.',
    });
  return batch;
}

/** Groups without operations are left out. */
const bodyOf = (batch: Batch): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(batch).filter(([, list]: [string, unknown[]]) => list.length));

/** Looks, compares, and makes all moves by one request, whose answer closes the window. */
export async function write(run: Writing, moves: readonly Move[]): Promise<Receipt> {
  const { api, zone, environment, signal, urgency } = run;
  const data = receiptData(moves);
  for (let attempt = 1; ; attempt++) {
    // From before the first list is sent: an edit while it was on its way may be in it or not.
    const began = environment.clock.now().up;
    const looked = await look(run, moves);
    compare(run, looked);
    const batch = batchOf(run, looked);
    if (operations(batch) === 0) return { id: `${displayName(zone.apex)} unchanged`, data };
    try {
      const what = `writing to ${displayName(zone.apex)}`;
      const asking = { what, kind: 'write', signal, urgency } as const;
      const path = `/zones/${zone.id}/dns_records/batch`;
      const { result } = await api.post(path, bodyOf(batch), asking);
      return {
        id: `${displayName(zone.apex)} ${lastChange(result)}`,
        data,
        windowMs: Math.ceil(environment.clock.now().up - began),
      };
    } catch (error) {
      if (!isMoved(error)) throw error;
      // One transaction, so nothing landed. What moved is told by comparing again; if nothing did,
      // one more attempt, with the ids of now, is as good as the first.
      if (attempt > 1) throw error;
      compare(run, await look(run, moves));
    }
  }
}

/** The moment of the change by Cloudflare's clock, which names it for people. */
function lastChange(result: unknown): string {
  const times = [...JSON.stringify(result).matchAll(/"modified_on":"([^"]{1,40})"/g)];
  return times
    .map(([, time]) => time ?? '')
    .reduce((one, other) => (one > other ? one : other), '');
}

/** A record id is 32 hexadecimal digits, made by chance; this one is nobody's. */
const NOBODY = '0'.repeat(32);

/**
 * Asks with a batch that holds nothing but the delete of a record that cannot exist. The real operations
 * do not go along: deletes run first and the first error ends the transaction (the page on batch record
 * changes), so they would never be judged, and an endpoint that passes over the unknown id would make
 * them. What they would meet of size, locks and TTL is looked at here. That rights are judged before the
 * id follows from the order in which any API works; it has not been verified against the real service.
 */
export async function writable(run: Writing, moves: readonly Move[]): Promise<'yes'> {
  const { api, zone, signal, urgency } = run;
  batchOf(run, await look(run, moves));
  const what = `asking whether ${displayName(zone.apex)} could be written`;
  const asking = { what, kind: 'read', signal, urgency } as const;
  const harmless = { deletes: [{ id: NOBODY }] };
  try {
    await api.post(`/zones/${zone.id}/dns_records/batch`, harmless, asking);
  } catch (error) {
    if (isGone(error)) return 'yes';
    throw error;
  }
  throw new Fault('UNAVAILABLE', 'Cloudflare took a batch that it had to refuse', {
    where: api.where,
    fix: 'See what endpoint names: nothing was changed, but what answers there is no Cloudflare.',
  });
}
