import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { parseName } from '../../../src/dns/name.ts';
import { RCODE } from '../../../src/dns/rcode.ts';
import { type RRset, rrset } from '../../../src/dns/rrset.ts';
import { answering, type Answering } from '../answering.ts';
import { said } from '../said.ts';

const home = mkdtempSync(join(tmpdir(), 'dns-cutover-propagation-types-'));
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});
const servers: Answering[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()));
});

const apex = parseName('example.org');
const soaText = (serial: number) =>
  `ns1.example.net. hostmaster.example.org. ${serial} 3600 600 86400 300`;
const at = (name: string, type: string, ...rdata: readonly string[]) =>
  rrset({ name: parseName(name), type, ttl: 300, rdata });

/** A set of each type: what one resolver still holds, and what the server and the other one give. */
const types: readonly (readonly [name: string, type: string, old: string, now: string])[] = [
  ['example.org', 'MX', '10 mx.old.example.', '10 mx.new.example.'],
  ['example.org', 'TXT', '"v=spf1 mx -all"', '"v=spf1 include:spf.new.example -all"'],
  ['www.example.org', 'A', '192.0.2.80', '198.51.100.80'],
  ['www.example.org', 'AAAA', '2001:db8::80', '2001:db8:1::80'],
  ['mail.example.org', 'CNAME', 'old.example.', 'new.example.'],
  ['sub.example.org', 'NS', 'ns.old.example.', 'ns.new.example.'],
  ['example.org', 'SOA', soaText(6), soaText(7)],
  ['_imaps._tcp.example.org', 'SRV', '0 1 993 imap.old.example.', '0 1 993 imap.new.example.'],
  ['_25._tcp.mx.example.org', 'TLSA', `3 1 1 ${'0a'.repeat(32)}`, `3 1 1 ${'0b'.repeat(32)}`],
  ['example.org', 'CAA', '0 issue "ca.old.example"', '0 issue "ca.new.example"'],
  ['sub.example.org', 'DS', `1 13 2 ${'0a'.repeat(32)}`, `2 13 2 ${'0b'.repeat(32)}`],
];

/** Answers for this RRset and for the apex; nothing else exists. */
async function giving(one: RRset, aa: boolean): Promise<Answering> {
  const sets = [
    ...[one, at('example.org', 'SOA', soaText(7)), at('example.org', 'NS', 'ns1.example.net.')],
  ];
  const server = await answering(({ name, type }) => {
    const found = sets.find(set => set.name === name && set.type === type);
    if (found !== undefined) return { aa, answer: [found] };
    const exists = sets.some(set => set.name === name);
    const soa = at(apex, 'SOA', soaText(7));
    return { aa, authority: [soa], rcode: exists ? RCODE.NOERROR : RCODE.NXDOMAIN };
  });
  servers.push(server);
  return server;
}

it.each(types)('tells who has which %s %s', async (...one) => {
  const [name, type, old, now] = one;
  const [server, stale, fresh] = await Promise.all([
    giving(at(name, type, now), true),
    giving(at(name, type, old), false),
    giving(at(name, type, now), false),
  ]);
  const list = join(home, 'resolvers.json');
  const rows = [stale, fresh].map(({ port }, index) => ({
    ...{ id: ['stale', 'fresh'][index], addresses: ['127.0.0.1'], port },
  }));
  writeFileSync(list, JSON.stringify(rows));
  const ended = await said(
    ...['propagation', name, type, '--authority', server.at, '--resolvers', list, '--json'],
  );
  expect(ended.code, ended.err).toBe(8);
  expect(JSON.parse(ended.out)).toMatchObject({
    ...{ type, expected: [now], authoritative: [{ verdict: 'new' }] },
    resolvers: [
      { id: 'stale', verdict: 'old', rdata: [old] },
      { id: 'fresh', verdict: 'new', rdata: [now] },
    ],
    answers: expect.arrayContaining([
      expect.objectContaining({ rdata: [now] }),
      expect.objectContaining({ rdata: [old] }),
    ]) as unknown,
  });
});
