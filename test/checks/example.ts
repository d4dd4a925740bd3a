import { makePlan } from '../../src/cutover/build.ts';
import { type Capabilities } from '../../src/cutover/capabilities.ts';
import { type Edit, type Order, type Policy } from '../../src/cutover/order.ts';
import { valueAt } from '../../src/cutover/path.ts';
import { type Plan } from '../../src/cutover/plan.ts';
import { type Reading, type ServerAddress, type Survey } from '../../src/cutover/survey.ts';
import { parseName } from '../../src/dns/name.ts';
import { keyText, rrset, type RRset } from '../../src/dns/rrset.ts';
import { type CheckInput } from '../../src/checks/input.ts';

export const domain = parseName('example.org');

export const mx = (ttl: number, ...rdata: readonly string[]): RRset =>
  rrset({ name: domain, type: 'MX', ttl, rdata });
export const txt = (ttl: number, ...rdata: readonly string[]): RRset =>
  rrset({ name: domain, type: 'TXT', ttl, rdata });

export const oldMx = mx(3600, '10 mx.old.example.', '20 mx2.old.example.');
const oldTxt = txt(7200, '"v=spf1 mx -all"');

export const policy: Policy = {
  ttl: {
    ...{ low: 300, final: null, restoreAfter: 86_400, margin: 300, lag: 900 },
    history: { longest: 86_400, until: null },
  },
  schedule: { swapFrom: null, swapUntil: null, timeZone: 'UTC', freeze: [] },
  approval: 'required',
  attest: [],
  watch: { resolvers: 'none', target: 95, atMost: 86_400, canary: false },
  accept: [],
  severity: {},
  rollback: { automatic: null, settleAfter: 86_400 },
  afterwards: 604_800,
  retire: { after: 259_200, old: 'refuses' },
  claim: true,
};

const edit = (type: string, want: Edit['want'], name = domain): Edit => ({
  ...{ name, type, want, ttl: null, where: 'test:1:1' },
});

const selector = parseName('s1._domainkey.example.org');

export const order: Order = {
  domain,
  provider: 'onprem',
  prepare: [
    edit('TXT', { is: 'edit', remove: [], add: ['"include prepared"'] }),
    edit('TXT', { is: 'set', rdata: ['"v=DKIM1"'] }, selector),
  ],
  steps: [
    {
      name: 'both',
      edits: [edit('MX', { is: 'edit', remove: [], add: ['5 mx.new.example.'] })],
    },
    {
      name: 'new',
      edits: [
        edit('MX', { is: 'set', rdata: ['5 mx.new.example.'] }),
        edit('TXT', {
          is: 'edit',
          remove: ['"v=spf1 mx -all"'],
          add: ['"v=spf1 include:spf.new.example -all"'],
        }),
      ],
    },
  ],
  afterwards: [edit('TXT', { is: 'absent' }, selector)],
  policy,
  authority: { replace: [], add: [], lookups: [], trustAnchors: [] },
};

export const capabilities: Capabilities = {
  ...({ minTtl: null, compareAndSwap: 'atomic', atomicSets: true } as const),
  ...({ shrinks: 'at once', syncStatus: 'observed', lag: 0 } as const),
};

export const plan: Plan = makePlan({
  primaries: [],
  order,
  zone: domain,
  current: { [keyText(oldMx)]: oldMx, [keyText(oldTxt)]: oldTxt },
  capabilities,
});

/** The same plan under another policy. */
export const planWith = (changes: Partial<Policy>, base: Plan = plan): Plan => ({
  ...base,
  policy: { ...base.policy, ...changes },
});

export const servers: readonly ServerAddress[] = [
  { name: 'ns1.example.net.', address: '192.0.2.1', port: 53 },
  { name: 'ns1.example.net.', address: '2001:db8::1', port: 53 },
  { name: 'ns2.example.net.', address: '192.0.2.2', port: 53 },
];

/** A server that shows every RRset at its place. */
export const answered = (server: ServerAddress, at: Plan, place: number): Reading => ({
  ...{ ...server, state: 'answered', error: null, serial: 7 },
  served: at.tracks.map(track => {
    const value = valueAt(track, place);
    const negativeTtl = value === null ? 600 : null;
    return { key: track.key, rrset: value, negativeTtl, signature: 'unsigned' };
  }),
});

export const silent = (server: ServerAddress, state: 'silent' | 'lacking' = 'silent'): Reading => ({
  ...{ ...server, state, serial: null, served: [] },
  error: state === 'silent' ? 'no answer within 3 s' : 'this machine has no IPv6',
});

export const run = 'c0ffee';

export const claim = (text: string): RRset =>
  rrset({ name: parseName('_dns-cutover.example.org'), type: 'TXT', ttl: 60, rdata: [text] });

/** A healthy survey of this plan at a position of its path. */
export function surveyAt(place: number, at: Plan = plan): Survey {
  const nameServers = ['ns1.example.net.', 'ns2.example.net.'];
  return {
    zone: at.zone,
    delegation: {
      ...{ source: 'discovered', zone: at.zone, servers },
      ...{ parentNameServers: nameServers, childNameServers: nameServers },
    },
    round: {
      at: { wall: 1_800_000_000_000, up: 1000, boot: 'b' },
      nameServers,
      readings: servers.map(server => answered(server, at, place)),
    },
    hosted: Object.fromEntries(
      at.tracks.map(track => {
        const value = valueAt(track, place);
        return [track.key, value === null ? null : { rrset: value, extras: null, token: null }];
      }),
    ),
    capabilities,
    claim: place === 0 ? null : claim(`"dns-cutover run=${run} host=h since=now"`),
    soa: { serial: 7, refresh: 600, minimum: 600, ttl: 3600 },
  };
}

/** What the checks look at when everything is well. */
export const healthy = (place = 0, at: Plan = plan): CheckInput => ({
  plan: at,
  survey: surveyAt(place, at),
  places: place === 0 ? {} : Object.fromEntries(at.tracks.map(({ key }) => [key, place])),
  runs: [run],
  accepted: [],
});

/** The same with another survey. */
export const withSurvey = (
  changes: Partial<Survey>,
  input: CheckInput = healthy(),
): CheckInput => ({
  ...input,
  survey: { ...input.survey, ...changes },
});

/** The same with other readings. */
export const withReadings = (
  change: (readings: readonly Reading[]) => readonly Reading[],
  input: CheckInput = healthy(),
): CheckInput => {
  const { round } = input.survey;
  return withSurvey({ round: { ...round, readings: change(round.readings) } }, input);
};

/** The same as if the configuration named the servers. */
export const configured = (input: CheckInput = healthy()): CheckInput =>
  withSurvey(
    {
      delegation: { ...input.survey.delegation, source: 'configured', parentNameServers: [] },
    },
    input,
  );
