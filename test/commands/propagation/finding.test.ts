import { describe, expect, it } from 'vitest';
import { lookAtServers, refuseUnknownName } from '../../../src/commands/propagation/authority.ts';
import { type AuthorityOf, findServers } from '../../../src/commands/propagation/finding.ts';
import { isWithin, type Name, parseAnyName, ROOT } from '../../../src/dns/name.ts';
import { RCODE } from '../../../src/dns/rcode.ts';
import { type Key, rrset, type RRset } from '../../../src/dns/rrset.ts';
import { Fault } from '../../../src/errors.ts';
import { type Ask } from '../../../src/transport/transport.ts';
import { message, never, stage } from './stage.ts';

/** A zone, where its server is, and what is in it. */
interface Zone {
  readonly apex: Name;
  readonly address: string;
  readonly sets: readonly RRset[];
}

/** `example.org 300 MX`, and what it holds. */
function one(head: string, rdata: string): RRset {
  const [name = '', ttl, type = ''] = head.split(' ');
  return rrset({ name: parseAnyName(name), type, ttl: Number(ttl), rdata: [rdata] });
}
const digest = `12345 13 2 ${'ab'.repeat(32)}`;

function zone(apex: string, address: string, ...sets: readonly RRset[]): Zone {
  const host = apex === '.' ? 'ns.root' : `ns.${apex}`;
  const soa = one(`${apex} 300 SOA`, `${host} hostmaster.example 7 7200 3600 1209600 300`);
  const own = [soa, one(`${apex} 300 NS`, host), one(`${host} 300 A`, address)];
  return { apex: parseAnyName(apex), address, sets: [...own, ...sets] };
}

/** Zones that are there, and a resolver at 192.0.2.254 that knows them all. */
function asking(zones: readonly Zone[]): Ask {
  const deepest = (name: Name, among: readonly Zone[]) =>
    among
      .filter(({ apex }) => isWithin(name, apex))
      .toSorted((a, b) => b.apex.length - a.apex.length)[0];
  const serve = ({ apex, sets }: Zone, { name, type }: Key, from: readonly Zone[]) => {
    const below = zones.find(
      other => other.apex !== apex && isWithin(other.apex, apex) && isWithin(name, other.apex),
    );
    if (below !== undefined && !from.includes(below) && !(type === 'DS' && name === below.apex)) {
      const found = below.sets.find(set => set.name === below.apex && set.type === 'NS');
      return { aa: false, authority: found === undefined ? [] : [found] };
    }
    const found =
      sets.find(set => set.name === name && set.type === type) ??
      sets.find(set => set.name === name && set.type === 'CNAME');
    if (found !== undefined) return { answer: [found] };
    const soa = sets.filter(set => set.type === 'SOA');
    const exists = sets.some(set => isWithin(set.name, name));
    return { authority: soa, rcode: exists ? RCODE.NOERROR : RCODE.NXDOMAIN };
  };
  return async (key, { address }) => {
    const known = address === '192.0.2.254' ? zones : zones.filter(z => z.address === address);
    const above = key.type === 'DS' ? known.filter(({ apex }) => apex !== key.name) : known;
    const here = deepest(key.name, above);
    if (known.length === 0) throw new Fault('UNAVAILABLE', `${address} (udp): no answer`);
    const said = here === undefined ? { aa: false, rcode: RCODE.REFUSED } : serve(here, key, known);
    return { message: message(key.name, key.type, said), transport: 'udp', rttMs: 1 };
  };
}

const root = zone('.', '192.0.2.10', one('org 300 DS', digest));
const org = zone('org', '192.0.2.20', one('example.org 3600 DS', digest));
const example = zone(
  'example.org',
  '192.0.2.30',
  one('example.org 300 MX', '10 mx.example.org'),
  one('www.example.org 60 CNAME', 'web.example.org'),
  one('lost.example.org 60 CNAME', 'www.nowhere.test'),
  one('web.example.org 300 A', '198.51.100.1'),
  one('shop.example.org 900 CNAME', 'shop.cdn.net'),
  one('gone.example.org 900 CNAME', 'nothing.cdn.net'),
  one('a.example.org 60 CNAME', 'b.example.org'),
  one('b.example.org 60 CNAME', 'a.example.org'),
);
const net = zone('net', '192.0.2.40');
const cdn = zone('cdn.net', '192.0.2.50', one('shop.cdn.net 120 A', '198.51.100.2'));
const zones = [root, org, example, net, cdn];

const of = (name: string, type: string, change: Partial<AuthorityOf> = {}): AuthorityOf => ({
  ...{ key: { name: parseAnyName(name), type }, authority: [], ask: asking(zones) },
  ...{ clock: stage().world.clock, lookups: async () => [{ address: '192.0.2.254', port: 53 }] },
  ...change,
});

