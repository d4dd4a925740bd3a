import { describe, expect, it } from 'vitest';
import { parseName } from '../../../src/dns/name.ts';
import { propagationCsv } from '../../../src/view/propagation/csv.ts';
import { explainJson, explainText } from '../../../src/view/propagation/explain.ts';
import { rowsOf, unaskedRow } from '../../../src/view/propagation/rows.ts';
import {
  propagationScreen,
  propagationSentence,
  propagationText,
} from '../../../src/view/propagation/text.ts';
import { propagationJson } from '../../../src/view/propagation/json.ts';
import {
  type AuthorityRow,
  type Picture,
  standingOf,
} from '../../../src/view/propagation/propagation.ts';
import { columnsOf, type Look, plain } from '../../../src/view/table.ts';
import {
  empty,
  expectation,
  newSet,
  oldSet,
  otherSet,
  refused,
  said,
  saidNew,
  saidOld,
  silent,
} from '../../propagation/example.ts';
import { at, resolver, watched } from '../watched.ts';

const wall = 1_796_450_400_000;
/** 12 seconds into the watch, on a Saturday morning. */
const now = {
  ...at(12_000, wall),
  // All servers have been new since long: after 6 s no entry of 60 s is left.
  expectation: { ...expectation, authorityNewSince: -55_000 },
};
const look: Look = { width: 80, ascii: false, paint: plain, zone: 'Europe/Berlin', now: wall };

const server = (number: number, change: Partial<AuthorityRow> = {}): AuthorityRow => ({
  ...{ name: `ns${number}.example.net.`, address: `192.0.2.${number}`, port: 53, verdict: 'new' },
  ...{ rdata: newSet, ttl: 60, serial: 2026120501, trouble: null },
  ...change,
});
const oldServer = server(2, { verdict: 'old', rdata: oldSet, serial: 2026120500 });
const silentServer = server(2, {
  ...{ verdict: 'silent', rdata: null, ttl: null, serial: null },
  trouble: '192.0.2.2:53 (udp): no answer within 3000 ms',
});

const world = [
  watched('cloudflare', [saidNew(5000, 52)], { weight: 7, addresses: ['1.1.1.1'] }),
  watched('quad9', [saidOld(5000, 55), saidOld(8000, 52), saidNew(11_000, 60)], { weight: 3 }),
  watched('google', [saidOld(5000, 41)], { name: 'Google Public DNS', weight: 15 }),
  watched('corp', [saidOld(5000, 1)], { port: 5353 }),
  watched('floor', [saidOld(5000, 900)]),
  watched('lagged', [saidOld(2000, 2), saidOld(8000, 60)]),
  watched('stale', [saidOld(9000, 30, { ede: 3 })]),
  watched('filter', [said({ at: 5000, ttl: 60, rdata: otherSet, ede: 17 })]),
  watched('mute', [silent(8000)]),
  watched('closed', [refused(5000)]),
  watched('denies', [empty(5000, null)]),
  watched('flipped', [saidOld(5000, 3), saidNew(10_000, 60, { nsid: 'a1' })]),
];

const picture = (change: Partial<Picture> = {}): Picture => ({
  key: { name: parseName('example.org'), type: 'MX' },
  at: wall,
  expected: newSet,
  expectedFrom: 'given',
  old: [oldSet],
  oldFrom: 'given',
  authority: [server(1), server(2)],
  authorityTrouble: null,
  rows: rowsOf(world, now),
  notes: [],
  ...change,
});

/** Turns, moves the cursor, ends the line. */
const nasty = 'a\u001b[2J\u202eb\r\nc';

const only = (...ids: readonly string[]) =>
  rowsOf(
    world.filter(one => ids.includes(one.resolver.id)),
    now,
  );

