import { setTimeout as sleep } from 'node:timers/promises';
import { route53 } from '../../../providers/route53/route53.ts';
import { parseName } from '../../../src/dns/name.ts';
import { formatRRset, type Key, keyText, type RRset, rrset } from '../../../src/dns/rrset.ts';
import { isFault } from '../../../src/errors.ts';
import { type Provider } from '../../../src/provider.ts';
import { providerEnvironment } from '../../support/provider-environment.ts';
import { type Backend, fresh, never } from '../backend.ts';
import { assertThrowAway, liveVariables } from '../live.ts';

/** Between two questions whether all servers have a change. */
const SYNC_PAUSE_MS = 3000;

/**
 * A throw-away zone of the real service: LIVE=1, credentials of the default chain, and
 * LIVE_ROUTE53_ZONE_ID with LIVE_ROUTE53_ZONE, its name. What the suite writes is removed again.
 */
export function route53Live(env: NodeJS.ProcessEnv): Backend | null {
  const named = liveVariables('Route 53', env);
  if (named === null) return null;
  const [zoneId = '', apex = ''] = named;
  assertThrowAway('LIVE_ROUTE53_ZONE', apex);
  const zone = parseName(apex);
  return {
    open: async () => {
      const settings = { zoneId, region: 'us-east-1' };
      const own = await route53('live', settings, providerEnvironment());
      // An id of the zone above would be written just as well.
      if ((await own.zone(zone, never())) !== zone)
        throw new Error(`${zoneId} is not the zone ${apex}`);
      const touched = new Map<string, Key>();
      let writes = 0;
      const deleteAll = async () => {
        const there = await Promise.all([...touched.values()].map(key => own.read(key, never())));
        const moves = there.flatMap(from => (from === null ? [] : [{ from, to: null }]));
        if (moves.length > 0) await own.write(moves, never());
      };
      const touch = (key: Key) => touched.set(keyText(key), { name: key.name, type: key.type });
      const provider: Provider = {
        ...own,
        write: async (moves, signal, urgency) => {
          for (const { from, to } of moves)
            touch((to ?? from)?.rrset ?? { name: zone, type: 'MX' });
          const receipt = await own.write(moves, signal, urgency);
          writes++;
          return receipt;
        },
        // Changes take up to a minute, and every question counts against the account.
        synced: async (receipt, signal) => {
          await sleep(SYNC_PAUSE_MS, undefined, { signal });
          return own.synced(receipt, signal);
        },
      };
      const put = async (key: Key, after: RRset | null) => {
        const from = await own.read(key, never());
        if (from === null && after === null) return;
        touch(key);
        await own.write([{ from, to: after === null ? null : fresh(after) }], never());
        writes++;
      };
      const seeds = Array.from({ length: 20 }, (_, index) =>
        rrset({
          ...{ name: parseName(`seed${index}.${apex}`), type: 'TXT', ttl: 300 },
          rdata: [`"seed ${index}"`],
        }),
      );
      for (const seed of seeds) touch(seed);
      const sow = () =>
        own.write(
          seeds.map(seed => ({ from: null, to: fresh(seed) })),
          never(),
        );
      // A run that was cut off left its seeds behind.
      await sow().catch(async (error: unknown) => {
        if (!isFault(error, 'CONFLICT')) throw error;
        await deleteAll();
        await sow();
      });
      return {
        ...{ provider, zone, edit: put },
        dump: async () => {
          const sets = await Promise.all([...touched.values()].map(key => own.read(key, never())));
          return sets
            .flatMap(set => (set === null ? [] : [formatRRset(set.rrset)]))
            .sort((a, b) => (a < b ? -1 : 1));
        },
        writes: async () => writes,
        close: deleteAll,
      };
    },
  };
}
