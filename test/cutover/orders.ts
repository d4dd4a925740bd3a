import { type Instant } from '../../src/clock.ts';
import { makePlan } from '../../src/cutover/build.ts';
import { type Capabilities } from '../../src/cutover/capabilities.ts';
import { type Edit, type Order, type Policy, type Step } from '../../src/cutover/order.ts';
import { type Plan } from '../../src/cutover/plan.ts';
import { parseName } from '../../src/dns/name.ts';
import { keyText, rrset, type RRset } from '../../src/dns/rrset.ts';

/** Everything here happens in one zone, from midnight on. */
export const domain = parseName('example.org');
export const midnight: Instant = Date.parse('2026-12-05T00:00:00Z');

export const capabilities: Capabilities = {
  minTtl: null,
  compareAndSwap: 'atomic',
  atomicSets: true,
  shrinks: 'at once',
  syncStatus: 'observed',
  lag: 0,
};

export const policy: Policy = {
  ttl: { low: 300, final: null, restoreAfter: 86_400, margin: 300, lag: 900, history: null },
  schedule: { swapFrom: null, swapUntil: null, timeZone: 'UTC', freeze: [] },
  approval: 'required',
  attest: [],
  watch: { resolvers: 'none', target: 95, atMost: 86_400, canary: false },
  accept: [],
  severity: {},
  rollback: { automatic: 7200, settleAfter: 86_400 },
  afterwards: 604_800,
  retire: { after: 259_200, old: 'refuses' },
  claim: true,
};

const edit = (name: string, type: string, want: Edit['want']): Edit => ({
  name: parseName(name),
  type,
  want,
  ttl: null,
  where: 'cutover.yaml:1:1',
});

export const set = (name: string, type: string, ...rdata: readonly string[]): Edit =>
  edit(name, type, { is: 'set', rdata });

export const change = (
  name: string,
  type: string,
  { remove = [], add = [] }: { remove?: readonly string[]; add?: readonly string[] },
): Edit => edit(name, type, { is: 'edit', remove, add });

export const absent = (name: string, type: string): Edit => edit(name, type, { is: 'absent' });

export const oldMx = '10 mx.old.example.';
export const newMx = '10 mx.new.example.';
const policyId = parseName('_mta-sts.example.org');
const oldSpf = '"v=spf1 include:spf.old.example -all"';
const bothSpf = '"v=spf1 include:spf.old.example include:spf.new.example -all"';
const newSpf = '"v=spf1 include:spf.new.example -all"';

type Moves = Pick<Order, 'prepare' | 'steps' | 'afterwards'>;

const swap = (...edits: readonly Edit[]): Step => ({ name: 'swap', edits });
const mx = (...rdata: readonly string[]): Edit => set('example.org', 'MX', ...rdata);

/** The orders that scenarios name in their first lines. */
export const orders: Readonly<Record<string, Moves>> = {
  mx: { prepare: [], steps: [swap(mx(newMx))], afterwards: [] },
  'mx+spf': {
    prepare: [],
    steps: [swap(change('example.org', 'TXT', { remove: [oldSpf], add: [newSpf] }), mx(newMx))],
    afterwards: [],
  },
  'prepare+afterwards': {
    prepare: [
      change('example.org', 'TXT', { remove: [oldSpf], add: [bothSpf] }),
      set('new._domainkey.example.org', 'TXT', '"v=DKIM1; p=bmV3"'),
    ],
    steps: [swap(mx(newMx))],
    afterwards: [change('example.org', 'TXT', { remove: [bothSpf], add: [newSpf] })],
  },
  // The id is named first, and is written last all the same.
  policy: {
    prepare: [
      set('_mta-sts.example.org', 'TXT', '"v=STSv1; id=2"'),
      set('_25._tcp.mx.example.org', 'TLSA', `3 1 1 ${'0a'.repeat(32)}`),
    ],
    steps: [swap(mx(newMx))],
    afterwards: [],
  },
  hosts: {
    prepare: [],
    steps: [swap(mx('10 mx1.new.example.', '10 mx2.new.example.', '20 mx3.new.example.'))],
    afterwards: [],
  },
  pivot: {
    prepare: [],
    steps: [
      { name: 'filter', edits: [mx('10 mx.filter.example.')] },
      { name: 'move', edits: [mx(newMx)] },
    ],
    afterwards: [],
  },
};

/** What the zone holds before: the MX with this TTL, if it has one, and an SPF record. */
export function zoneBefore(mxTtl: number | null): Readonly<Record<string, RRset | null>> {
  const there = mxTtl === null ? [] : [mxTtl];
  const sets = [
    ...there.map(ttl => rrset({ name: domain, type: 'MX', ttl, rdata: [oldMx] })),
    rrset({ name: domain, type: 'TXT', ttl: 3600, rdata: [oldSpf] }),
    rrset({ name: policyId, type: 'TXT', ttl: 600, rdata: ['"v=STSv1; id=1"'] }),
  ];
  return Object.fromEntries(sets.map(one => [keyText(one), one]));
}

export const order = (moves: Moves, own: Policy = policy): Order => ({
  domain,
  provider: 'onprem',
  ...moves,
  policy: own,
  authority: { replace: [], add: [], lookups: [], trustAnchors: [] },
});

/** A plan for one of the named orders, or for other moves. */
export const planOf = (
  moves: Moves | string = 'mx',
  own: {
    policy?: Policy;
    capabilities?: Capabilities;
    mxTtl?: number | null;
    primaries?: string[];
  } = {},
): Plan =>
  makePlan({
    order: order(
      typeof moves === 'string' ? (orders[moves] ?? missing(moves)) : moves,
      own.policy ?? policy,
    ),
    zone: domain,
    current: zoneBefore(own.mxTtl === undefined ? 3600 : own.mxTtl),
    capabilities: own.capabilities ?? capabilities,
    primaries: own.primaries ?? ['ns.onprem.example.'],
  });

function missing(name: string): never {
  throw new Error(`no order is called ${name}: ${Object.keys(orders).join(', ')}`);
}
