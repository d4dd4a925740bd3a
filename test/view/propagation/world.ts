import { parseName } from '../../../src/dns/name.ts';
import {
  byAttention,
  type PropagationRow,
  unaskedRow,
} from '../../../src/view/propagation/rows.ts';
import { type AuthorityRow, type Picture } from '../../../src/view/propagation/propagation.ts';
import { type Look, plain } from '../../../src/view/table.ts';
import { newSet, oldSet, otherSet } from '../../propagation/example.ts';
import { resolver } from '../watched.ts';

export const wall = 1_796_450_400_000;
export const look: Look = { width: 80, ascii: false, paint: plain, zone: 'UTC', now: wall };

export const row = (id: string, change: Partial<PropagationRow> = {}): PropagationRow => ({
  ...unaskedRow(resolver(id)),
  ...{ verdict: 'new', transport: 'udp', rdata: newSet, ttl: 300, ttlLeft: 120, samples: 1 },
  ...{ rcode: 'NOERROR', dnssec: 'not validated', final: true },
  ...change,
});
export const old = (id: string, change: Partial<PropagationRow> = {}) =>
  row(id, {
    ...{ verdict: 'old', rdata: oldSet, cause: 'waiting for its TTL', until: wall + 60_000 },
    ...change,
  });
export const bogus = (id: string, code: number, text = '') =>
  row(id, {
    ...{ verdict: 'refused', rdata: null, ttl: null, ttlLeft: null, rcode: 'SERVFAIL' },
    ...{ cause: 'silent or refused', ede: [{ code, text }], dnssec: 'bogus' },
  });
export const silent = (id: string) =>
  row(id, {
    ...{ verdict: 'silent', rdata: null, ttl: null, ttlLeft: null, rcode: null, dnssec: null },
    ...{ cause: 'silent or refused', silence: '192.0.2.1:53 (udp): no answer within 2000 ms' },
  });

export const server = (number: number, change: Partial<AuthorityRow> = {}): AuthorityRow => ({
  ...{ name: `ns${number}.example.net.`, address: `192.0.2.${number}`, port: 53, verdict: 'new' },
  ...{ rdata: newSet, ttl: 300, serial: 7, trouble: null },
  ...change,
});

export const picture = (
  rows: readonly PropagationRow[],
  change: Partial<Picture> = {},
): Picture => ({
  ...{ key: { name: parseName('example.org'), type: 'MX' }, at: wall, expected: newSet },
  ...{ expectedFrom: 'authoritative servers', old: [oldSet], oldFrom: 'seen' },
  ...{ authority: [server(1), server(2)], authorityTrouble: null, rows, notes: [] },
  ...change,
});

export const world = byAttention([
  row('google', { anycast: true, weight: 15, dnssec: 'validated', operator: 'Google' }),
  row('cloudflare', { anycast: true, weight: 4, dnssec: 'validated' }),
  row('quad9', { anycast: true }),
  row('paris', { country: 'FR' }),
  old('berlin', { ttlLeft: 60 }),
  old('lima', { country: 'PE', ttlLeft: 40, until: wall + 40_000 }),
  old('osaka', {
    ...{ country: 'JP', ttlLeft: 900, cause: 'raises TTLs', until: wall + 900_000 },
    flushUrl: 'https://osaka.example/flush',
  }),
  row('captive', { verdict: 'other', rdata: otherSet, cause: 'filtered or rewritten' }),
  silent('mute'),
]);
