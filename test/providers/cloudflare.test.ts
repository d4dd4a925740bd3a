import { parseName } from '../../src/dns/name.ts';
import { formatRRset, rrset } from '../../src/dns/rrset.ts';
import { type Backend, never, type Trouble } from './backend.ts';
import { apex, hastyClock, type HastyClock, providerFor, seeds } from './cloudflare-backend.ts';
import { liveZone, openedLive } from './cloudflare-live.ts';
import { conformance } from './conformance.ts';
import { cloudflareDouble, type CloudflareDouble } from './doubles/cloudflare.ts';
import { type Trouble as Mischief } from './doubles/mischief.ts';

const inner = parseName('inner.alpha.example');

/** How each trouble of the suite befalls the double: often enough that no repetition helps. */
const troubles: Readonly<Record<Trouble, readonly [Mischief, number]>> = {
  unauthorized: ['unauthorized', 1],
  // Longer than the retries may take, so that it comes through.
  'rate limited': ['throttled with retry-after', 5],
  'server error': ['server error before', 5],
  reset: ['reset before', 5],
  'malformed body': ['malformed', 5],
  // Two attempts of five seconds are all that the ceiling of a request allows.
  silent: ['silent', 2],
};

const provoking = (
  double: CloudflareDouble,
  clock: HastyClock,
): Record<Trouble, () => Promise<void>> => {
  const entries = Object.entries(troubles).map(([kind, [trouble, times]]) => [
    kind,
    async () => {
      double.mischief.calm();
      if (trouble === 'silent') clock.hasten();
      double.mischief.next(Array.from({ length: times }, () => trouble));
    },
  ]);
  return Object.fromEntries(entries) as Record<Trouble, () => Promise<void>>;
};

const backend = (plan: 'free' | 'enterprise'): Backend => ({
  open: async () => {
    const zones = [
      { apex, sets: seeds(apex), plan },
      { apex: inner, sets: [], plan },
    ];
    const double = await cloudflareDouble({ zones });
    const clock = hastyClock();
    const provider = await providerFor(double, { more: { clock } });
    // The floor of an Enterprise zone is known once the zone is.
    await provider.zone(apex, never());
    return {
      provider,
      zone: apex,
      edit: async (key, after) => {
        double.edit(apex, key, after);
      },
      dump: async () => double.published(apex).map(formatRRset),
      writes: async () => double.writes(apex),
      trouble: provoking(double, clock),
      secrets: [double.token, Buffer.from(double.token).toString('base64')],
      nested: { outer: apex, inner },
      twins: async () => {
        const two = [
          { apex, sets: [], account: 'One' },
          { apex, sets: [], account: 'The Other' },
        ];
        const twin = await cloudflareDouble({ zones: two });
        stops.push(() => twin.stop());
        return providerFor(twin);
      },
      pages: async () => {
        for (let index = 0; index < 300; index++) {
          const name = parseName(`page${index}.${apex}`);
          const set = rrset({ name, type: 'MX', ttl: 300, rdata: [`10 mx${index}.example.net.`] });
          double.edit(apex, set, set);
        }
      },
      close: async () => {
        await double.stop();
        for (const stop of stops.splice(0)) await stop();
      },
    };
  },
});
const stops: (() => Promise<void>)[] = [];

conformance('Cloudflare', backend('free'));
conformance('Cloudflare on an Enterprise zone', backend('enterprise'));

/** The way to the real service, with the double in its place: so that it works when somebody goes it. */
conformance('Cloudflare as it is met live', {
  open: async () => {
    const zones = [{ apex, sets: [], status: 'pending' as const }];
    const double = await cloudflareDouble({ zones, mischief: { rate: 0 } });
    const { token, endpoint } = double;
    const zone = apex.slice(0, -1);
    const live = await openedLive({ zoneId: double.zoneId(apex), zone, token, endpoint });
    return {
      ...live,
      close: async () => {
        await live.close();
        await double.stop();
      },
    };
  },
});

const zone = liveZone(process.env);
if (zone !== null) conformance('Cloudflare itself', { open: () => openedLive(zone) });
