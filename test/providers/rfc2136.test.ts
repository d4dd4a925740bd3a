import { expect, it } from 'vitest';
import { outcomeOf, type Sent } from '../../providers/rfc2136/answer.ts';
import {
  mailHostsWithin,
  probeFor,
  receiptData,
  updateFor,
  wildcardsFor,
} from '../../providers/rfc2136/convert.ts';
import { setsOf } from '../../providers/rfc2136/receipt.ts';
import { parseName } from '../../src/dns/name.ts';
import { RCODE } from '../../src/dns/rcode.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { signReply } from '../../src/dns/tsig.ts';
import { decodeUpdate } from '../../src/dns/update-read.ts';
import { type Code, isFault } from '../../src/errors.ts';
import { fresh } from './backend.ts';

const zone = parseName('example.org');
const key = {
  name: parseName('cutover'),
  algorithm: 'hmac-sha256',
  secret: Buffer.alloc(32, 7),
} as const;
const now = 1_800_000_000;
const sent: Sent = {
  ...{ server: '192.0.2.53:53', zone, id: 0x1234, key, mac: Buffer.alloc(32, 1), now },
  mailHosts: [],
};

/** The header of an answer to the UPDATE. */
const plain = (rcode: number, id = sent.id, flags = 0xa8): Uint8Array =>
  Uint8Array.from([id >> 8, id & 255, flags, rcode, 0, 0, 0, 0, 0, 0, 0, 0]);
const signed = (
  rcode: number,
  how: { id?: number; flags?: number; at?: number } = {},
): Uint8Array =>
  signReply(plain(rcode, how.id, how.flags), key, {
    ...{ requestMac: sent.mac, timeSigned: how.at ?? now },
  });

it.each([
  [RCODE.NOERROR, 'done'],
  [RCODE.NXRRSET, 'moved'],
  [RCODE.YXRRSET, 'moved'],
  [RCODE.NXDOMAIN, 'moved'],
  [RCODE.YXDOMAIN, 'moved'],
] as const)('believes the signed answer %i: %s', (rcode, outcome) => {
  expect(outcomeOf(signed(rcode), sent)).toBe(outcome);
});

const forged = signed(RCODE.NOERROR);
forged[forged.length - 20]! ^= 1;

const refusals: Record<string, [Uint8Array, Code, RegExp]> = {
  'a refusal by policy': [signed(RCODE.REFUSED), 'UNAUTHORIZED', /REFUSED: the policy/],
  'a refusal without a signature': [plain(RCODE.REFUSED), 'UNAUTHORIZED', /REFUSED, unsigned/],
  'another primary': [signed(RCODE.NOTAUTH), 'UNSUPPORTED', /not the primary of example\.org/],
  'no rights, unsigned': [plain(RCODE.NOTAUTH), 'UNAUTHORIZED', /NOTAUTH, unsigned/],
  'a name outside the zone': [signed(RCODE.NOTZONE), 'UNSUPPORTED', /does not lie in example\.org/],
  'no updates at all': [signed(RCODE.NOTIMP), 'UNSUPPORTED', /NOTIMP.*understand updates/],
  'no updates at all, unsigned': [plain(RCODE.FORMERR), 'UNSUPPORTED', /FORMERR/],
  'a server that failed': [signed(RCODE.SERVFAIL), 'UNAVAILABLE', /not known/],
  'an odd answer': [signed(11), 'UNAVAILABLE', /not known here/],
  'success without a signature': [plain(RCODE.NOERROR), 'UNAVAILABLE', /cannot be trusted/],
  'a conflict without a signature': [plain(RCODE.NXRRSET), 'UNAVAILABLE', /cannot be trusted/],
  'a forged success': [forged, 'UNAVAILABLE', /badly signed.*cannot be trusted/],
  'an old success': [signed(RCODE.NOERROR, { at: now - 301 }), 'UNAVAILABLE', /301 s from now/],
  'the answer to something else': [
    signed(RCODE.NOERROR, { id: 0x4321 }),
    'UNAVAILABLE',
    /answers something else/,
  ],
  'a request instead of an answer': [
    signed(RCODE.NOERROR, { flags: 0x28 }),
    'UNAVAILABLE',
    /answers something else/,
  ],
  garbage: [Buffer.from('not a DNS message'), 'UNAVAILABLE', /nonsense.*malformed/],
};

