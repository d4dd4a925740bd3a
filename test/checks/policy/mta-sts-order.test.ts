import { expect, it } from 'vitest';
import { policyOrderFindings } from '../../../src/checks/policy/mta-sts-order.ts';
import { type Prepared } from '../../../src/cutover/prepared.ts';
import { parseName } from '../../../src/dns/name.ts';
import { type RRset } from '../../../src/dns/rrset.ts';
import { type FetchPolicy } from '../../../src/mail/probe.ts';
import { txtRdata } from '../../../src/mail/txt.ts';
import { line } from '../../support/world.ts';
import { policy } from '../example.ts';
import { known, mail, mailInput, mailPlan } from '../mail-example.ts';

const name = '_mta-sts.example.org';
const idText = (id: string): string => txtRdata(`v=STSv1; id=${id}`);
const record = `${name} TXT 300 ${idText('1')}`;
const mx = 'example.org MX 3600 10 mx.old.example.';
const current: readonly RRset[] = [line(mx), line(record)];

const serves =
  (mode: string): FetchPolicy =>
  async ({ address }) => ({
    ...{ is: 'fetched', address, status: 200, contentType: 'text/plain' },
    body: `version: STSv1\nmode: ${mode}\nmx: mx1.new.example\nmx: mx.old.example\nmax_age: 86400\n`,
  });

interface Case {
  /** The text that the plan leaves at _mta-sts; null: the plan leaves it alone. */
  readonly writes?: string | null;
  readonly mode?: string;
  readonly lines?: readonly string[];
  readonly wait?: Omit<Prepared, 'track'>;
}

async function found({ writes = null, mode = 'enforce', lines = [], wait }: Case) {
  const own = { ...policy, mail: { ...mail, allowPrivate: true } };
  const edit = { name: parseName(name), type: 'TXT', ttl: null, where: 'test:1:1' };
  const want = { is: 'set', rdata: [writes ?? ''] } as const;
  const prepare = writes === null ? [] : [{ ...edit, want }];
  const plan = mailPlan(['10 mx1.new.example.'], { prepare, policy: own }, current);
  const track = plan.tracks.find(({ type }) => type === 'TXT');
  const world = lines.length > 0 ? lines : [record, 'mta-sts.example.org A 300 192.0.2.80'];
  const input = mailInput(plan, {
    ...{ inquire: known(mx, ...world), fetchPolicy: serves(mode) },
    ...(wait !== undefined && track !== undefined && { prepared: [{ track, ...wait }] }),
  });
  const findings = await policyOrderFindings(input);
  return Object.fromEntries(
    findings.map(({ id, status, severity, summary }) => [id, `${status} ${severity}: ${summary}`]),
  );
}

const why = 'senders may still hold the policy of the id before';
it.each<[string, Case, RegExp]>([
  ['a plan that writes a new id', { writes: idText('2') }, /^pass blocker: .*writes a new id last/],
  [
    'an id that is still to be written',
    { writes: idText('2'), wait: { why, until: null, leftMs: null } },
    /^pass blocker: .*not written yet/,
  ],
  [
    'an id that senders have not all heard of',
    { writes: idText('2'), wait: { why, until: 1_796_428_800_000, leftMs: 3_600_000 } },
    /^fail blocker: .*until 2026-12-05T/,
  ],
  [
    'the same while a policy is only tested',
    { writes: idText('2'), mode: 'testing', wait: { why, until: 0, leftMs: 1000 } },
    /^warn warning/,
  ],
  [
    'an id that had its day',
    { writes: idText('2'), wait: { why, until: 0, leftMs: 0 } },
    /^pass blocker: Senders have had time/,
  ],
  ['an id that stays as it is', { writes: idText('1') }, /^fail blocker: .*leaves the id 1/],
  ['a record that is made void', { writes: txtRdata('v=spf1 -all') }, /^fail blocker: .*void/],
  ['no new id', {}, /^could-not-test blocker: Since when/],
  ['no new id of a policy that binds nobody', { mode: 'none' }, /^pass blocker: No policy/],
  ['a domain without a policy', { lines: [mx] }, /^pass blocker: No policy/],
])('the id of a policy: %s', async (_, given, says) => {
  expect((await found(given))['mta-sts-id-settled']).toMatch(says);
});

const place = 'mta-sts.example.org';
it.each<[string, readonly string[], RegExp]>([
  ['on its own', [record, `${place} A 300 192.0.2.80`], /^pass/],
  ['nowhere', [mx], /^pass .*no policy host/],
  [
    'an alias into the old provider',
    [record, `${place} CNAME 300 sts.old.example.`, 'sts.old.example A 300 192.0.2.80'],
    /^warn warning: .*sts\.old\.example belongs to/,
  ],
  [
    'a record that the old provider keeps',
    [
      `${name} CNAME 300 id.sts.old.example.`,
      `id.sts.old.example TXT 300 ${idText('1')}`,
      `${place} A 300 192.0.2.80`,
    ],
    /^warn warning: .*id\.sts\.old\.example belongs to/,
  ],
  [
    'at the address of the old host',
    [record, `${place} A 300 192.0.2.9`, 'mx.old.example A 300 192.0.2.9'],
    /^warn warning: .*192\.0\.2\.9 is an address of mx\.old\.example/,
  ],
])('the policy host is %s', async (_, lines, says) => {
  expect((await found({ lines }))['mta-sts-host-owner']).toMatch(says);
});
