import { describe, expect, it } from 'vitest';
import { parseName } from '../../../src/dns/name.ts';
import { rrset } from '../../../src/dns/rrset.ts';
import { answersOf } from '../../../src/view/propagation/answers.ts';
import { answerLines } from '../../../src/view/propagation/answers-text.ts';
import { csvColumns } from '../../../src/view/propagation/csv.ts';
import { propagationJson } from '../../../src/view/propagation/json.ts';
import { placesOf } from '../../../src/view/propagation/places.ts';
import { propagationScreen, propagationText } from '../../../src/view/propagation/text.ts';
import { standingOf } from '../../../src/view/propagation/propagation.ts';
import { columnsOf } from '../../../src/view/table.ts';
import { newSet, oldSet, otherSet } from '../../propagation/example.ts';
import { look, old, picture, row, server, silent, wall, world } from './world.ts';

describe('answers', () => {
  it('stand together by what is said, the most common first and silence last', () => {
    const groups = answersOf(picture(world));
    expect(groups.map(({ kind, rdata, rows }) => [kind, rdata, rows.length])).toEqual([
      ...[['records', newSet, 4] as const, ['records', oldSet, 3] as const],
      ...[['records', otherSet, 1] as const, ['silence', null, 1] as const],
    ]);
    expect(groups[0]).toMatchObject({
      servers: ['ns1.example.net', 'ns2.example.net'],
      reasons: [],
    });
    expect(groups[1]).toMatchObject({ servers: [], ttlLeft: { least: 40, most: 900 } });
    expect(groups[1]?.reasons).toMatchObject([
      { cause: 'raises TTLs', until: wall + 900_000 },
      { cause: 'waiting for its TTL', until: wall + 60_000 },
    ]);
  });

  it.each([60, 80, 120, 200])('read as a summary, %i columns wide', async width => {
    const text = propagationText(picture(world), { ...look, width });
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/propagation-answers-${width}.txt`);
    for (const line of text.split('\n')) expect(columnsOf(line), line).toBeLessThanOrEqual(width);
  });

  it('need no summary where everybody gives what was named', () => {
    const named = picture([row('google')], { expectedFrom: 'given' });
    expect(propagationText(named, look)).not.toContain('Answers');
    expect(propagationText({ ...named, expectedFrom: 'authoritative servers' }, look)).toContain(
      'Answers',
    );
  });

  it('that nobody believes say why', () => {
    const why = 'is the same cache as google, by NSID gpdns';
    const unfit = row('isp', { verdict: 'refused', cause: 'silent or refused', silence: why });
    const text = propagationText(picture([row('google'), unfit]), look);
    expect(text).toContain(`? 1  not believed: ${why}`);
    expect(text).not.toContain('answers NOERROR');
  });

  it('are explained by the servers where those disagree', () => {
    const authority = [
      server(1, { verdict: 'other' }),
      server(2, { verdict: 'other', rdata: oldSet }),
    ];
    const rows = world.map(one => ({ ...one, cause: 'other' as const, explained: true }));
    const nobody = { authority, expected: null, expectedFrom: null };
    const lines = answerLines(picture(rows, nobody), look).join('\n');
    expect(lines).toContain('given by ns1.example.net of 2 authoritative servers now');
    expect(lines).toContain('given by ns2.example.net of 2 authoritative servers now');
    expect(lines).not.toContain('other');
  });

  it('are cut where a name has very many', () => {
    const rows = Array.from({ length: 30 }, (_, index) =>
      row(`r${index}`, { verdict: 'other', rdata: [`192.0.2.${index}`] }),
    );
    expect(answerLines(picture(rows), look).at(-1)).toContain('22 more answers of 22 resolvers');
  });

  it('that are many are no sign of old entries where content networks make them', () => {
    const rows = ['1', '2', '3', '4'].map(last =>
      row(last, { verdict: 'other', rdata: [`198.51.100.${last}`] }),
    );
    const note = '4 different sets: content networks';
    const text = (type: string, some = rows) =>
      propagationText(picture(some, { key: { name: parseName('example.org'), type } }), look);
    expect(text('A')).toContain(note);
    expect(text('MX')).not.toContain('content networks');
    expect(text('A', rows.slice(1))).not.toContain('content networks');
  });

  it('of SOA tell their serials and how far they lie behind', () => {
    const soa = (serial: number) =>
      rrset({
        ...{ name: parseName('example.org'), type: 'SOA', ttl: 60 },
        rdata: [`ns1.example.net hostmaster.example.org ${serial} 7200 3600 1209600 300`],
      }).rdata;
    const rows = [row('a', { rdata: soa(2026112103) }), old('b', { rdata: soa(2026112001) })];
    const key = { name: parseName('example.org'), type: 'SOA' };
    const text = answerLines(picture(rows, { key, expected: soa(2026112103) }), look).join('\n');
    expect(text).toContain('serial 2026112103, of 2026-11-21: ns1.example.net.');
    expect(text).toContain('serial 2026112001, 102 behind, of 2026-11-20:');
  });

  it('of TXT are shortened for people, and whole for programs', () => {
    const long = `"v=spf1 ${'include:spf.example '.repeat(20)}-all"`;
    const txt = picture([row('a', { rdata: [long] })], { expected: [long] });
    const text = propagationText(txt, look);
    const flat = text.replaceAll(/\s+/g, ' ');
    expect(flat).toContain(`(${long.length} characters)`);
    expect(flat).not.toContain(long);
    for (const line of text.split('\n')) expect(columnsOf(line), line).toBeLessThanOrEqual(80);
    expect(JSON.stringify(propagationJson(txt).answers)).toContain(JSON.stringify(long));
  });
});

describe('places', () => {
  it('are continents and countries, anycast services apart', () => {
    const names = (by: 'continent' | 'country') => placesOf(world, by).map(({ name }) => name);
    expect(names('continent')).toEqual(['Asia', 'Europe', 'South America', 'anycast']);
    expect(names('country')).toEqual(['DE', 'FR', 'JP', 'PE', 'anycast']);
    expect(placesOf(world, 'continent')[1]).toMatchObject({
      ...{ slice: { counts: { new: 1, old: 1, other: 1, silent: 1 }, share: 1 / 3 } },
      until: wall + 60_000,
    });
  });

  it.each(['operator', 'country', 'continent'] as const)('by %s', async by => {
    const text = propagationText(picture(world), look, by);
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/propagation-by-${by}.txt`);
    const screen = propagationScreen(picture(world), { ...look, rows: 18 }, by);
    expect(screen.length).toBeLessThanOrEqual(18);
  });

  it('stand in the tallies for programs', () => {
    const { tally } = propagationJson(picture(world));
    expect(tally.continents['anycast']).toMatchObject({ new: 3, total: 3, share: 1 });
    expect(tally.countries['JP']).toMatchObject({ old: 1, total: 1, share: 0 });
    expect(tally.operators['Google']).toMatchObject({ new: 1 });
  });
});