it.each(Object.entries(refusals))('tells %s', (_, [reply, code, words]) => {
  const fault = (() => {
    try {
      return outcomeOf(reply, sent);
    } catch (error) {
      return error;
    }
  })();
  if (!isFault(fault)) throw new Error(`no fault but ${String(fault)}`);
  expect(fault.code).toBe(code);
  expect(fault.message).toMatch(words);
  expect(fault.message).toContain('192.0.2.53:53');
  expect(fault.fix).toBeTruthy();
});

const mx = rrset({ name: zone, type: 'MX', ttl: 60, rdata: ['10 mx.example.org.'] });
const moved = rrset({ ...mx, ttl: 30 });
const txt = rrset({ name: zone, type: 'TXT', ttl: 60, rdata: ['"x"'] });
const soa = rrset({
  ...{ name: zone, type: 'SOA', ttl: 60 },
  rdata: ['ns1.example.org. h.example.org. 9 1 1 1 1'],
});

it('never adds without deleting first, and compares every set and the SOA', () => {
  const moves = [
    { from: fresh(mx), to: fresh(moved) },
    { from: null, to: fresh(txt) },
  ];
  const update = decodeUpdate(updateFor({ id: 1, zone }, moves, soa));
  expect(update.prerequisites).toEqual([
    { is: 'equals', rrset: { ...soa, ttl: 0 } },
    { is: 'equals', rrset: { ...mx, ttl: 0 } },
    { is: 'absent', key: { name: zone, type: 'TXT' } },
  ]);
  expect(update.updates).toEqual([
    { do: 'delete rrset', key: { name: zone, type: 'MX' } },
    { do: 'add', rrset: moved },
    { do: 'delete rrset', key: { name: zone, type: 'TXT' } },
    { do: 'add', rrset: txt },
  ]);
});

it('asks for rights with the same updates behind what never holds', () => {
  const moves = [{ from: fresh(mx), to: null }];
  const probe = decodeUpdate(probeFor({ id: 1, zone }, moves));
  expect(probe.prerequisites).toEqual([{ is: 'absent', key: { name: zone, type: 'SOA' } }]);
  expect(probe.updates).toEqual([{ do: 'delete rrset', key: { name: zone, type: 'MX' } }]);
});

it('knows which wildcards may answer for a name', () => {
  const deep = parseName('a.b.example.org');
  expect(wildcardsFor(deep, zone)).toEqual(['*.b.example.org.', '*.example.org.']);
  expect(wildcardsFor(zone, zone)).toEqual([]);
  expect(wildcardsFor(parseName('*.example.org'), zone)).toEqual([]);
});

it('finds mail hosts in the zone that bring no address along', () => {
  const host = parseName('mx.example.org');
  const address = rrset({ name: host, type: 'A', ttl: 60, rdata: ['192.0.2.1'] });
  const toMx = { from: null, to: fresh(mx) };
  expect(mailHostsWithin([toMx], zone)).toEqual([host]);
  expect(mailHostsWithin([toMx, { from: null, to: fresh(address) }], zone)).toEqual([]);
  const nowhere = rrset({ ...mx, rdata: ['0 .'] });
  expect(mailHostsWithin([{ from: null, to: fresh(nowhere) }], zone)).toEqual([]);
});

it('reads its own receipts back, also after they were stored, and no others', () => {
  const moves = [
    { from: null, to: fresh(mx) },
    { from: fresh(txt), to: null },
  ];
  const data = JSON.parse(JSON.stringify(receiptData(zone, moves))) as null;
  expect(setsOf({ id: '1', data })).toEqual([
    { key: { name: zone, type: 'MX' }, rrset: mx },
    { key: { name: zone, type: 'TXT' }, rrset: null },
  ]);
  for (const other of [null, 7, {}, { sets: [1] }, { sets: [{ name: 'a..b', type: 'MX' }] }])
    expect(() => setsOf({ id: '1', data: other })).toThrow(/no write has the receipt/);
});
