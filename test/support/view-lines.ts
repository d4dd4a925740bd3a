import { type Actor, type Line } from '../../src/cutover/line.ts';
import { type LineType } from '../../src/cutover/lines.ts';
import { type DataOf } from '../../src/view/sentences.ts';
import { canaryKey } from '../../src/cutover/canary.ts';
import { type Intent } from '../../src/cutover/intent.ts';
import { type HoldReason } from '../../src/cutover/hold.ts';
import { parseName } from '../../src/dns/name.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { dawn, minute, planOf } from './view-plan.ts';
import { begun, drained, finding } from './view-fixture.ts';

const now = { wall: dawn, up: 0, boot: 'b1' };
const mx = (value: string) =>
  rrset({ name: parseName('example.org'), type: 'MX', ttl: 300, rdata: [value] });
const expected = mx('10 mail.example.org.');
const found = mx('5 mx.elsewhere.example.');

export const difference = {
  key: 'example.org. MX',
  expected,
  found,
  source: 'ns1.example.net. 192.0.2.1',
};

const behind = { server: 'ns2.example.net. 192.0.2.2', problem: 'serves the set of yesterday' };

/** Every reason for a hold, once. */
export const reasons: { readonly [Why in HoldReason['why']]: HoldReason & { why: Why } } = {
  blocked: {
    why: 'blocked',
    findings: [finding({ status: 'fail', summary: 'two servers give another answer' })],
  },
  'zone-changed': { why: 'zone-changed', differences: [{ ...difference, source: 'onprem' }] },
  claimed: {
    why: 'claimed',
    claim: '_dns-cutover.example.org. TXT "dns-cutover run=deadbeef host=ops2 since=x"',
  },
  conflict: { why: 'conflict', differences: [difference, { ...difference, found: null }] },
  'write-refused': { why: 'write-refused', code: 'UNAUTHORIZED', message: 'REFUSED by policy' },
  'write-failing': { why: 'write-failing', attempts: 5, message: 'no answer from 192.0.2.53' },
  'authority-unreachable': { why: 'authority-unreachable', servers: [behind] },
  'authority-behind': { why: 'authority-behind', servers: [behind] },
  'mx-missing': {
    why: 'mx-missing',
    servers: [{ ...behind, problem: 'serves no example.org. MX at all' }],
  },
  signature: { why: 'signature', servers: [behind, { ...behind, problem: 'RRSIG expired' }] },
  'dnssec-bogus': {
    why: 'dnssec-bogus',
    servers: [
      { ...behind, problem: 'example.org. MX: its signature ended at 2026-11-20T06:00:00Z' },
    ],
  },
  'resolvers-cannot-tell': {
    why: 'resolvers-cannot-tell',
    ableToTell: 0.25,
    total: 40,
    counts: { new: 4, old: 6, silent: 30 },
  },
  'window-missed': { why: 'window-missed', swapUntil: dawn + 180 * minute },
  'rollback-undelivered': {
    why: 'rollback-undelivered',
    since: dawn,
    message: 'the MX could not be written back within 10 minutes',
  },
};

const plan = planOf();
const { snapshot } = drained(plan).cutover;
const { intent } = begun(plan).survey().cutover;
if (snapshot === null || intent === null) throw new Error('the story has no snapshot');

const canaryIntent: Intent = {
  ...{ id: 'c1', purpose: 'canary', stage: 'drain', position: null, by: null },
  changes: [
    {
      before: null,
      after: rrset({ ...canaryKey(plan.domain), ttl: 300, rdata: ['"value=first"'] }),
    },
  ],
};