it('shows no share where none means anything, and says what helps', () => {
  const distrust = { why: 'Something answers in their place', remedy: 'ask over TLS' };
  const doubtful = picture(world, { distrust });
  const text = propagationText(doubtful, look, 'continent').replaceAll(/\s+/g, ' ');
  expect(text).toContain('8 resolvers answered, but no share can be shown (see below), 1 cannot');
  expect(text).toContain('! Something answers in their place. To mend it: ask over TLS.');
  expect(text).not.toContain('%');
  expect(standingOf(doubtful)).toBe('no resolver');
  const { tally, distrust: told } = propagationJson(doubtful);
  expect([tally.share, tally.continents['anycast']?.share, told]).toEqual([null, null, distrust]);
});

describe('pages that forget', () => {
  it('are named for who holds old, once all servers are new', () => {
    const text = propagationText(picture(world), look);
    expect(text).toContain('Can be asked to forget it\n  osaka: https://osaka.example/flush');
    const lagging = [server(1), server(2, { verdict: 'old', rdata: oldSet })];
    expect(propagationText(picture(world, { authority: lagging }), look)).not.toContain('forget');
  });
});

it('tells of one certificate before many resolvers once, no line wider than there is room', () => {
  const why = (id: string) =>
    `its certificate is not for dns.${id}.example but for one.proxy.example, two.proxy.example, three.proxy.example`;
  const rows = Array.from({ length: 50 }, (_, index) => {
    const id = `isp-${String(index)}`;
    return row(id, { verdict: 'silent', cause: 'silent or refused', silence: why(id) });
  });
  const lines = propagationText(picture(rows), look).split('\n');
  expect(lines.filter(line => line.startsWith('  ? silent  50, its certificate'))).toHaveLength(1);
  expect(lines.filter(line => line.length > look.width)).toEqual([]);
  const distrust = { why: 'Something answers in their place', remedy: 'ask over TLS' };
  const doubtful = propagationText(picture(rows, { distrust }), look).replaceAll(/\s+/g, ' ');
  expect(doubtful).toContain('no share can be shown (see below), 50 cannot tell.');
});

