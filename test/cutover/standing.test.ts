import { describe, expect, it } from 'vitest';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { foreign, serverLabel, standingsOf } from '../../src/cutover/standing.ts';
import { type Round, type Signature } from '../../src/cutover/survey.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { commands } from './commands.ts';
import { reach } from './drive.ts';
import { domain } from './orders.ts';
import { newPlay, nowOf, running } from './play.ts';
import { roundOf, type Oddity } from './reports.ts';
import { wordsOf } from './words.ts';

function inTheDrain(signed: boolean): { cutover: Cutover; see: (...odd: Oddity[]) => Round } {
  const play = newPlay();
  play.signed = signed;
  commands['start']!(play, wordsOf(''));
  reach(play, 'drain');
  const { nameServers } = play;
  const servers = ['ns1', 'ns2', 'ns2v6'];
  const cutover = running(play);
  return {
    cutover,
    see: (...oddities) => roundOf(cutover, { servers, nameServers, signed, oddities }, nowOf(play)),
  };
}

const kinds = (cutover: Cutover, round: Round) => standingsOf(cutover, round).map(({ is }) => is);

describe('where an authoritative address stands', () => {
  const { cutover, see } = inTheDrain(false);

  it('is there when it serves what was written', () => {
    expect(kinds(cutover, see())).toEqual(['there', 'there', 'there']);
  });

  it('is behind at an earlier position, and foreign at one that we have yet to write', () => {
    expect(kinds(cutover, see({ server: 'ns2', is: { position: 0 } }))[1]).toBe('behind');
    expect(kinds(cutover, see({ server: 'ns2', is: { position: 2 } }))[1]).toBe('other');
  });

  it('is foreign off the path, in data or TTL, or when there is nothing', () => {
    const mx = (ttl: number, rdata: string) =>
      rrset({ name: domain, type: 'MX', ttl, rdata: [rdata] });
    const values = [mx(300, '20 mx.foreign.example.'), mx(301, '10 mx.old.example.'), null];
    for (const value of values) {
      const round = see({ server: 'ns1', is: 'well', foreign: value });
      expect(kinds(cutover, round)[0]).toBe('other');
      expect(foreign(cutover, round)).toEqual([
        {
          key: 'example.org. MX',
          expected: mx(300, '10 mx.old.example.'),
          found: value,
          source: 'ns1.example.net. 192.0.2.1',
        },
      ]);
    }
  });

  it('lacks an address family only as long as its other address answers', () => {
    expect(kinds(cutover, see({ server: 'ns2v6', is: 'lacking' }))).toEqual([
      'there',
      'there',
      'lacking',
    ]);
    const both = see({ server: 'ns2v6', is: 'lacking' }, { server: 'ns2', is: 'silent' });
    expect(kinds(cutover, both)).toEqual(['there', 'silent', 'silent']);
  });

  it('is unsigned only in a zone that was signed', () => {
    const odd: Oddity = { server: 'ns2', is: 'unsigned' };
    expect(kinds(cutover, see(odd))[1]).toBe('there');
    const signed = inTheDrain(true);
    expect(kinds(signed.cutover, signed.see(odd))).toEqual(['there', 'unsigned', 'there']);
  });

  it('is there without a signature where a missing DS makes nobody validate', () => {
    const { cutover: inDrain, see: look } = inTheDrain(true);
    const round = look({ server: 'ns2', is: 'unsigned' });
    const judged = { is: 'insecure', at: 'x', why: 'no DS', remedy: null, lasts: null } as const;
    const seen = (signature: Signature, more: { sha1?: true } = {}): Round => ({
      ...round,
      readings: round.readings.map(reading => ({
        ...reading,
        served: reading.served.map(one => ({ ...one, signature })),
        validated: reading.served.map(({ key }) => ({ key, ...judged, ...more })),
      })),
    });
    expect(kinds(inDrain, seen('missing'))).toEqual(['there', 'there', 'there']);
    // Some validators still take SHA-1, and refuse it.
    expect(kinds(inDrain, seen('missing', { sha1: true }))[1]).toBe('unsigned');
    // Where every signature is gone, the DS may only not have been asked for.
    expect(kinds(inDrain, seen('unsigned'))).toEqual(['unsigned', 'unsigned', 'unsigned']);
  });

  it('counts a write that is under way as written', () => {
    const play = newPlay();
    commands['start']!(play, wordsOf(''));
    reach(play, 'swap');
    const open = running(play);
    const { nameServers } = play;
    const oddities: readonly Oddity[] = [{ server: 'ns1', is: { position: 2 } }];
    const round = roundOf(
      open,
      { servers: ['ns1', 'ns2'], nameServers, signed: false, oddities },
      nowOf(play),
    );
    expect(kinds(open, round)).toEqual(['there', 'there']);
  });
});

it('a server is named with its address, its port when that is unusual', () => {
  const address = { name: 'ns1.example.net.', address: '192.0.2.1', port: 53 };
  expect(serverLabel(address)).toBe('ns1.example.net. 192.0.2.1');
  expect(serverLabel({ ...address, port: 5353 })).toBe('ns1.example.net. 192.0.2.1:5353');
  expect(serverLabel({ name: '2001:db8::1', address: '2001:db8::1', port: 5353 })).toBe(
    '[2001:db8::1]:5353',
  );
});
