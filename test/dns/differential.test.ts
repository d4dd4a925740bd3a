import dnsPacket from 'dns-packet';
import dns2 from 'dns2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { rrset, type RRset } from '../../src/dns/rrset.ts';
import { decodeMessage, encodeQuery, encodeResponse } from '../../src/dns/wire.ts';
import { names, rdataByType } from './arbitraries.ts';

const { Packet } = dns2;

/** Sets of the types that the other codec is right about, with text in its TXT. */
const setsOf = (types: readonly string[]): fc.Arbitrary<RRset> =>
  fc.record({ name: names, type: fc.constantFrom(...types), ttl: fc.nat() }).chain(head =>
    fc.array(rdataByType[head.type]!, { minLength: 1, maxLength: 3 }).map(rdata =>
      rrset({
        ...head,
        rdata: head.type === 'SOA' || head.type === 'CNAME' ? rdata.slice(0, 1) : rdata,
      }),
    ),
  );

const dotted = (text: string | undefined): string =>
  text === undefined || text === '' || text === '.' ? '.' : `${text}.`.toLowerCase();

const written = (set: RRset): Uint8Array => {
  const query = encodeQuery({ id: 9, name: set.name, type: set.type, recursive: true });
  return encodeResponse({ query: decodeMessage(query), aa: true, answer: [set] });
};

describe('dns-packet', () => {
  const octets = (value: unknown): string => (value as Buffer).toString('hex');
  const text = (value: unknown): string => value as string;
  /** Its answer in our words, from its own fields. */
  function rdataOf({ type, data }: { type: string; data: unknown }): string {
    const d = data as Record<string, string | number | undefined>;
    switch (type) {
      case 'MX':
        return `${d['preference'] ?? 0} ${dotted(text(d['exchange']))}`;
      case 'SRV':
        return `${d['priority'] ?? 0} ${d['weight'] ?? 0} ${d['port']} ${dotted(text(d['target']))}`;
      case 'SOA':
        return [
          ...[dotted(text(d['mname'])), dotted(text(d['rname']))],
          ...[d['serial'], d['refresh'], d['retry'], d['expire'], d['minimum']],
        ].join(' ');
      case 'TXT':
        return (data as Buffer[]).map(octets => octets.toString('hex')).join(' ');
      case 'TLSA':
        return `${d['usage']} ${d['selector']} ${d['matchingType']} ${octets(d['certificate'])}`;
      case 'DS':
        return `${d['keyTag']} ${d['algorithm']} ${d['digestType']} ${octets(d['digest'])}`;
      case 'NS':
      case 'CNAME':
      case 'PTR':
        return dotted(data as string);
      default:
        return data as string;
    }
  }

  const types = ['MX', 'A', 'NS', 'CNAME', 'PTR', 'SOA', 'SRV', 'TLSA', 'DS'];

  it('reads what we write', () => {
    fc.assert(
      fc.property(setsOf(types), set => {
        const packet = dnsPacket.decode(Buffer.from(written(set)));
        expect(packet).toMatchObject({ id: 9, type: 'response', flag_aa: true });
        const answers = (packet.answers ?? []) as {
          name: string;
          type: string;
          ttl: number;
          data: unknown;
        }[];
        expect(answers.map(rdataOf)).toEqual(set.rdata);
        for (const { name, ttl } of answers)
          expect([dotted(name), ttl]).toEqual([set.name, set.ttl]);
      }),
      { numRuns: 400 },
    );
  });

  it('reads the octets of TXT that we write', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 255 }), { minLength: 1, maxLength: 4 }),
        strings => {
          const escaped = strings.map(
            octets => `"${[...octets].map(o => `\\${String(o).padStart(3, '0')}`).join('')}"`,
          );
          const set = rrset({
            name: parseName('example.org'),
            type: 'TXT',
            ttl: 1,
            rdata: [escaped.join(' ')],
          });
          const packet = dnsPacket.decode(Buffer.from(written(set)));
          const [answer] = (packet.answers ?? []) as { type: string; data: unknown }[];
          expect(rdataOf(answer!)).toBe(strings.map(o => Buffer.from(o).toString('hex')).join(' '));
        },
      ),
    );
  });

  it('is read by us, compression included', () => {
    fc.assert(
      fc.property(setsOf(types), set => {
        const packet = dnsPacket.decode(Buffer.from(written(set)));
        const again = dnsPacket.encode({ ...packet, answers: packet.answers! });
        expect(decodeMessage(again).answer).toEqual(decodeMessage(written(set)).answer);
      }),
      { numRuns: 400 },
    );
  });

  it('writes the same question', () => {
    fc.assert(
      fc.property(names, fc.nat(65_535), (name, id) => {
        const theirs = dnsPacket.encode({
          type: 'query',
          id,
          flags: dnsPacket.RECURSION_DESIRED,
          questions: [{ type: 'MX', name: name.slice(0, -1), class: 'IN' }],
        });
        const ours = encodeQuery({ id, name, type: 'MX', recursive: true, edns: false });
        expect(Buffer.from(ours)).toEqual(theirs);
      }),
    );
  });
});

describe('dns2', () => {
  type Resource = Record<string, string | number>;
  function rdataOf(type: string, r: Resource): string {
    switch (type) {
      case 'MX':
        return `${r['priority']} ${dotted(r['exchange'] as string)}`;
      case 'A':
        return String(r['address']);
      case 'NS':
        return dotted(r['ns'] as string);
      case 'SRV':
        return `${r['priority']} ${r['weight']} ${r['port']} ${dotted(r['target'] as string)}`;
      case 'SOA':
        return [
          ...[dotted(r['primary'] as string), dotted(r['admin'] as string)],
          ...[r['serial'], r['refresh'], r['retry'], r['expiration'], r['minimum']],
        ].join(' ');
      default:
        return dotted(r['domain'] as string);
    }
  }
  // It holds the minimum of a SOA to the 31 bits of a TTL, where RFC 1035 3.3.13 has 32.
  const sets = setsOf(['MX', 'A', 'NS', 'CNAME', 'SOA', 'SRV']).filter(
    ({ type, rdata }) =>
      type !== 'SOA' || rdata.every(text => Number(text.split(' ').at(-1)) < 2 ** 31),
  );

  it('reads what we write', () => {
    fc.assert(
      fc.property(sets, set => {
        const packet = Packet.parse(Buffer.from(written(set)));
        const answers = packet.answers as unknown as Resource[];
        expect(answers.map(answer => rdataOf(set.type, answer))).toEqual(set.rdata);
        for (const answer of answers)
          expect([dotted(answer['name'] as string), answer['ttl']]).toEqual([set.name, set.ttl]);
      }),
      { numRuns: 400 },
    );
  });

  it('is read by us, compression included', () => {
    fc.assert(
      fc.property(sets, set => {
        const packet = Packet.parse(Buffer.from(written(set)));
        const { answer, question } = decodeMessage(packet.toBuffer());
        expect(answer).toEqual(decodeMessage(written(set)).answer);
        expect(question?.name).toBe(set.name);
      }),
      { numRuns: 400 },
    );
  });
});