it('names those that are alike together where there are very many', () => {
  const many = Array.from({ length: 60 }, (_, index) => row(`r${String(index).padStart(2, '0')}`));
  const rows = [old('late'), ...many, silent('mute')];
  const text = propagationText(picture(rows), look);
  expect(text).toMatch(/✔ new {2}60, new at first sight:\n {6}r00 {2}r01/);
  expect(text).toContain('? silent  1, no answer within 2000 ms:\n      mute');
  expect(text).toMatch(/◌ old {2}late/);
});

it('names aliases, and names in other scripts with what DNS calls them', () => {
  const [name, target] = ['bücher.example', 'shop.example'].map(text => parseName(text));
  const aliased = picture(world, {
    key: { name: name!, type: 'A' },
    aliases: [{ name: name!, target: target!, ttl: 60 }],
  });
  expect(propagationText(aliased, { ...look, width: 120 })).toMatch(
    /^bücher\.example \(xn--bcher-kva\.example\) A\nvia {2}bücher\.example \(xn--bcher-kva\.example\) is an alias \(CNAME\) of shop\.example, TTL 60\n/,
  );
  expect(propagationJson(aliased)).toMatchObject({
    ...{ domain: 'xn--bcher-kva.example', aliases: [{ target: 'shop.example.', ttl: 60 }] },
  });
});

// Programs rely on them: more may come, at the end of the columns, and none may go.
it('has every field and every column that it ever had', () => {
  const json = JSON.parse(JSON.stringify(propagationJson(picture(world)))) as Record<
    string,
    unknown
  >;
  expect(Object.keys(json)).toEqual(
    expect.arrayContaining([
      ...['domain', 'type', 'expected', 'authoritative', 'resolvers', 'tally', 'at', 'standing'],
      ...['expectedFrom', 'old', 'oldFrom', 'authorityTrouble', 'notes', 'answers', 'aliases'],
      ...['dnssec', 'distrust', 'outlook'],
    ]),
  );
  expect(Object.keys(json['tally'] as Record<string, unknown>)).toEqual(
    expect.arrayContaining([
      ...['new', 'old', 'mixed', 'other', 'empty', 'refused', 'silent', 'total', 'share'],
      ...['operators', 'countries', 'continents'],
    ]),
  );
  expect(Object.keys((json['resolvers'] as Record<string, unknown>[])[0] ?? {})).toEqual(
    expect.arrayContaining([
      ...['id', 'address', 'transport', 'verdict', 'rdata', 'ttl', 'ttlLeft', 'cause', 'until'],
      ...['ede', 'rttMs', 'samples', 'name', 'operator', 'country', 'weight', 'arrival', 'final'],
      ...['explained', 'settled', 'rcode', 'nsid', 'silence', 'guessed', 'members', 'dnssec'],
      ...['anycast', 'flushUrl'],
    ]),
  );
  expect(csvColumns.slice(0, 22)).toEqual([
    ...['kind', 'id', 'name', 'operator', 'country', 'address', 'transport', 'verdict', 'rdata'],
    ...['ttl', 'ttlLeft', 'serial', 'cause', 'until', 'ede', 'nsid', 'rttMs', 'samples', 'weight'],
    ...['dnssec', 'anycast', 'flushUrl'],
  ]);
});
