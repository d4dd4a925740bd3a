import { makePlan } from '../../src/cutover/build.ts';
import { type Capabilities } from '../../src/cutover/capabilities.ts';
import { type Edit, type Order, type Policy } from '../../src/cutover/order.ts';
import { type Plan } from '../../src/cutover/plan.ts';
import { parseName } from '../../src/dns/name.ts';
import { rrset, type RRset } from '../../src/dns/rrset.ts';
import { plain, type Look } from '../../src/view/table.ts';

/** 05:00 in Berlin, an hour before the window opens. */
export const dawn = Date.parse('2026-12-05T04:00:00Z');
export const minute = 60_000;

export const look: Look = {
  width: 80,
  ascii: false,
  paint: plain,
  zone: 'Europe/Berlin',
  now: dawn,
};

export const ownPolicy: Policy = {
  ttl: { low: 300, final: null, restoreAfter: 86_400, margin: 300, lag: 900, history: null },
  schedule: {
    swapFrom: Date.parse('2026-12-05T05:00:00Z'),
    swapUntil: Date.parse('2026-12-05T07:00:00Z'),
    timeZone: 'Europe/Berlin',
    freeze: [],
  },
  approval: 'required',
  attest: ['mailboxes synced'],
  watch: { resolvers: 'default', target: 95, atMost: 86_400, canary: false },
  accept: [],
  severity: {},
  rollback: { automatic: 7200, settleAfter: 86_400 },
  afterwards: 604_800,
  retire: { after: 259_200, old: 'refuses' },
  claim: true,
};

export const capabilities: Capabilities = {
  minTtl: null,
  compareAndSwap: 'atomic',
  atomicSets: true,
  shrinks: 'at once',
  syncStatus: 'observed',
  lag: 0,
};

const edit = (name: string, type: string, want: Edit['want']): Edit => ({
  name: parseName(name),
  type,
  want,
  ttl: null,
  where: 'dns-cutover.yaml:1:1',
});

const swap: readonly Edit[] = [
  edit('example.org', 'TXT', {
    is: 'edit',
    remove: ['"v=spf1 mx -all"'],
    add: ['"v=spf1 include:spf.new.example -all"'],
  }),
  edit('example.org', 'MX', { is: 'set', rdata: ['0 mx.new.example.'] }),
];

const prepare: readonly Edit[] = [
  edit('s1._domainkey.example.org', 'CNAME', { is: 'set', rdata: ['s1.dkim.new.example.'] }),
];

const current = (key: string, ttl: number, rdata: readonly string[]): [string, RRset] => {
  const [name = '', type = ''] = key.split(' ');
  return [key, rrset({ name: parseName(name), type, ttl, rdata })];
};

const existing: Readonly<Record<string, RRset | null>> = {
  ...Object.fromEntries([
    current('example.org. MX', 3600, ['10 mail.example.org.', '20 mail2.example.org.']),
    current('example.org. TXT', 3600, ['"v=spf1 mx -all"', '"site-verification=1"']),
  ]),
  's1._domainkey.example.org. CNAME': null,
};

export interface PlanChoice {
  readonly policy?: Partial<Policy>;
  readonly order?: Partial<Order>;
  readonly existing?: Readonly<Record<string, RRset | null>>;
  readonly capabilities?: Capabilities;
}

export function planOf(choice: PlanChoice = {}): Plan {
  const plan = makePlan({
    primaries: [],
    order: {
      domain: parseName('example.org'),
      provider: 'onprem',
      prepare,
      steps: [{ name: 'mx', edits: swap }],
      afterwards: [],
      policy: { ...ownPolicy, ...choice.policy },
      authority: { replace: [], add: [], lookups: [], trustAnchors: [] },
      ...choice.order,
    },
    zone: parseName('example.org'),
    current: choice.existing ?? existing,
    capabilities: choice.capabilities ?? capabilities,
  });
  // A hash of its own would change every golden file with any change of the plan's form.
  return { ...plan, hash: '7f3a-91c2-0d5e-4b1a' };
}
