import { afterEach, vi } from 'vitest';
import { type Name, parseName } from '../../src/dns/name.ts';
import { formatRRset, type RRset, rrset } from '../../src/dns/rrset.ts';
import { type Backend } from './backend.ts';
import { conformance } from './conformance.ts';
import { hurriedClock, openRoute53, rememberLogin } from './doubles/route53-open.ts';
import { route53Live } from './doubles/route53-live.ts';
import { route53Double } from './doubles/route53.ts';

const apex = parseName('alpha.example');
const inner = parseName('inner.alpha.example');
const canary = 'canary/secret+of/nobody00000000000000001';

const seeds = (zone: Name, many = 20): readonly RRset[] =>
  Array.from({ length: many }, (_, index) =>
    rrset({
      name: parseName(`seed${index}.${zone}`),
      type: 'TXT',
      ttl: 1000 + index,
      rdata: [`"seed ${index}"`],
    }),
  );

const logBackIn = rememberLogin();
afterEach(() => {
  logBackIn();
});

const backend = (zoneId: boolean): Backend => ({
  open: async () => {
    const key = {
      accessKeyId: 'AKIDCANARY',
      secretAccessKey: canary,
      sessionToken: 'canary-token',
    };
    const double = await route53Double({
      zones: [
        { apex, sets: seeds(apex) },
        { apex: inner, sets: [] },
        { apex: parseName('beta.example'), sets: [] },
      ],
      keys: [key],
    });
    const clock = hurriedClock();
    const { mischief } = double;
    const settings = zoneId ? { zoneId: double.zoneId(apex) } : {};
    const provider = await openRoute53(double, settings, { clock });
    const opened = {
      ...{ provider, zone: apex },
      edit: async (at: RRset | { name: Name; type: string }, after: RRset | null) => {
        double.edit(apex, at, after);
      },
      dump: async () => double.published(apex).map(formatRRset),
      writes: async () => double.writes(apex),
      // Troubles of reads are met until the adapter gives up; those of writes once.
      trouble: {
        unauthorized: async () => {
          mischief.calm();
          mischief.next(['unauthorized'], 'write');
        },
        'rate limited': async () => {
          mischief.next(Array<'throttled'>(5).fill('throttled'), 'write');
        },
        'server error': async () => {
          mischief.next(['server error before'], 'write');
        },
        reset: async () => {
          mischief.next(['reset before'], 'write');
        },
        'malformed body': async () => {
          mischief.next(Array<'malformed'>(5).fill('malformed'), 'read');
        },
        silent: async () => {
          clock.hurry();
          mischief.next(['silent'], 'write');
        },
      },
      secrets: [canary, 'canary-token', encodeURIComponent(canary)],
      slow: async () => {
        double.pending(3);
      },
      twins: async () => {
        double.addZone({ apex, sets: [] });
        return openRoute53(double, {}, { clock });
      },
      pages: async () => {
        for (const set of seeds(parseName(`many.${apex}`), 700)) double.edit(apex, set, set);
      },
      close: () => double.stop(),
    };
    return zoneId ? opened : { ...opened, nested: { outer: apex, inner } };
  },
});

conformance('Route 53', backend(false));
conformance('Route 53 by the id of the zone', backend(true));

const live = route53Live(process.env);
if (live !== null) {
  // Five requests a second, and a minute until all servers have a change.
  vi.setConfig({ testTimeout: 300_000 });
  conformance('Route 53 itself', live);
}
