import { describe, expect, it } from 'vitest';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { displayName, parseName } from '../../../src/dns/name.ts';
import { unicodeOf } from '../../../src/view/names.ts';
import { CutoverPage } from '../../../src/page/parts/cutover-page.tsx';
import { ListPage } from '../../../src/page/parts/list-page.tsx';
import { WorldMap } from '../../../src/page/parts/world-map.tsx';
import { type CutoverPageProps, type LiveState } from '../../../src/page/model/props.ts';
import { type CutoverSnapshot } from '../../../src/view/stream/stream.ts';
import { fixtureNames, fixtures, hostile, type FixtureName } from '../../support/page-fixtures.ts';

const viewer = { name: 'anna', role: 'approver', shared: false, title: 'ops1' };

/** Made once: what is shown of it changes nothing in it. */
const made = new Map<FixtureName, CutoverSnapshot>();
function snapshotOf(name: FixtureName): CutoverSnapshot {
  const snapshot = made.get(name) ?? fixtures[name]();
  made.set(name, snapshot);
  return snapshot;
}

function html(name: FixtureName, change: Partial<CutoverPageProps> = {}): string {
  const snapshot = snapshotOf(name);
  const still: LiveState = { is: 'still' };
  const fixed = { zone: 'UTC', theme: 'auto', on: {}, wall: false } as const;
  const now = Date.parse(snapshot.at);
  return renderToString(
    h(CutoverPage, { snapshot, viewer, live: still, now, ...fixed, ...change }),
  );
}

/** What somebody reads who sees no shapes and no colours. */
const textOf = (page: string): string =>
  page
    .replace(/<svg.*?<\/svg>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\s\u00a0]+/g, ' ');

it('says by whose clock it tells the times before it tells any, also at the wall', () => {
  const topOf = (of: Partial<CutoverPageProps>): string =>
    textOf(html('propagate', { zone: 'Asia/Kolkata', ...of })).split('example.org')[0] ?? '';
  for (const wall of [false, true])
    expect(topOf({ wall, live: { is: 'live' } })).toContain('times in UTC+05:30');
  expect(topOf({})).toContain('As of 10:48:15 UTC+05:30');
});

it('shows a domain in another script with the name that DNS has, which no homograph can copy', () => {
  const snapshot = snapshotOf('hold');
  const name = parseName('аpple.example');
  const other = { domain: displayName(name), unicode: unicodeOf(name) };
  const page = html('hold', {
    snapshot: { ...snapshot, status: { ...snapshot.status, ...other } },
  });
  expect(textOf(page)).toContain(' аpple.example (xn--pple-43d.example) MX cutover');
});

/** Fields whose words come from zones, servers, mail hosts, lists and people. */
const strange: readonly string[] = [
  ...['address', 'command', 'consequence', 'country', 'detail', 'does', 'expected', 'host'],
  ...['message', 'name', 'observed', 'operator', 'rdata', 'reason', 'remarks', 'remedy', 'said'],
  ...['seen', 'sentence', 'server', 'subject', 'summary', 'text', 'what', 'why'],
];

/** The same with all of them as nasty as they come. */
function poisoned(value: unknown, field = ''): unknown {
  if (typeof value === 'string')
    return strange.includes(field) ? `${hostile.markup}${hostile.script}${hostile.bidi}` : value;
  if (Array.isArray(value)) return value.map(one => poisoned(one, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, poisoned(inner, key)]),
  );
}

const words: Readonly<Record<FixtureName, readonly string[]>> = {
  lower: ['Lowering the TTL', 'Nobody has to act', 'safe to go back', 'No mail host was asked'],
  drain: ['Draining', 'left, until', 'safe to go back'],
  gate: ['Waits at the gate', 'A person acts next', 'nobody has approved', '550 5.7.64'],
  propagate: ['Propagating', '64 %', 'waits for its TTL', 'are a proxy', 'MTA-STS', 'agree'],
  down: [
    'The new host is down:',
    'mx.new.example cannot be reached',
    'it is rolled back by itself',
  ],
  mail: ['Mail is refused', 'Mail needs a decision', 'refuses mail'],
  hold: ['On hold', 'Ways out', 'dns-cutover approve example.org.1'],
  paused: ['Paused', 'The bridge wants to look first. Nothing is written'],
  rollback: ['Rolling back', 'It is going back now', 'The MX is not back yet'],
  'rolled-back': ['Rolled back', 'the snapshot was put back'],
  sweep: ['Last sweep', 'Going back needs care'],
  done: ['Done', 'the old host is retired'],
  dead: ['Not running', 'No controller runs it', 'dns-cutover start'],
  crowd: ['Propagating', 'are named here', 'all of them'],
  hostile: ['Paused', 'Trouble'],
};