const pictures: Readonly<Record<string, Picture>> = {
  spreading: picture(),
  done: picture({ rows: only('cloudflare', 'flipped') }),
  lagging: picture({
    authority: [server(1), oldServer],
    oldFrom: 'seen',
    rows: [...only('google'), unaskedRow(resolver('later'))],
  }),
  disagreeing: picture({
    ...{ expected: null, expectedFrom: null, old: [], oldFrom: 'seen' },
    authority: [server(1, { verdict: 'other' }), { ...oldServer, verdict: 'other' }],
    rows: [],
  }),
  unreachable: picture({
    authority: [],
    authorityTrouble: 'cannot look up example.org SOA: 192.0.2.53 answers SERVFAIL',
    rows: only('mute'),
    notes: [
      'Something on the way answers DNS in the place of others: 192.0.2.1, where no machine is, answered. What the resolvers seem to say below is not theirs.',
    ],
  }),
  silent: picture({ authority: [server(1), silentServer], expectedFrom: 'authoritative servers' }),
};

describe('a picture of the world', () => {
  it.each(Object.keys(pictures))('%s', async name => {
    const text = propagationText(pictures[name]!, look);
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/propagation-${name}.txt`);
    for (const line of text.split('\n')) expect(columnsOf(line), line).toBeLessThanOrEqual(80);
  });

  it('in ASCII', async () => {
    const text = propagationText(picture(), { ...look, ascii: true });
    expect(text).toMatch(/^[\x20-\x7e\n]+$/);
    await expect(`${text}\n`).toMatchFileSnapshot('golden/propagation-ascii.txt');
  });

  it('is cut to the rows of a screen, what needs attention first', () => {
    const whole = propagationText(picture(), look).split('\n');
    const screen = (rows: number) => propagationScreen(picture(), { ...look, rows });
    expect(screen(whole.length)).toEqual(whole);
    for (const rows of [1, 12, 20, 23, whole.length - 1]) {
      expect(screen(rows).length).toBeLessThanOrEqual(rows);
      const shown = screen(rows).join('\n');
      const count = world.filter(({ resolver: { id } }) => shown.includes(` ${id} `)).length;
      if (rows > 19) expect(shown).toContain(`  … ${world.length - count} more\n\nThese`);
    }
  });

  it('prints nothing that moves the cursor, whatever a server says', () => {
    const rows = only('google').map(row => ({
      ...{ ...row, id: nasty, rdata: [nasty], silence: nasty, rcode: nasty },
      ede: [{ code: 3, text: nasty }],
    }));
    const authority = [server(1, { name: nasty, verdict: 'silent', trouble: nasty })];
    for (const verdict of ['old', 'other', 'silent', 'refused', null] as const) {
      const all = rows.map(row => ({
        ...row,
        verdict,
        cause: verdict === null ? null : row.cause,
      }));
      const text = propagationText(picture({ authority, rows: all, notes: [nasty] }), look);
      expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
    }
  });
});

describe('where it stands', () => {
  const silentRows = only('mute', 'closed');
  it.each([
    [
      'new wherever one can tell',
      picture({ rows: only('cloudflare', 'quad9', 'mute') }),
      'pending',
    ],
    ['new everywhere', pictures['done']!, 'reached'],
    ['most cannot tell', picture({ rows: [...only('cloudflare'), ...manyMute()] }), 'pending'],
    [
      'one silent server',
      picture({ ...pictures['done'], authority: [server(1), silentServer] }),
      'pending',
    ],
    [
      'one old server',
      picture({ ...pictures['done'], authority: [server(1), oldServer] }),
      'pending',
    ],
    [
      'no server answers',
      picture({ ...pictures['done'], authority: [silentServer] }),
      'no authority',
    ],
    ['no resolver can tell', picture({ rows: silentRows }), 'no resolver'],
    ['nobody was asked yet', picture({ rows: [unaskedRow(resolver('a'))] }), 'pending'],
  ] as const)('%s', (_what, shown, standing) => {
    expect(standingOf(shown)).toBe(standing);
  });

  it('a share may be enough', () => {
    // 7 + 1 of 7 + 3 + 1.
    const most = picture({ rows: only('cloudflare', 'quad9', 'flipped') });
    expect(standingOf(most)).toBe('pending');
    expect([0.72, 0.73].map(goal => standingOf(most, goal))).toEqual(['reached', 'pending']);
  });

  function manyMute() {
    return rowsOf(
      Array.from({ length: 3 }, (_, index) => watched(`m${index}`, [silent(0)], { weight: 5 })),
      now,
    );
  }
});

describe('for programs', () => {
  it('the shape that others rely on', () => {
    const json = JSON.parse(JSON.stringify(propagationJson(picture()))) as Record<string, unknown>;
    expect(Object.keys(json)).toEqual(
      expect.arrayContaining(['domain', 'type', 'expected', 'authoritative', 'resolvers', 'tally']),
    );
    expect(json).toMatchObject({
      ...{ domain: 'example.org', type: 'MX', expected: newSet },
      tally: {
        ...{ new: 2, old: 5, mixed: 1, other: 1, empty: 1, refused: 1, silent: 1 },
        ...{ total: 12, share: 8 / 31 },
      },
    });
    expect((json['authoritative'] as unknown[])[0]).toMatchObject({
      ...{ name: 'ns1.example.net.', address: '192.0.2.1', verdict: 'new', ttl: 60 },
      serial: 2026120501,
    });
    const rows = json['resolvers'] as Record<string, unknown>[];
    expect(rows.find(({ id }) => id === 'google')).toMatchObject({
      ...{ address: '192.0.2.1', transport: 'udp', verdict: 'old', rdata: oldSet, ttl: 41 },
      ...{ ttlLeft: 34, cause: 'waiting for its TTL', until: '2026-12-05T06:00:35.000Z' },
      ...{ ede: [], rttMs: 5, samples: 1 },
    });
    expect(rows.find(({ id }) => id === 'corp')).toMatchObject({ address: '192.0.2.1:5353' });
  });

  it('CSV of RFC 4180, in which no cell is a formula', async () => {
    const rows = only('google').map(row => ({ ...row, name: '=1+1', operator: 'a "b", c' }));
    const csv = propagationCsv(picture({ rows, authority: [server(1), silentServer] }));
    await expect(csv).toMatchFileSnapshot('golden/propagation.csv');
    expect(csv).toContain(`,'=1+1,"a ""b"", c",`);
    const lines = csv.split('\r\n');
    expect(lines.pop()).toBe('');
    expect(lines).toHaveLength(4);
  });
});

