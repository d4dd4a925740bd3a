import { describe, expect, it } from 'vitest';
import { dmarcFacts } from '../../../src/checks/authentication/dmarc.ts';
import { parseName } from '../../../src/dns/name.ts';
import { found, joins, type Situation } from '../authentication.ts';
import { policy } from '../example.ts';
import { known, mail, mailPlan } from '../mail-example.ts';

const dmarc = (text: string): string => `_dmarc.example.org TXT 300 ${text}`;
const check = async (situation: Situation) => {
  const findings = await found('dmarc-alignment', situation);
  expect(findings).toHaveLength(1);
  return findings[0]!;
};

describe('dmarc-alignment', () => {
  it('warns where receivers are to act, and nothing of the new side is authenticated', async () => {
    const bad = await check({ world: [dmarc('v=DMARC1; p=quarantine')] });
    expect(bad).toMatchObject({ status: 'warn', severity: 'warning', subject: 'example.org' });
    expect(bad.summary).toContain('quarantine what fails');
  });

  it('passes by DKIM, by SPF, and where receivers only report', async () => {
    const key = `v=DKIM1; k=rsa; p=${Buffer.alloc(162).toString('base64')}`;
    const signed = {
      world: [dmarc('v=DMARC1; p=reject'), `s1._domainkey.example.org TXT 300 ${key}`],
      order: { policy: { ...policy, mail: { ...mail, dkim: { old: [], new: ['s1'] } } } },
    };
    expect((await check(signed)).summary).toContain('DKIM (s1)');
    const sent = {
      world: [
        dmarc('v=DMARC1; p=reject'),
        'example.org TXT 300 v=spf1 mx -all',
        'a.example TXT 300 v=spf1 -all',
      ],
      order: { prepare: [joins('include:a.example')] },
    };
    expect(await check(sent)).toMatchObject({ status: 'pass' });
    expect((await check(sent)).summary).toContain('by SPF');
    expect(await check({ world: [dmarc('v=DMARC1; p=none')] })).toMatchObject({ status: 'pass' });
  });

  it('is skipped without a record, and tells of what receivers pass over', async () => {
    expect(await check({})).toMatchObject({ status: 'skipped' });
    const two = await check({ world: [dmarc('"v=DMARC1; p=none" | "v=DMARC1; p=reject"')] });
    expect(two.summary).toContain('there are 2 DMARC records');
    expect((await check({ world: [dmarc('v=DMARC1; p=x')] })).summary).toContain('pass over');
  });

  it('could not be tested in silence', async () => {
    const silent = await check({ world: ['_dmarc.example.org TXT !'] });
    expect(silent).toMatchObject({ status: 'could-not-test' });
  });

  it('looks at the organisation where the domain has nothing, and not above it', async () => {
    const world = [
      '_dmarc.example.co.uk TXT 300 v=DMARC1; p=reject; sp=none',
      '_dmarc.co.uk TXT 300 v=DMARC1; p=reject',
    ];
    const plan = mailPlan(['0 mx.new.example.']);
    const facts = async (domain: string) =>
      dmarcFacts({ plan: { ...plan, domain: parseName(domain) }, inquire: known(...world) });
    expect((await facts('mail.example.co.uk')).found).toMatchObject({ at: 'example.co.uk.' });
    expect((await facts('other.co.uk')).found).toBeNull();
  });
});
