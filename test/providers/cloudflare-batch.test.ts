import { describe, expect, it } from 'vitest';
import { type Batch, batchFor } from '../../providers/cloudflare/batch.ts';
import {
  type ApiRecord,
  hostedOf,
  recordOf,
  sameToken,
  writtenOf,
} from '../../providers/cloudflare/convert.ts';
import { parseMx } from '../../src/dns/mx.ts';
import { parseName } from '../../src/dns/name.ts';
import { type HostedRRset, rrset } from '../../src/dns/rrset.ts';
import { faultOf } from './backend.ts';
import { randomOf } from './doubles/mischief.ts';

const name = parseName('example.org');
const key = { name, type: 'MX' };

/** A record as the API answers it. */
const raw = (id: string, rdata: string, more: Record<string, unknown> = {}) => {
  const { preference: priority, exchange } = parseMx(rdata);
  const content = exchange === '.' ? '.' : exchange.slice(0, -1);
  return { id, name: 'example.org', type: 'MX', content, priority, ttl: 300, ...more };
};
const record = (id: string, rdata: string, more: Record<string, unknown> = {}): ApiRecord => {
  const made = recordOf(raw(id, rdata, more), key);
  if (made === null) throw new Error('another key');
  return made;
};
const to = (ttl: number, ...rdata: readonly string[]): HostedRRset => ({
  rrset: rrset({ ...key, ttl, rdata }),
  extras: null,
  token: null,
});

describe('what the API shows, as an RRset', () => {
  it('has the longest TTL of its records, and 300 for auto', () => {
    const of = (...ttls: readonly number[]) =>
      hostedOf(
        key,
        ttls.map((ttl, at) => record(`${at}`, `${at} mx.example.net.`, { ttl })),
      )?.rrset.ttl;
    expect(of(1)).toBe(300);
    expect(of(60, 1)).toBe(300);
    expect(of(1, 3600, 60)).toBe(3600);
    expect(hostedOf(key, [])).toBeNull();
  });

  it('reads names without their dot, in any case, and the priority in either place', () => {
    const rest = raw('1', '10 mx.example.net.', { priority: undefined, data: { priority: 5 } });
    const one = { ...rest, name: 'Example.ORG', content: 'MX.Example.net' };
    expect(recordOf(one, key)?.rdata).toBe('5 mx.example.net.');
    expect(recordOf({ ...one, content: '.', priority: 0 }, key)?.rdata).toBe('0 .');
    expect(recordOf({ ...one, content: '', priority: 0 }, key)?.rdata).toBe('0 .');
  });

  it('passes by what the filter let through', () => {
    expect(recordOf(raw('1', '10 a.', { name: 'www.example.org' }), key)).toBeNull();
    expect(recordOf(raw('1', '10 a.', { type: 'TXT' }), key)).toBeNull();
  });

  it.each([
    ['"v=spf1 -all"', '"v=spf1 -all"'],
    ['v=spf1 -all', '"v=spf1 -all"'],
    ['"one" "two"', '"one" "two"'],
    ['say "hello" twice', '"say\\032\\"hello\\"\\032twice"'],
    ['x'.repeat(300), `"${'x'.repeat(255)}" "${'x'.repeat(45)}"`],
  ])('reads TXT %j', (content, rdata) => {
    const text = { id: '1', name: 'example.org', type: 'TXT', content, ttl: 60 };
    const canonical = rdata.replaceAll('\\032', ' ');
    expect(recordOf(text, { name, type: 'TXT' })?.rdata).toBe(canonical);
  });

  it('knows an edit in place by its moment', () => {
    const [one, other] = [
      record('1', '10 a.', { modified_on: 'x' }),
      record('1', '10 a.', { modified_on: 'y' }),
    ];
    const token = hostedOf(key, [one])?.token ?? null;
    expect(sameToken(token, [one])).toBe(true);
    expect(sameToken(token, [other])).toBe(false);
    expect(sameToken(null, [other])).toBe(true);
  });

  it.each([
    [{ email_routing: true, read_only: true }, /Email Routing/],
    [{ read_only: true }, /read-only/],
    [{ managed_by_apps: true }, /app/],
  ])('sees the lock of %j', (meta, words) => {
    expect(record('1', '10 a.', { meta }).lock).toMatch(words);
  });

  // Whoever came to Cloudflare with a domain has such an MX: the scan found it.
  it('takes no record for locked because the scan added it', () => {
    expect(record('1', '10 a.', { meta: { auto_added: true } }).lock).toBeNull();
  });

  it.each<unknown>([
    ...[null, 7, { id: 1 }, { id: '1', name: 'example.org', type: 'MX', ttl: 'x' }],
    // Without a priority it is not one of preference 0.
    raw('1', '10 a.', { priority: undefined }),
    raw('1', '10 a.', { priority: '10' }),
  ])('is no record: %j', async value => {
    const fault = await faultOf(Promise.resolve().then(() => recordOf(value, key)));
    expect(fault.code).toBe('UNAVAILABLE');
  });
});

