import { describe, expect, it } from 'vitest';
import { type Name, parseName } from '../../../src/dns/name.ts';
import { RCODE } from '../../../src/dns/rcode.ts';
import { type WireRecord } from '../../../src/dns/records.ts';
import { Fault } from '../../../src/errors.ts';
import { trialOf } from '../../../src/poller/hearings/trial.ts';
import { seededChance } from '../../../src/rehearsal/chance.ts';
import { type Ask } from '../../../src/transport/transport.ts';
import { trials } from '../trials.ts';

const zone = parseName('example.org');
const servers = ['192.0.2.1', '192.0.2.2'].map(address => ({ address, port: 53 }));
const never = new AbortController().signal;
const nsec = (owner: string, next: string): WireRecord => ({
  ...{ name: parseName(owner), type: 'NSEC', klass: 1, ttl: 300 },
  rdata: `${next} A RRSIG NSEC`,
});

interface Zone {
  readonly denial?: readonly WireRecord[];
  readonly wildcard?: boolean;
  readonly silent?: readonly string[];
  readonly lame?: boolean;
}

/** What resolvers are to be asked, where the authoritative servers answer like this. */
async function trial(
  { denial = [], wildcard = false, silent = [], lame = false }: Zone,
  coming: readonly Name[] = [],
) {
  const asked: string[] = [];
  const answer = trials(new Map([['192.0.2.2', { invents: wildcard }]]), () => 0);
  const ask: Ask = async (question, { address }) => {
    asked.push(`${address} ${question.name} ${String(question.dnssec)}`);
    if (silent.includes(address)) throw new Fault('UNAVAILABLE', 'no answer');
    const said = answer(question, '192.0.2.2');
    const authority = [...said.authority, ...denial];
    const refusal = lame ? { rcode: RCODE.REFUSED, rcodeName: 'REFUSED' } : {};
    return { message: { ...said, aa: true, authority, ...refusal }, transport: 'udp', rttMs: 1 };
  };
  const chance = seededChance(1);
  return { asked, ...(await trialOf({ zone, servers, coming }, { ask, chance }, never)) };
}

const below = /^0-dns-cutover-[0-9a-f]{16}\.example\.org\.$/;
const reserved = /^[0-9a-f]{16}\.invalid\.$/;

describe('the name that nobody made', () => {
  it('lies below the zone, as an authoritative server denies it first, with what proves it', async () => {
    const { asked, ...found } = await trial({});
    expect(found).toMatchObject({ zone, absence: 'denied', negativeTtl: 300 });
    expect(found.absent).toMatch(below);
    expect(asked).toEqual([`192.0.2.1 ${found.absent} true`]);
  });

  it('is asked of the next server where one is silent', async () => {
    const found = await trial({ silent: ['192.0.2.1'] });
    expect(found.absence).toBe('denied');
    expect(found.asked).toHaveLength(2);
  });

  const coming = [parseName('_mta-sts.example.org')];
  it('lies there where its denial reaches nothing that is to be created', async () => {
    const denial = [nsec('example.org', '_dmarc.example.org.')];
    expect((await trial({ denial }, coming)).absent).toMatch(below);
  });

  it.each<[string, Zone]>([
    ['its denial would deny a name to come', { denial: [nsec('example.org', 'www.example.org.')] }],
    ['a wildcard answers it', { wildcard: true }],
    ['no server can be asked', { silent: ['192.0.2.1', '192.0.2.2'] }],
    ['no server knows the zone', { lame: true }],
  ])('lies in no zone of ours where %s', async (_, like) => {
    const found = await trial(like, coming);
    expect(found).toMatchObject({ zone, absence: 'reserved', negativeTtl: null });
    expect(found.absent).toMatch(reserved);
  });

  it('lies there too where no zone is known', async () => {
    const ask: Ask = () => Promise.reject(new Error('nobody is to be asked'));
    const found = await trialOf(null, { ask, chance: seededChance(1) }, never);
    expect(found).toMatchObject({ zone: null, absence: 'reserved' });
  });
});
