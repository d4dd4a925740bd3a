import { type Edit as ZoneEdit } from '../../providers/memory/zone.ts';
import { type Edit, type Order, type Step } from '../../src/cutover/order.ts';
import { parseName, type Name } from '../../src/dns/name.ts';
import { rrset, type Key, type RRset } from '../../src/dns/rrset.ts';
import { type Random } from './random.ts';

/** What is fixed before a run begins: the zone, its servers and what the operator wants. */
export interface Scene {
  readonly domain: Name;
  readonly sets: readonly ZoneEdit[];
  readonly servers: readonly { readonly address: string; readonly port: number }[];
  readonly order: Order;
  readonly atomicSets: boolean;
  /** Seconds for which a read may be stale. */
  readonly lag: number;
}

export interface SceneTerms {
  readonly stale: boolean;
  readonly window: boolean;
  /** The smallest scene that has every kind of record: for crashes at every port call. */
  readonly small: boolean;
  /** Wall clock when it begins. */
  readonly wall: number;
}

const domain = parseName('example.org');
const under = (label: string): Name => parseName(`${label}.example.org`);

/** One RRset: its key, its TTL, its records. */
export const set = ({ name, type }: Key, ttl: number, ...rdata: string[]): RRset =>
  rrset({ name, type, ttl, rdata });

const spf = (host: string): string => `"v=spf1 include:spf.${host}.example -all"`;

/** Nothing here is part of any plan: it must stay as it is. */
const bystanders: readonly RRset[] = [
  set({ name: domain, type: 'A' }, 1001, '192.0.2.80'),
  set({ name: under('www'), type: 'CNAME' }, 1002, 'example.org.'),
  set({ name: under('sub'), type: 'MX' }, 1003, '10 mx.sub.example.net.'),
  set({ name: under('_dmarc'), type: 'TXT' }, 1004, '"v=DMARC1; p=none"'),
];

const edit = ({ name, type }: Key, want: Edit['want'], ttl: number | null = null): Edit => ({
  name,
  type,
  want,
  ttl,
  where: 'cutover.yaml:1:1',
});

function stepsOf(random: Random, small: boolean): readonly Step[] {
  const mx = (...rdata: string[]) => edit({ name: domain, type: 'MX' }, { is: 'set', rdata });
  const txt = edit(
    { name: domain, type: 'TXT' },
    { is: 'edit', remove: [spf('old')], add: [spf('new')] },
  );
  const last = [mx('0 mx.new.example.'), ...(small || random.chance(0.6) ? [txt] : [])];
  const pivot = !small && random.chance(0.25);
  return pivot
    ? [
        { name: 'pivot', edits: [mx('0 mx.new.example.', '10 mx1.old.example.')] },
        { name: 'final', edits: last },
      ]
    : [{ name: 'swap', edits: last }];
}

/** What a plan may be, within what a run of a few hours can hold. */
export function makeScene(random: Random, { stale, window, small, wall }: SceneTerms): Scene {
  const ttl = small ? 120 : random.pick([120, 300, 300, 900]);
  const mx = set({ name: domain, type: 'MX' }, ttl, '10 mx1.old.example.', '20 mx2.old.example.');
  const txt = set({ name: domain, type: 'TXT' }, random.pick([ttl, 60]), spf('old'), '"site=1"');
  const prepare = [
    edit(
      { name: under('new._domainkey'), type: 'TXT' },
      { is: 'set', rdata: ['"v=DKIM1; p=AAAA"'] },
      600,
    ),
  ];
  const afterwards = [edit({ name: under('old._domainkey'), type: 'TXT' }, { is: 'absent' })];
  const oldKey = set({ name: under('old._domainkey'), type: 'TXT' }, 600, '"v=DKIM1; p=BBBB"');
  const count = small ? 2 : random.pick([1, 2, 2, 3]);
  const servers = Array.from({ length: count }, (_, index) => ({
    address: `192.0.2.${String(index + 1)}`,
    port: 53,
  }));
  const ns = set(
    { name: domain, type: 'NS' },
    3600,
    ...servers.map((_, index) => `ns${index + 1}.example.org.`),
  );
  const extras = random.chance(0.5) ? { comment: 'mail, ask Kim', tag: 7 } : null;
  const sets: readonly ZoneEdit[] = [ns, mx, txt, oldKey, ...bystanders].map(one => ({
    key: one,
    after: one,
    extras: one === mx || one === txt ? extras : null,
  }));
  const swapFrom = wall + random.between(20, 60) * 60_000;
  const order: Order = {
    domain,
    provider: 'main',
    prepare: small || random.chance(0.6) ? prepare : [],
    steps: stepsOf(random, small),
    afterwards: small || random.chance(0.5) ? afterwards : [],
    policy: {
      ttl: {
        low: small ? 20 : random.pick([30, 60]),
        final: random.chance(0.2) ? 1800 : null,
        restoreAfter: small ? 120 : random.pick([0, 600]),
        margin: 10,
        lag: 90,
        history: { longest: ttl, until: random.chance(0.5) ? wall : null },
      },
      schedule: {
        swapFrom: window ? swapFrom : null,
        swapUntil: window ? swapFrom + random.between(1, 20) * 60_000 : null,
        timeZone: 'UTC',
        freeze: [],
      },
      approval: small || random.chance(0.4) ? 'none' : 'required',
      attest: random.chance(0.3) ? ['mailboxes are copied'] : [],
      watch: { resolvers: 'none', target: 95, atMost: 1800, canary: false },
      accept: [],
      severity: {},
      rollback: { automatic: null, settleAfter: small ? 30 : 300 },
      afterwards: small ? 60 : random.pick([0, 300]),
      retire: { after: 0, old: 'stays' },
      claim: small || random.chance(0.85),
    },
    authority: { replace: servers, add: [], lookups: [], trustAnchors: [] },
  };
  const lag = stale ? random.pick([2, 5]) : 0;
  return { domain, sets, servers, order, atomicSets: small || random.chance(0.6), lag };
}