describe('what is written', () => {
  it.each([
    ['MX', '0 .', { content: '.', priority: 0 }],
    ['MX', '10 mx.example.net.', { content: 'mx.example.net', priority: 10 }],
    ['CNAME', 'www.example.net.', { content: 'www.example.net' }],
    ['TXT', '"a" "b"', { content: '"a" "b"' }],
    [
      'SRV',
      '0 5 993 imap.example.org.',
      { priority: 0, data: { priority: 0, weight: 5, port: 993, target: 'imap.example.org' } },
    ],
    ['CAA', '0 issue "ca.example"', { data: { flags: 0, tag: 'issue', value: 'ca.example' } }],
    [
      'TLSA',
      '3 1 1 abcd',
      { data: { usage: 3, selector: 1, matching_type: 1, certificate: 'abcd' } },
    ],
  ])('%s %s', (type, rdata, written) => {
    expect(writtenOf(type, rdata)).toEqual(written);
  });

  it('is refused for types that nobody here writes', async () => {
    const fault = await faultOf(Promise.resolve().then(() => writtenOf('LOC', '\\# 1 00')));
    expect(fault.code).toBe('UNSUPPORTED');
  });
});

describe('one batch for an RRset', () => {
  const [a, b, c] = [
    record('a', '10 a.example.net.'),
    record('b', '20 b.example.net.'),
    record('c', '30 c.example.net.'),
  ];

  it('turns old records into new ones and deletes what is left over', () => {
    expect(batchFor(key, [a, b, c], to(60, '0 new.example.net.'))).toEqual({
      deletes: [{ id: 'b' }, { id: 'c' }],
      patches: [{ id: 'a', content: 'new.example.net', priority: 0, ttl: 60 }],
      posts: [],
    });
  });

  it('leaves records alone that stay as they are', () => {
    const same = batchFor(key, [a, b], to(300, '10 a.example.net.', '20 b.example.net.'));
    expect(same).toEqual({ deletes: [], patches: [], posts: [] });
    const one = batchFor(key, [a, b], to(300, '10 a.example.net.', '0 new.example.net.'));
    expect(one.patches).toEqual([{ id: 'b', content: 'new.example.net', priority: 0 }]);
  });

  it('patches nothing but the TTL of all when only that changes', () => {
    const wanted = to(60, '10 a.example.net.', '20 b.example.net.');
    expect(batchFor(key, [a, b], wanted).patches).toEqual([
      { id: 'a', ttl: 60 },
      { id: 'b', ttl: 60 },
    ]);
  });

  // In the middle of the transaction two records of one host could clash.
  it('keeps the record of a host whose preference alone changes', () => {
    const wanted = to(300, '20 a.example.net.', '10 b.example.net.');
    expect(batchFor(key, [a, b], wanted)).toEqual({
      deletes: [],
      patches: [
        { id: 'b', content: 'b.example.net', priority: 10 },
        { id: 'a', content: 'a.example.net', priority: 20 },
      ],
      posts: [],
    });
  });

  it('brings back auto, comments, tags and spelling, also of records that were deleted', () => {
    const old = [
      record('a', '10 a.example.net.', { ttl: 1, comment: 'first', tags: ['mail:yes'] }),
      record('b', '20 b.example.net.', { ttl: 120, settings: { ipv4_only: true } }),
    ];
    const snapshot = hostedOf(key, old);
    const now = [record('n', '0 new.example.net.', { ttl: 60, comment: 'ours' })];
    expect(batchFor(key, now, snapshot)).toEqual({
      deletes: [],
      patches: [
        {
          ...{ id: 'n', content: 'a.example.net', priority: 10, ttl: 1 },
          ...{ comment: 'first', tags: ['mail:yes'] },
        },
      ],
      posts: [
        {
          ...{ type: 'MX', name: 'example.org', content: 'b.example.net', priority: 20 },
          ...{ ttl: 120, settings: { ipv4_only: true } },
        },
      ],
    });
  });

  it('says auto again for other records once the TTL of a set that was auto is restored', () => {
    const kept = hostedOf(key, [record('a', '10 a.example.net.', { ttl: 1 })])?.extras ?? null;
    const now = [record('n', '0 new.example.net.', { ttl: 60, comment: 'ours' })];
    const restored = (ttl: number) => ({ ...to(ttl, '0 new.example.net.'), extras: kept });
    expect(batchFor(key, now, restored(300)).patches).toEqual([{ id: 'n', ttl: 1 }]);
    expect(batchFor(key, now, restored(600)).patches).toEqual([{ id: 'n', ttl: 600 }]);
    expect(batchFor(key, [], restored(300)).posts).toMatchObject([{ ttl: 1 }]);
  });

  it('does not let what is kept from before undo a lowered TTL', () => {
    const old = [record('a', '10 a.example.net.', { ttl: 1, comment: 'mail' })];
    const kept = hostedOf(key, old)?.extras ?? null;
    const lowered = { ...to(60, '10 a.example.net.'), extras: kept };
    expect(batchFor(key, old, lowered).patches).toEqual([{ id: 'a', ttl: 60 }]);
  });
});