describe('the evidence for one resolver', () => {
  const explained = (id: string) => {
    const one = world.find(({ resolver: { id: own } }) => own === id)!;
    return { one, text: explainText(one, { row: rowsOf([one], now)[0]!, at: now }, look) };
  };

  it.each(['google', 'quad9', 'corp', 'floor', 'lagged', 'stale', 'filter', 'mute', 'flipped'])(
    '%s',
    async id => {
      const { text } = explained(id);
      await expect(`${text}\n`).toMatchFileSnapshot(`golden/propagation-explain-${id}.txt`);
      for (const line of text.split('\n')) expect(columnsOf(line), line).toBeLessThanOrEqual(80);
    },
  );

  it('for programs has moments by the wall clock', () => {
    expect(explainJson(explained('google').one, now)).toMatchObject({
      entries: [{ value: 'old', until: '2026-12-05T06:00:34.000Z', answers: 1 }],
      observations: [{ at: '2026-12-05T05:59:53.000Z', rcodeName: 'NOERROR', ttl: 41 }],
    });
  });
});

it('says in one sentence how far it is', () => {
  expect(propagationSentence(picture(), look)).toBe(
    'new at both authoritative servers; 2 of 9 resolvers (25 % by weight), 3 cannot tell, last by 07:14:54 (in 15 min), 2 without a known end and 1 not asked since its entry was over',
  );
});
