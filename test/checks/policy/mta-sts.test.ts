import { describe, expect, it } from 'vitest';
import { policyBodyFindings } from '../../../src/checks/policy/mta-sts.ts';
import { type Finding } from '../../../src/cutover/finding.ts';
import { type FetchPolicy, type PolicyFetched } from '../../../src/mail/probe.ts';
import { txtRdata } from '../../../src/mail/txt.ts';
import { policy } from '../example.ts';
import { known, mail, mailInput, mailPlan } from '../mail-example.ts';

const txt = `_mta-sts.example.org TXT 300 ${txtRdata('v=STSv1; id=1')}`;
const host = 'mta-sts.example.org A 300 192.0.2.80';
const second = 'mta-sts.example.org A 300 192.0.2.80 | 192.0.2.81';

const body = (mode: string, ...mx: readonly string[]): string =>
  ['version: STSv1', `mode: ${mode}`, ...mx.map(one => `mx: ${one}`), 'max_age: 604800', ''].join(
    '\r\n',
  );
const both = ['mx.old.example', 'mx1.new.example'];

const served = (text: string, changes: object = {}): PolicyFetched => ({
  ...{ is: 'fetched', address: '192.0.2.80', status: 200, contentType: 'text/plain', body: text },
  ...changes,
});

const serves =
  (...each: readonly PolicyFetched[]): FetchPolicy =>
  async ({ address }) =>
    each[address === '192.0.2.81' ? 1 : 0] ?? each[0]!;

async function found(
  lines: readonly string[],
  fetchPolicy: FetchPolicy,
): Promise<readonly Finding[]> {
  const plan = mailPlan(['10 mx1.new.example.'], {
    policy: { ...policy, mail: { ...mail, allowPrivate: true } },
  });
  return policyBodyFindings(mailInput(plan, { inquire: known(...lines), fetchPolicy }));
}

const says = (findings: readonly Finding[], id: string): readonly string[] =>
  findings
    .filter(finding => finding.id === id)
    .map(({ status, severity, subject }) => `${status} ${severity} ${subject}`);

const nobody: FetchPolicy = async () => {
  throw new Error('nobody is to be asked');
};