/** What the servers serve while the operations arrive one by one in some order. */
function* served(old: readonly ApiRecord[], batch: Batch, random: () => number) {
  const held = new Map(old.map(one => [one.id, one.rdata]));
  const text = (fields: Readonly<Record<string, unknown>>): string =>
    `${String(fields['priority'])} ${String(fields['content'])}${fields['content'] === '.' ? '' : '.'}`;
  const arrivals = [
    ...batch.deletes.map(
      ({ id }) =>
        () =>
          held.delete(id),
    ),
    ...batch.patches.map(fields => () => {
      if (fields['content'] !== undefined) held.set(String(fields['id']), text(fields));
    }),
    ...batch.posts.map((fields, at) => () => held.set(`post ${at}`, text(fields))),
  ];
  while (arrivals.length > 0) {
    const [next] = arrivals.splice(Math.floor(random() * arrivals.length), 1);
    next?.();
    yield [...held.values()].sort();
  }
}

it('never serves nothing, nor anything of neither set, in whatever order the edge hears of it', () => {
  const random = randomOf(7);
  const pool = Array.from({ length: 8 }, (_, at) => `${at % 3} mx${at % 5}.example.net.`);
  const some = (): readonly string[] => {
    const picked = [...new Set(pool.filter(() => random() < 0.4))];
    return picked.length === 0 ? ['0 .'] : picked;
  };
  let steps = 0;
  for (let run = 0; run < 2000; run++) {
    const [before, after] = [some(), some()];
    const old = before.map((rdata, at) => record(`id${at}`, rdata));
    const batch = batchFor(key, old, to(300, ...after));
    let last = [...before].sort();
    for (const now of served(old, batch, random)) {
      steps++;
      expect(now.length).toBeGreaterThan(0);
      for (const rdata of now) expect([...before, ...after]).toContain(rdata);
      last = now;
    }
    expect(last).toEqual([...after].sort());
    const clash = batch.patches.map(({ id }) => id);
    expect(new Set(clash).size).toBe(clash.length);
  }
  expect(steps).toBeGreaterThan(2000);
});
