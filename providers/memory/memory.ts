/*
 * A provider that keeps its zones in memory: for rehearsals, for simulated runs, and as the smallest
 * example of what a provider promises. It needs no rights, knows no rate limits and takes every TTL
 * unless told otherwise. Compare-and-swap is atomic because JavaScript runs one turn at a time.
 */
import { type Capabilities } from '../../src/cutover/capabilities.ts';
import { displayName, isWithin, type Name } from '../../src/dns/name.ts';
import { keyText, sameRRset } from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';
import { type Move, type Provider } from '../../src/provider.ts';
import { checkMoves, conflict, keyOfMove } from '../moves.ts';
import { type MemoryZone } from './zone.ts';

export interface MemoryOptions {
  /** The entry under `providers:`. */
  readonly name: string;
  readonly zones: readonly MemoryZone[];
  readonly capabilities?: Partial<Capabilities>;
  /** How often `synced` says no before it says yes, after each write. */
  readonly syncedAfter?: number;
}

/** Receipts remembered; nobody waits for one that is a thousand writes old. */
const RECEIPTS = 1000;

const usual: Capabilities = {
  minTtl: null,
  compareAndSwap: 'atomic',
  atomicSets: true,
  shrinks: 'at once',
  syncStatus: 'observed',
  lag: 0,
};

/** The longest matching zone; two of one name are an error, never a guess. */
function zoneFor(name: Name, { name: provider, zones }: MemoryOptions): MemoryZone {
  const matching = zones
    .filter(zone => isWithin(name, zone.apex))
    .sort((a, b) => b.apex.length - a.apex.length);
  const [zone, next] = matching;
  if (zone === undefined)
    throw new Fault('NOT_FOUND', `no zone of this provider holds ${displayName(name)}`, {
      where: `provider ${provider}`,
      fix: 'Use the provider that hosts the domain.',
    });
  if (next?.apex === zone.apex)
    throw new Fault('UNSUPPORTED', `two zones are named ${displayName(zone.apex)}`, {
      where: `provider ${provider}`,
      fix: 'Remove one of them: which is the public one cannot be guessed.',
    });
  return zone;
}

const stopIfAborted = (signal: AbortSignal): void => {
  if (signal.aborted) throw new Fault('ABORTED', 'given up before anything was sent');
};

/** What can be listed of its zones. */
const listing = ({ zones }: MemoryOptions): Required<Pick<Provider, 'mxSets' | 'zones'>> => ({
  mxSets: async (apex, signal) => {
    stopIfAborted(signal);
    const zone = zones.find(one => one.apex === apex);
    return zone?.all().filter(({ type }) => type === 'MX') ?? [];
  },
  zones: async (most, signal) => {
    stopIfAborted(signal);
    const names = [...new Set(zones.map(({ apex }) => apex))];
    return { zones: names.slice(0, most), whole: names.length <= most };
  },
});

/** Makes the provider. Nothing is random and nothing waits, so that a run can be replayed. */
export function memoryProvider(options: MemoryOptions): Provider {
  const capabilities = { ...usual, ...options.capabilities };
  const pending = new Map<string, number>();
  const checked = (moves: readonly Move[], signal: AbortSignal): MemoryZone | null => {
    stopIfAborted(signal);
    const [first] = moves;
    if (first === undefined) return null;
    const zone = zoneFor(keyOfMove(first).name, options);
    checkMoves(moves, { provider: options.name, zone: zone.apex, capabilities });
    return zone;
  };
  return {
    name: options.name,
    capabilities,
    zone: async (name, signal) => {
      stopIfAborted(signal);
      return zoneFor(name, options).apex;
    },
    read: async (key, signal) => {
      stopIfAborted(signal);
      return zoneFor(key.name, options).get(key);
    },
    write: async (moves, signal) => {
      const zone = checked(moves, signal);
      for (const move of zone === null ? [] : moves) {
        const key = keyOfMove(move);
        const expected = move.from?.rrset ?? null;
        const found = zone?.get(key)?.rrset ?? null;
        if (!sameRRset(expected, found)) throw conflict(options.name, { key, expected, found });
      }
      zone?.edit(
        moves.map(move => ({
          key: keyOfMove(move),
          after: move.to?.rrset ?? null,
          extras: move.to?.extras ?? null,
        })),
        options.name,
      );
      const serial = zone?.serial() ?? 0;
      const id = `${zone?.apex ?? '.'}${serial}`;
      pending.set(id, options.syncedAfter ?? 0);
      for (const oldest of pending.keys()) {
        if (pending.size <= RECEIPTS) break;
        pending.delete(oldest);
      }
      return { id, data: { serial, keys: moves.map(move => keyText(keyOfMove(move))) } };
    },
    synced: async (receipt, signal) => {
      stopIfAborted(signal);
      const left = pending.get(receipt.id);
      if (left === undefined)
        throw new Fault('NOT_FOUND', `no write has the receipt ${receipt.id}`, {
          where: `provider ${options.name}`,
          fix: 'Read the RRsets to see what is there.',
        });
      pending.set(receipt.id, Math.max(0, left - 1));
      return left === 0;
    },
    writable: async (moves, signal) => {
      checked(moves, signal);
      return 'yes';
    },
    ...listing(options),
  };
}