describe('a policy before the first write', () => {
  it('of a domain that has none is not looked for', async () => {
    const findings = await found(['example.org MX 300 10 mx.old.example.'], nobody);
    expect(says(findings, 'mta-sts-body')).toEqual(['pass blocker mta-sts.example.org']);
    expect(says(findings, 'mta-sts-covers-new')).toEqual(['pass blocker example.org']);
  });

  it.each([
    ['two records', `${txt} | ${txtRdata('v=STSv1; id=2')}`],
    ['no id', `_mta-sts.example.org TXT 300 ${txtRdata('v=STSv1;')}`],
  ])('that is announced by %s is announced to nobody', async (_, announced) => {
    const findings = await found([announced, host], serves(served(body('enforce', ...both))));
    expect(says(findings, 'mta-sts-body')).toEqual(['warn warning _mta-sts.example.org']);
  });

  it('names old and new hosts', async () => {
    const findings = await found([txt, host], serves(served(body('enforce', ...both))));
    expect(findings.map(({ status }) => status)).toEqual(['pass', 'pass', 'pass']);
  });

  it.each([
    ['enforce', 'fail blocker'],
    ['testing', 'warn warning'],
  ])('of mode %s that lacks a host: %s', async (mode, outcome) => {
    const old = await found([txt, host], serves(served(body(mode, 'mx.old.example'))));
    expect(says(old, 'mta-sts-covers-new')).toEqual([`${outcome} example.org mx1.new.example`]);
    // The old host is in use until the swap, and after a rollback.
    const fresh = await found([txt, host], serves(served(body(mode, 'mx1.new.example'))));
    expect(says(fresh, 'mta-sts-covers-new')).toEqual([`${outcome} example.org mx.old.example`]);
    const lacking = old.find(({ id }) => id === 'mta-sts-covers-new');
    expect(lacking?.summary).toContain('max_age 604800 s');
    expect(lacking?.remedy).toContain('mx: mx1.new.example');
  });

  it('of mode none binds nobody', async () => {
    const findings = await found([txt, host], serves(served(body('none'))));
    expect(findings.map(({ status }) => status)).toEqual(['pass', 'pass', 'pass']);
  });

  it('stops the start, not only the swap', async () => {
    const findings = await found([txt, host], serves(served(body('enforce', 'mx.old.example'))));
    const covers = findings.find(({ id }) => id === 'mta-sts-covers-new');
    expect(covers).not.toHaveProperty('stops');
  });

  it('may not rely on a wildcard of several labels', async () => {
    const findings = await found([txt, host], serves(served(body('enforce', '*.example'))));
    expect(says(findings, 'mta-sts-wildcard-depth')).toEqual([
      'warn warning example.org mx.old.example',
      'warn warning example.org mx1.new.example',
    ]);
    expect(says(findings, 'mta-sts-covers-new')).toHaveLength(2);
  });

  it.each<[string, PolicyFetched, string]>([
    ['redirect', served('', { status: 301 }), 'fail redirect (HTTP 301)'],
    ['404', served('', { status: 404 }), 'fail HTTP 404'],
    ['html', served(body('none'), { contentType: 'text/html' }), 'fail text/html instead'],
    ['no media type', served(body('none'), { contentType: '' }), 'fail no media type'],
    ['invalid', served('version: STSv1'), 'fail its mode'],
    ['expired', { is: 'failed', by: 'tls', why: 'its certificate has expired' }, 'fail expired'],
    ['too big', { is: 'failed', by: 'size', why: 'it is longer than 64 KiB' }, 'fail 64 KiB'],
    ['silence', { is: 'failed', by: 'connect', why: 'no answer' }, 'could-not-test no answer'],
  ])('%s: nobody knows what it says', async (_, fetched, said) => {
    const [status = '', ...words] = said.split(' ');
    const findings = await found([txt, host], serves(fetched));
    const subject = 'mta-sts.example.org 192.0.2.80';
    expect(says(findings, 'mta-sts-body')).toEqual([`${status} blocker ${subject}`]);
    expect(JSON.stringify(findings)).toContain(words.join(' '));
    expect(says(findings, 'mta-sts-covers-new')).toEqual(['could-not-test blocker example.org']);
    for (const { remedy, summary } of findings.filter(({ status: is }) => is !== 'pass')) {
      expect(remedy).toMatch(/\.$/);
      expect(summary).toMatch(/\.$/);
    }
  });

  it('is the same at every address of its host', async () => {
    const right = served(body('enforce', ...both));
    const other = served(body('enforce', 'mx.old.example'));
    const differ = await found([txt, second], serves(right, other));
    expect(says(differ, 'mta-sts-body')).toEqual(['fail blocker mta-sts.example.org']);
    // Whichever a sender gets must name the host.
    expect(says(differ, 'mta-sts-covers-new')).toEqual([
      'fail blocker example.org mx1.new.example',
    ]);
    const dead = await found([txt, second], serves(right, served('', { status: 503 })));
    expect(says(dead, 'mta-sts-body')).toEqual(['fail blocker mta-sts.example.org 192.0.2.81']);
    // A machine without IPv6 has no say about that address.
    const lacking: PolicyFetched = { is: 'failed', by: 'family', why: 'there is no way' };
    expect(says(await found([txt, second], serves(right, lacking)), 'mta-sts-body')).toEqual([
      'pass blocker mta-sts.example.org',
    ]);
    expect(says(await found([txt, host], serves(lacking)), 'mta-sts-body')).toEqual([
      'could-not-test blocker mta-sts.example.org 192.0.2.80',
    ]);
  });

  it('whose host has no address, or none that anybody reaches, is none', async () => {
    const gone = await found([txt], nobody);
    expect(says(gone, 'mta-sts-body')).toEqual(['fail blocker mta-sts.example.org']);
    const mute = await found([txt, 'mta-sts.example.org A !'], nobody);
    expect(says(mute, 'mta-sts-body')).toEqual(['could-not-test blocker mta-sts.example.org']);
    const silent = await found(['_mta-sts.example.org TXT !', host], serves(served(body('none'))));
    expect(says(silent, 'mta-sts-body')).toEqual(['pass blocker mta-sts.example.org']);
  });

  it('is nobody’s business where mail hosts are not asked', async () => {
    const plan = mailPlan(['10 mx1.new.example.'], {
      policy: { ...policy, mail: { ...mail, ask: false } },
    });
    expect(await policyBodyFindings(mailInput(plan, { fetchPolicy: nobody }))).toEqual([]);
  });
});
