import { expect, it } from 'vitest';
import { memoryProvider } from '../../providers/memory/memory.ts';
import { memoryZone } from '../../providers/memory/zone.ts';
import { type Name, parseName } from '../../src/dns/name.ts';
import { formatRRset, type RRset, rrset } from '../../src/dns/rrset.ts';
import { type Capabilities } from '../../src/provider.ts';
import { type Backend } from './backend.ts';
import { conformance } from './conformance.ts';

const apex = parseName('alpha.example');
const inner = parseName('inner.alpha.example');

const seeds = (zone: Name): readonly RRset[] => [
  rrset({ name: zone, type: 'NS', ttl: 3600, rdata: [`ns1.${zone}`, `ns2.${zone}`] }),
  ...Array.from({ length: 20 }, (_, index) =>
    rrset({
      name: parseName(`seed${index}.${zone}`),
      type: 'TXT',
      ttl: 1000 + index,
      rdata: [`"seed ${index}"`],
    }),
  ),
];

const backend = (capabilities: Partial<Capabilities> = {}): Backend => ({
  open: async () => {
    const zone = memoryZone(apex, seeds(apex));
    const zones = [zone, memoryZone(inner, []), memoryZone(parseName('beta.example'), [])];
    let syncedAfter = 0;
    const options = {
      name: 'memory',
      zones,
      capabilities,
      get syncedAfter() {
        return syncedAfter;
      },
    };
    return {
      provider: memoryProvider(options),
      zone: apex,
      edit: async (key, after) => {
        zone.edit([{ key, after }]);
      },
      dump: async () =>
        zone
          .all()
          .filter(set => set.type !== 'SOA')
          .map(formatRRset),
      writes: async () => zone.log().length,
      slow: async () => {
        syncedAfter = 2;
      },
      nested: { outer: apex, inner },
      twins: async () => memoryProvider({ name: 'memory', zones: [zone, zone] }),
      pages: async () => {
        zone.edit(
          Array.from({ length: 300 }, (_, index) => {
            const set = { ...seeds(apex)[1]!, name: parseName(`page${index}.${apex}`) };
            return { key: set, after: set };
          }),
        );
      },
      close: async () => undefined,
    };
  },
});

conformance('memory', backend());
conformance('memory with a floor and reports', backend({ minTtl: 30, syncStatus: 'reported' }));

it('tells its listeners of every transaction and counts the serial', () => {
  const zone = memoryZone(apex, seeds(apex));
  const heard: number[] = [];
  const stop = zone.subscribe(entry => heard.push(entry.serial));
  const mx = rrset({ name: apex, type: 'MX', ttl: 60, rdata: ['0 new.example.net.'] });
  zone.edit([{ key: mx, after: mx }], 'a test');
  zone.edit([{ key: mx, after: mx }]);
  expect(zone.serial()).toBe(2);
  expect(zone.get({ name: apex, type: 'SOA' })?.rrset.rdata[0]).toContain(' 2 40 20 86400 15');
  stop();
  zone.edit([{ key: mx, after: null }]);
  expect(heard).toEqual([2]);
  expect(zone.log()).toMatchObject([
    { serial: 2, by: 'a test', changes: [{ before: null, after: mx }] },
    { serial: 3, by: 'somebody else', changes: [{ before: mx, after: null }] },
  ]);
});

it('gives extras back as they were written', async () => {
  const zone = memoryZone(apex, seeds(apex));
  const provider = memoryProvider({ name: 'memory', zones: [zone] });
  const signal = new AbortController().signal;
  const mx = rrset({ name: apex, type: 'MX', ttl: 60, rdata: ['0 new.example.net.'] });
  const to = { rrset: mx, extras: { comment: 'mail' }, token: null };
  await provider.write([{ from: null, to }], signal);
  const from = await provider.read(mx, signal);
  expect(from?.extras).toEqual({ comment: 'mail' });
  await provider.write([{ from, to: null }], signal);
  await provider.write([{ from: null, to: from }], signal);
  expect((await provider.read(mx, signal))?.extras).toEqual({ comment: 'mail' });
});