describe('a page of a cutover', () => {
  it.each(fixtureNames)('says in words how it is: %s', name => {
    const page = html(name);
    for (const word of words[name]) expect(textOf(page)).toContain(word);
    expect(page).not.toMatch(/\sstyle=|NaN|undefined|\[object/);
    expect(page.match(/aria-current="step"/g) ?? []).toHaveLength(
      name === 'done' || name === 'rolled-back' ? 0 : 1,
    );
  });

  it('calls its first panel what is in it', () => {
    const title = (name: FixtureName) =>
      /<h2 id="stage-title">(.*?)<\/h2>/.exec(html(name))?.[1] ?? '';
    expect(title('drain')).toBe('Drain');
    expect(title('gate')).toBe('Gate');
    expect(title('propagate')).toBe('Share of resolvers over time');
    expect(title('rollback')).toBe('Rollback');
    expect(title('rolled-back')).toBe('Rollback');
    expect(title('sweep')).toBe('Settling');
    expect(title('done')).toBe('Settling');
  });

  it('keeps the words of strangers text, wherever they stand', () => {
    const page = html('hostile');
    expect(page).not.toMatch(/<img|<script/i);
    expect(page).toContain('&lt;img src=x');
    expect(page).not.toContain('\u202E');
    expect(page).not.toContain('x'.repeat(1200));
    expect(hostile.long).toHaveLength(10_000);
  });

  it('keeps them text in every field that DNS, mail hosts and people fill', () => {
    for (const name of ['gate', 'propagate', 'mail', 'hold', 'done'] as const) {
      const page = html(name, { snapshot: poisoned(snapshotOf(name)) as CutoverSnapshot });
      expect(page.match(/<img|<script|\u202E/gi), name).toBeNull();
      expect(page.includes('&lt;img src=x'), name).toBe(true);
    }
  });

  it('tells who has a link nothing of providers, hosts and commands', () => {
    const shared = html('hold', { viewer: { ...viewer, shared: true } });
    for (const secret of ['onprem', 'dns-cutover approve', 'process 4711', 'href="/"'])
      expect(shared).not.toContain(secret);
    for (const secret of ['onprem', 'dns-cutover approve', 'process 4711'])
      expect(html('hold')).toContain(secret);
  });

  it('says loudly that it is not live any more, and since when', () => {
    const snapshot = snapshotOf('propagate');
    const now = Date.parse(snapshot.at);
    const page = html('propagate', { live: { is: 'stale', since: now - 40_000 } });
    expect(textOf(page)).toContain('Not live since 05:17:35');
    expect(textOf(page)).toContain('0:40 old');
    expect(page).toContain('page-stale');
    expect(textOf(page)).toContain('As of 2026-12-05 05:17:35 +00:00');
    expect(textOf(html('propagate'))).toContain('As of 05:18:15 UTC');
    expect(textOf(html('propagate'))).toContain('As of 2026-12-05 05:18:15 +00:00');
  });

  it('offers a map to whoever may fetch the list of resolvers, and not by a share link', () => {
    expect(textOf(html('propagate'))).toContain('World map');
    const shared = html('propagate', { viewer: { ...viewer, shared: true } });
    expect(textOf(shared)).not.toContain('World map');
  });

  it('has something to choose with only where a script can', () => {
    expect(html('propagate')).not.toContain('<select');
    expect(html('propagate', { live: { is: 'live' } })).toContain('<select');
    expect(html('propagate')).not.toContain('<button');
    expect(html('propagate')).not.toContain('group-short');
  });

  it('shows eight of many that are alike, and the others when somebody asks', () => {
    const live = html('propagate', { live: { is: 'live' } });
    expect(live.match(/row-late/g)).toHaveLength(31);
    expect(textOf(live)).toContain('31 more of waits for its TTL');
    expect(live.match(/group-more/g)).toHaveLength(1);
  });

  it('counts by the clock of the server that it is given', () => {
    const now = Date.parse(snapshotOf('propagate').at);
    expect(textOf(html('propagate'))).toContain('in 25:21');
    expect(textOf(html('propagate', { now: now + 60_000 }))).toContain('in 24:21');
  });
});

it('a map draws who stands somewhere, and names who stands everywhere', () => {
  const point = { operator: 'o', country: null, verdict: 'old' };
  const points = [
    { ...point, id: 'a', name: 'Berlin', latitude: 52.5, longitude: 13.4, anycast: false },
    { ...point, id: 'b', name: 'Everywhere', latitude: 1, longitude: 1, anycast: true },
    { ...point, id: 'c', name: 'Nowhere', latitude: null, longitude: null, anycast: false },
  ];
  const page = renderToString(h(WorldMap, { points }));
  expect(page.match(/class="map-dot/g)).toHaveLength(1);
  expect(page).toContain('<title>Berlin: old</title>');
  expect(textOf(page)).toContain('Everywhere old');
  expect(textOf(page)).toContain('1 more stands nobody knows where');
  const empty = renderToString(h(WorldMap, { points: points.slice(2) }));
  expect(empty).not.toContain('<svg class="map-drawing"');
  expect(textOf(empty)).toContain('No resolver of this list stands in one known place');
});

it('a list has a row for each cutover, with its word and who acts', () => {
  const { status, seq } = snapshotOf('hold');
  const { id, domain, stage, outcome, next, controller, startedAt, endedAt } = status;
  const ended = { outcome, ending: null, startedAt, endedAt };
  const brief = { ...ended, id, domain, unicode: null, seq, stage, next, controller, mail: null };
  const row = { ...brief, paused: false, hold: 'authority-behind', share: 0.256 };
  const snapshot = { at: startedAt, epoch: 'e7', cutovers: [row] };
  const fixed = { zone: 'UTC', theme: 'auto', on: {}, live: { is: 'still' }, now: 0 } as const;
  const page = renderToString(h(ListPage, { snapshot, viewer, ...fixed }));
  expect(textOf(page)).toMatch(/example\.org On hold 25 % A person acts next/);
  expect(page).toContain('href="/cutovers/example.org.1"');
  const named = { ...row, domain: 'xn--bcher-kva.example', unicode: 'bücher.example' };
  const other = renderToString(
    h(ListPage, { snapshot: { ...snapshot, cutovers: [named] }, viewer, ...fixed }),
  );
  expect(textOf(other)).toContain('bücher.example (xn--bcher-kva.example)');
  expect(textOf(page)).toContain('As of 2026-12-05 04:00:00 +00:00');
  expect(
    textOf(
      renderToString(h(ListPage, { snapshot: { ...snapshot, cutovers: [] }, viewer, ...fixed })),
    ),
  ).toContain('No cutover was started yet');
});
