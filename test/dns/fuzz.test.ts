import dnsPacket from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { signMessage } from '../../src/dns/tsig.ts';
import { decodeUpdate } from '../../src/dns/update-read.ts';
import { encodeUpdate } from '../../src/dns/update.ts';
import {
  decodeMessage,
  encodeQuery,
  encodeResponse,
  type Message,
  questionMatches,
} from '../../src/dns/wire.ts';
import { extendedError } from '../../src/dns/edns.ts';
import { isFault } from '../../src/errors.ts';

const name = parseName('example.org');
const mx = rrset({ name, type: 'MX', ttl: 300, rdata: ['0 mx.new.example', '10 b.example'] });
const txt = rrset({ name, type: 'TXT', ttl: 300, rdata: ['v=spf1 mx -all', '"\\000\\255"'] });
const nsec = rrset({ name, type: 'NSEC', ttl: 300, rdata: ['a.example.org MX TXT RRSIG NSEC'] });
const caa = rrset({ name, type: 'CAA', ttl: 300, rdata: ['0 issue "ca.example.net"'] });
const query = encodeQuery({
  id: 1,
  name,
  type: 'MX',
  recursive: true,
  nsid: true,
  cookie: new Uint8Array(8),
});
const key = { name, algorithm: 'hmac-sha256', secret: new Uint8Array(32) } as const;

const seeds: readonly Uint8Array[] = [
  query,
  encodeResponse({
    query: decodeMessage(query),
    answer: [mx, txt],
    authority: [nsec],
    additional: [caa],
    options: [extendedError(3, 'stale')],
  }),
  dnsPacket.encode({
    type: 'response',
    questions: [{ type: 'MX', name: 'example.org' }],
    answers: Array.from({ length: 10 }, (_, index) => ({
      type: 'MX' as const,
      name: 'example.org',
      data: { preference: index, exchange: `mx${index}.mail.example.org` },
    })),
  }),
  signMessage(
    encodeUpdate({
      id: 3,
      zone: name,
      prerequisites: [{ is: 'equals', rrset: mx }],
      updates: [
        { do: 'delete rrset', key: mx },
        { do: 'add', rrset: txt },
      ],
    }),
    key,
    1_795_000_000,
  ).bytes,
];

/** Repeatable chance (mulberry32): a failure names its case. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const mutations: Readonly<Record<string, (below: (n: number) => number) => Uint8Array>> = {
  'random octets': below => Uint8Array.from({ length: below(200) }, () => below(256)),
  'random octets behind an honest header': below => {
    const bytes = Uint8Array.from({ length: 12 + below(200) }, () => below(256));
    bytes.set([0, 1, 0x81, 0x80, 0, below(2), 0, below(4), 0, below(3), 0, below(3)]);
    return bytes;
  },
  'turned bits': below => {
    const bytes = seeds[below(seeds.length)]!.slice();
    for (let turns = 1 + below(4); turns > 0; turns--) bytes[below(bytes.length)]! ^= 1 << below(8);
    return bytes;
  },
  'pointers where none were': below => {
    const bytes = seeds[below(seeds.length)]!.slice();
    const at = 12 + below(bytes.length - 13);
    bytes.set([0xc0, below(bytes.length)], at);
    return bytes;
  },
  truncations: below => {
    const bytes = seeds[below(seeds.length)]!;
    return bytes.slice(0, below(bytes.length));
  },
  splices: below => {
    const [one, other] = [seeds[below(seeds.length)]!, seeds[below(seeds.length)]!];
    return Uint8Array.from([
      ...one.slice(0, below(one.length)),
      ...other.slice(below(other.length)),
    ]);
  },
  'changed counts and lengths': below => {
    const bytes = seeds[below(seeds.length)]!.slice();
    bytes.set(
      [below(256), below(256)],
      below(2) === 0 ? 4 + 2 * below(4) : 12 + below(bytes.length - 14),
    );
    return bytes;
  },
};

const mayBeRead = ['turned bits', 'splices', 'changed counts and lengths'];

/** What must hold for anything that was read at all. */
function consistent(bytes: Uint8Array, message: Message): void {
  const count = (at: number): number => bytes[at]! * 256 + bytes[at + 1]!;
  const apart = (message.edns === null ? 0 : 1) + (message.tsig === null ? 0 : 1);
  expect(message.question === null ? 0 : 1).toBe(count(4));
  expect(message.answer.length).toBe(count(6));
  expect(message.authority.length).toBe(count(8));
  expect(message.additional.length + apart).toBe(count(10));
}

describe('whatever octets come', () => {
  it.each(Object.entries(mutations))('%s: a message or MALFORMED, nothing else', (what, mutate) => {
    const below = chance(what.length);
    let read = 0;
    for (let round = 0; round < 3000; round++) {
      const bytes = mutate(below);
      for (const decode of [decodeMessage, decodeUpdate])
        try {
          const result = decode(bytes);
          if ('rcode' in result) {
            consistent(bytes, result);
            read++;
          }
        } catch (error) {
          if (!isFault(error, 'MALFORMED'))
            throw new Error(`${what} ${round}: ${Buffer.from(bytes).toString('hex')}`, {
              cause: error,
            });
        }
      questionMatches(query, bytes);
      questionMatches(bytes, query);
    }
    // Where a mutation may leave a message behind both ways out were taken.
    if (mayBeRead.includes(what)) expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(3000);
  });

  it('no truncation of a message is a message', () => {
    for (const bytes of seeds)
      for (let length = 0; length < bytes.length; length++)
        expect(() => decodeMessage(bytes.slice(0, length))).toThrow('malformed');
  });

  it('no message goes on behind its end', () => {
    for (const bytes of seeds)
      for (const octet of [0, 1, 0xc0, 255])
        expect(() => decodeMessage(Uint8Array.of(...bytes, octet))).toThrow('malformed');
  });
});