async function seen(order: AuthorityOf) {
  const found = await findServers(order, never);
  const { rows, notes } = await lookAtServers(order, found, never);
  return { found, rows, notes };
}

describe('the servers that know', () => {
  it('are those of the zone', async () => {
    const { found, rows, notes } = await seen(of('example.org', 'MX'));
    expect(found).toMatchObject({ zone: 'example.org.', aliases: [], trouble: null });
    expect(rows).toMatchObject([
      { address: '192.0.2.30', rdata: ['10 mx.example.org.'], ttl: 300, serial: 7 },
    ]);
    expect(notes).toEqual([]);
  });

  it('of a DS are those of the zone above, up to the root', async () => {
    expect(await seen(of('example.org', 'DS'))).toMatchObject({
      found: { zone: 'org.' },
      rows: [{ address: '192.0.2.20', rdata: [digest], ttl: 3600 }],
    });
    expect(await seen(of('org', 'DS'))).toMatchObject({
      found: { zone: ROOT },
      rows: [{ address: '192.0.2.10', rdata: [digest] }],
    });
    // Servers that were named must be those: a child knows nothing of its DS.
    const child = of('example.org', 'DS', { authority: [{ address: '192.0.2.30', port: 53 }] });
    expect((await seen(child)).found.trouble).toContain('REFUSED');
  });

  it('of the root are the root servers', async () => {
    const { found, rows } = await seen(of('.', 'NS'));
    expect(found.zone).toBe(ROOT);
    expect(rows).toMatchObject([{ address: '192.0.2.10', rdata: ['ns.root.'] }]);
  });

  it('of an alias are those of its target, in the zone or out of it', async () => {
    const inside = await seen(of('www.example.org', 'A'));
    expect(inside.found.aliases).toEqual([
      { name: 'www.example.org.', target: 'web.example.org.', ttl: 60 },
    ]);
    // Each RRset on the way has a TTL of its own, and resolvers keep each for itself.
    expect(inside.rows).toMatchObject([{ rdata: ['198.51.100.1'], ttl: 300 }]);
    const outside = await seen(of('shop.example.org', 'A'));
    expect(outside).toMatchObject({
      found: { zone: 'cdn.net.', name: 'shop.cdn.net.' },
      rows: [{ address: '192.0.2.50', rdata: ['198.51.100.2'], ttl: 120 }],
    });
    const authority = [{ address: '192.0.2.30', port: 53 }];
    expect(await seen(of('shop.example.org', 'A', { authority }))).toMatchObject({
      rows: [{ address: '192.0.2.50', rdata: ['198.51.100.2'] }],
    });
  });

  it('of an alias itself are those of its own zone', async () => {
    const { found, rows } = await seen(of('shop.example.org', 'CNAME'));
    expect(found.aliases).toEqual([]);
    expect(rows).toMatchObject([{ address: '192.0.2.30', rdata: ['shop.cdn.net.'], ttl: 900 }]);
  });

  it('are nobody where the zone of the target is not there, and both names are said', async () => {
    const known = asking(zones);
    const ask: Ask = async (key, at, signal) =>
      key.name === ROOT || isWithin(key.name, parseAnyName('test'))
        ? { message: message(key.name, key.type, { aa: false }), transport: 'udp', rttMs: 1 }
        : known(key, at, signal);
    await expect(findServers(of('lost.example.org', 'A', { ask }), never)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      where: 'lost.example.org',
      message: expect.stringMatching(
        /^lost\.example\.org is an alias of www\.nowhere\.test, and no zone/,
      ) as string,
    });
  });

  it('are nobody where aliases go in a circle', async () => {
    const { found, rows } = await seen(of('a.example.org', 'A'));
    expect(found).toMatchObject({ zone: null, servers: [] });
    expect(found.trouble).toContain('go in a circle, to a.example.org');
    expect(rows).toEqual([]);
  });

  it('may be told to be others by the zone above than by the zone itself', async () => {
    const delegated = ['ns.example.org.', 'ns2.example.org.'];
    const order = of('example.org', 'NS');
    const found = { ...(await findServers(order, never)), delegated };
    const { notes } = await lookAtServers(order, found, never);
    expect(notes).toEqual([
      expect.stringContaining('delegates to ns.example.org, ns2.example.org, the zone itself'),
    ]);
  });
});

it('refuses an alias of a name that does not exist, and says which', async () => {
  const order = of('gone.example.org', 'A');
  const found = await findServers(order, never);
  const look = await lookAtServers(order, found, never);
  await expect(refuseUnknownName({ ...order, look, found }, never)).rejects.toThrow(
    'nothing.cdn.net, which gone.example.org is an alias of, does not exist: ns.cdn.net. answers NXDOMAIN',
  );
});
