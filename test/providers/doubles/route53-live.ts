import { route53 } from '../../../providers/route53/route53.ts';
import { parseName } from '../../../src/dns/name.ts';
import { formatRRset, type Key, keyText, type RRset, rrset } from '../../../src/dns/rrset.ts';
import { type Provider } from '../../../src/provider.ts';
import { providerEnvironment } from '../../support/provider-environment.ts';
import { type Backend, fresh, never } from '../backend.ts';

/**
 * A throw-away zone of the real service: LIVE=1, credentials of the default chain, and
 * LIVE_ROUTE53_ZONE_ID with LIVE_ROUTE53_ZONE, its name. What the suite writes is removed again.
 */
export function route53Live(): Backend | null {
  const { LIVE, LIVE_ROUTE53_ZONE_ID: zoneId, LIVE_ROUTE53_ZONE: apex } = process.env;
  if (LIVE !== '1' || zoneId === undefined || apex === undefined) return null;
  const zone = parseName(apex);
  return {
    open: async () => {
      const settings = { zoneId, region: 'us-east-1' };
      const own = await route53('live', settings, providerEnvironment());
      const touched = new Map<string, Key>();
      let writes = 0;
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
      for (const seed of seeds) await put(seed, seed);
      return {
        ...{ provider, zone, edit: put },
        dump: async () => {
          const sets = await Promise.all([...touched.values()].map(key => own.read(key, never())));
          return sets
            .flatMap(set => (set === null ? [] : [formatRRset(set.rrset)]))
            .sort((a, b) => (a < b ? -1 : 1));
        },
        writes: async () => writes,
        close: async () => {
          for (const key of touched.values()) await put(key, null);
        },
      };
    },
  };
}