/** Data for every kind of line: a kind that is missing here does not compile. */
export const samples: { readonly [Type in LineType]: DataOf[Type] } = {
  'cutover.created': {
    id: 'example.org.1',
    plan,
    run: 'f00dfeed',
    host: 'ops1',
    takeClaim: null,
    accepted: [],
    reason: 'move to the new host',
    now,
  },
  'owner.changed': { owner: 'ops1-4711', fence: 2, now },
  'clock.jumped': { byMs: -90_000, now },
  'clock.rebooted': { now },
  'stage.entered': { stage: 'gate', step: 0, now },
  'snapshot.taken': { snapshot },
  'findings.changed': { findings: [finding({}), finding({ status: 'warn' })] },
  'write.intended': { intent },
  'write.confirmed': { intent: 'i1', receipt: { id: 'r1', data: null, windowMs: 312 }, now },
  'write.synced': { receipt: 'r1', afterMs: 34_000 },
  'write.unsynced': { receipt: 'r1', afterMs: 900_000 },
  'write.not-applied': { intent: 'i1', code: 'UNAVAILABLE', message: 'no answer' },
  'write.conflict': { intent: 'i1', differences: [difference] },
  'write.unsettled': { intent: 'i1' },
  'claim.allowed': { run: 'deadbeef', reason: 'ops2 burnt down' },
  'claim.left': { why: 'run deadbeef holds it now' },
  'authority.seen': {
    nameServers: ['ns1.example.net.'],
    standings: [
      { server: 'ns1.example.net. 192.0.2.1', is: 'there', detail: '' },
      { server: 'ns2.example.net. 192.0.2.2', is: 'silent', detail: 'no answer' },
      { server: 'ns2.example.net. 2001:db8::2', is: 'lacking', detail: 'counted elsewhere' },
    ],
    now,
  },
  'ttl.seen': { server: 'ns1.example.net. 192.0.2.1', key: 'example.org. MX', ttl: 86_400 },
  'dnssec.validated': {
    ...{ is: 'secure', at: 'example.org. MX', servers: 2, written: now, now },
    why: 'validated from the root: the root > org > example.org',
  },
  'authority.agreed': { keys: ['s1._domainkey.example.org. CNAME'] },
  'drain.started': { run: { since: now, nameServers: [], silent: null, unwatched: false } },
  'servers.changed': {
    servers: [{ name: 'ns3.example.net.', address: '192.0.2.3', port: 53 }],
    why: 'ns3.example.net. 192.0.2.3 joined',
    lingering: null,
  },
  'ttl.lingers': { server: 'ns1.example.net. 192.0.2.1', key: 'example.org. MX', ttl: 86_400, now },
  'write.late': { key: 'example.org. MX', position: 2 },
  'drain.reset': { why: 'ns2 serves a TTL of 86400' },
  'drain.extended': { servers: ['ns2.example.net. 192.0.2.2'], now },
  'drain.proven': { terms: ['the longest TTL seen (3600 s)', 'and its margin'] },
  'caches.forecast': {
    ...{ step: 0, from: 'baseline', p50: 150, p95: 285, worst: 3600, resolvers: 40, now },
  },
  'caches.milestone': {
    ...{ milestone: 50, share: 0.52, counts: { new: 21, old: 19 }, flipped: 15, cold: 6, now },
  },
  'caches.judged': {
    ...{ judged: 'ready', share: 0.96, ableToTell: 0.975, unexplained: 0, total: 40 },
    ...{ counts: { new: 38, old: 1, silent: 1 }, now },
  },
  'caches.entry': { resolver: 'quad9-1', leftMs: 7_200_000, outlives: true, now },
  'caches.propagated': {
    ...{ step: 0, why: 'target', share: 0.96, counts: { new: 38, old: 1, silent: 1 } },
    laggards: [
      { resolver: 'quad9-1', cause: 'raises TTLs', leftMs: 3_000_000, explained: true },
      { resolver: 'example-2', cause: 'silent or refused', leftMs: null, explained: true },
    ],
    now,
  },
  'canary.intended': { intent: canaryIntent },
  'canary.confirmed': { intent: 'c1', now },
  'canary.failed': {
    ...{ intent: 'c1', code: 'UNAUTHORIZED', message: 'REFUSED by policy', refused: true },
  },
  'canary.conflict': { intent: 'c2', found: null },
  'canary.measured': {
    measured: {
      ...{ total: 148, told: 140, floored: 2, cut: 1, farms: 12 },
      floors: [
        { resolver: 'old-isp', floor: 3600 },
        { resolver: 'kresd', floor: 305 },
      ],
    },
  },
  'canary.rehearsed': {
    rehearsed: {
      ...{ total: 140, turned: 139, p50: 290, p95: 301, worst: null },
      last: [
        { resolver: 'stuck', after: null },
        { resolver: 'old-isp', after: 3570 },
      ],
    },
  },
  'canary.given-up': { why: 'the drain is over' },
  'canary.left': { why: 'somebody else changed it' },
  'window.opened': { swapUntil: dawn + 180 * minute },
  'window.extended': { swapUntil: dawn + 240 * minute, reason: 'the team has time' },
  'rollback.withdrawn': { reason: 'the new host is mended' },
  approved: {
    planHash: plan.hash,
    step: 0,
    digest: '0123456789abcdef',
    findings: [],
    attested: [0],
    reason: 'team agrees',
  },
  'approval.lapsed': { because: 'what was approved has become worse' },
  accepted: {
    acceptances: [{ id: 'spf-mx-mechanism', subject: 'example.org.', reason: 'for a day' }],
  },
  paused: { reason: null },
  resumed: { reason: 'lunch is over' },
  held: { reason: reasons.conflict },
  'hold.lifted': { by: 'cause gone', reason: null },
  'rollback.asked': { to: 'step', target: 1, reason: 'mail bounces', now },
  'rollback.delivered': { now },
  'rollback.phase': { phase: 'settling' },
  'rollback.left': { differences: [difference] },
  confirmed: { what: 'old-host', reason: 'it is switched off' },
  'settling.ended': { act: 'restore-ttl', how: 'done', why: null },
  'mail.judged': {
    ...{ vantage: 'ops1', own: true, now },
    round: {
      taking: [
        { host: parseName('mx.new.example'), is: 'refuses', said: '550 5.7.64 TenantAttribution' },
      ],
      former: [{ host: parseName('mx.old.example'), is: 'accepts', said: '250 2.1.5 Ok' }],
      ...{ witness: true, blind: false, sts: 'breaks', expired: [] },
      ...{ sample: { asked: 3, accepted: 2 }, tried: { asked: 1, deferred: 0 } },
    },
  },
  'mail.observed': { what: { is: 'bounces', count: 7, seconds: 600 }, reason: 'postmaster', now },
  'mail.advice': {
    ...{ kind: 'acceptance-lost', because: 'paused', vantage: 'ops1', now },
    why: 'a new host that accepted the domain refuses it now, seen from ops1: mx.new.example refuses the domain (550 5.7.64 TenantAttribution)',
  },
  'mail.advice-over': { kind: 'acceptance-lost', now },
  'retire.due': { terms: ['retire.after: 72 h after the swap'], now },
  'old-host.asked': {
    look: {
      ...{ goal: 'refuses', holds: false },
      addresses: [
        {
          ...{ host: parseName('mail.example.org'), address: '192.0.2.25', role: 'old' },
          ...{ holds: false, why: 'accepts', recipient: 'anna@example.org' },
          said: '250 2.1.5 Ok',
        },
      ],
      unresolved: [{ host: parseName('mail2.example.org'), why: 'it has no address any more' }],
    },
    now,
  },
  'trouble.seen': { effect: 'observe', code: 'UNAVAILABLE', message: 'network is unreachable' },
  'trouble.over': { effect: 'observe' },
  ending: { outcome: 'abandoned', now, reason: 'another day' },
  ended: { outcome: 'abandoned' },
};

export const anna: Actor = { kind: 'person', name: 'anna' };

/** One line of each kind, at dawn. */
export const everyLine: readonly Line[] = Object.entries(samples).map(
  ([type, data]) => ({ v: 1, at: dawn, type, data }) as Line,
);
